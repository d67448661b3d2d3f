//! What must hold after every step, whatever the tape, the verdicts and the venue.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{Ledger, OrderStatus, Session, replay};
use crate::engine::costs::FeeRates;
use crate::engine::{FillModel, Intent, Opposite, OrderKind, VenueConfig};
use crate::tape::{Side, Tape, TickDirection, Trade};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn tapes() -> impl Strategy<Value = Tape> {
    let step = (0..30_i64, -2..=2_i64, 1..8_i64, side());
    prop::collection::vec(step, 50..200).prop_filter_map("trades in order", |steps| {
        let (mut ts_us, mut price) = (0, 500);
        let trades = steps.into_iter().map(|(wait, change, size, side)| {
            ts_us += wait;
            price += change;
            Trade { ts_us, price, size, side, tick: TickDirection::Unknown, flags: 0 }
        });
        Tape::from_trades(&trades.collect::<Vec<_>>(), 1.0, 1.0).ok()
    })
}

fn intents() -> impl Strategy<Value = Vec<Intent>> {
    let limit = prop_oneof![1 => Just(0), 4 => 490..510_i64];
    let one = (0..2000_i64, side(), limit, 1..6_i64, 1..6_i64, 1..12_i64, 1..300_i64, 1..600_i64);
    prop::collection::vec(one, 1..25).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.0);
        let intent = |(ts_us, side, limit, stop_distance, target_distance, lots, entry_ttl_us, hold_us)| {
            Intent { ts_us, side, limit, stop_distance, target_distance, lots, entry_ttl_us, hold_us }
        };
        rows.into_iter().map(intent).collect()
    })
}

fn venues() -> impl Strategy<Value = VenueConfig> {
    let fill =
        prop_oneof![Just(FillModel::Touch), (0..15_i64).prop_map(FillModel::Queue), Just(FillModel::Through)];
    (fill, 0..60_i64, 0..60_i64, 0..3_i64).prop_map(
        |(fill, latency_us, cancel_latency_us, slippage_ticks)| {
            let rates = FeeRates { maker: 0.0, taker: 0.001 };
            VenueConfig { fill, latency_us, cancel_latency_us, rates, slippage_ticks, max_gap_us: i64::MAX }
        },
    )
}

fn policies() -> impl Strategy<Value = Opposite> {
    prop_oneof![Just(Opposite::Flip), Just(Opposite::Close), Just(Opposite::Ignore)]
}

// A run of all intents, without jumps; `visit` visits every print.
fn stepped(tape: &Tape, intents: &[Intent], config: VenueConfig, opposite: Opposite, visit: bool) -> Ledger {
    let mut session = Session::new(tape, config, opposite);
    let mut verdicts = intents.iter().enumerate().peekable();
    for row in 0..tape.len() {
        while let Some((index, intent)) = verdicts.next_if(|(_, intent)| intent.ts_us <= tape.ts_us()[row]) {
            session.verdict(index, *intent);
        }
        if visit { session.visit(row) } else { session.step(row) }
    }
    session.end(tape.len() - 1);
    verdicts.for_each(|(index, _)| session.too_late(index));
    session.ledger
}

proptest! {
    #[test]
    fn passing_over_quiet_prints_changes_nothing(
        tape in tapes(), intents in intents(), config in venues(), opposite in policies()
    ) {
        let rows: Vec<usize> = (0..intents.len()).collect();
        let jumped = format!("{:?}", replay(&tape, &intents, &rows, config, opposite));
        prop_assert_eq!(&jumped, &format!("{:?}", stepped(&tape, &intents, config, opposite, true)));
        prop_assert_eq!(&jumped, &format!("{:?}", stepped(&tape, &intents, config, opposite, false)));
    }

    #[test]
    fn no_open_lot_is_without_a_stop(
        tape in tapes(), intents in intents(), config in venues(), opposite in policies()
    ) {
        let mut session = Session::new(&tape, config, opposite);
        let mut verdicts = intents.iter().enumerate().peekable();
        for row in 0..tape.len() {
            while let Some((index, intent)) = verdicts.next_if(|(_, intent)| intent.ts_us <= tape.ts_us()[row]) {
                session.verdict(index, *intent);
            }
            session.step(row);
            let venue = &session.venue;
            let count = |kind| venue.orders().iter().filter(|open| open.order.kind == kind).count();
            prop_assert_eq!(venue.position(), session.trader.position());
            prop_assert_eq!(count(OrderKind::Stop), usize::from(venue.position() != 0));
            prop_assert!(count(OrderKind::Entry) <= 1);
        }
    }

    #[test]
    fn the_ledger_adds_up(tape in tapes(), intents in intents(), config in venues(), opposite in policies()) {
        let rows: Vec<usize> = (0..intents.len()).collect();
        let ledger = replay(&tape, &intents, &rows, config, opposite);

        let ids: HashMap<_, _> = ledger.orders.iter().map(|order| (order.order_id, order)).collect();
        prop_assert_eq!(ids.len(), ledger.orders.len());
        prop_assert!(ledger.orders.iter().all(|order| order.status != OrderStatus::Open));
        prop_assert!(ledger.trades.windows(2).all(|pair| pair[0].exit_ts_us <= pair[1].entry_ts_us));

        let mut position = 0;
        let mut running = None;
        for fill in &ledger.fills {
            let order = ids[&fill.order_id];
            let signed = i64::from(order.side) * fill.lots;
            prop_assert!(fill.lots > 0);
            prop_assert!(order.submitted_us <= fill.ts_us && fill.ts_us <= order.closed_us);
            if order.kind == OrderKind::Entry {
                prop_assert!(position == 0 || running == Some(fill.intent));
                running = Some(fill.intent);
            } else {
                prop_assert!(position * signed < 0 && signed.abs() <= position.abs());
                prop_assert_eq!(running, Some(fill.intent));
            }
            position += signed;
        }
        prop_assert_eq!(position, 0);

        let accounted = ledger.orders.iter().map(|order| order.intent).chain(ledger.skips.iter().map(|s| s.intent));
        let mut seen: Vec<usize> = accounted.collect();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen, rows);
    }

    #[test]
    fn fees_and_profits_of_fills_are_those_of_trades(tape in tapes(), intents in intents(), config in venues()) {
        let rows: Vec<usize> = (0..intents.len()).collect();
        let ledger = replay(&tape, &intents, &rows, config, Opposite::Flip);
        let side_of: HashMap<_, _> = ledger.orders.iter().map(|order| (order.order_id, order.side)).collect();
        for trade in &ledger.trades {
            let fills = ledger.fills.iter().filter(|fill| fill.intent == trade.intent);
            let (mut gross, mut fees) = (0.0, 0.0);
            for fill in fills {
                gross -= f64::from(side_of[&fill.order_id]) * (fill.price_ticks * fill.lots) as f64;
                fees += fill.fee_r;
            }
            let gross_r = gross / intents[trade.intent].risk();
            prop_assert!((trade.gross_r - gross_r).abs() < 1e-9);
            prop_assert!((trade.fee_r - fees).abs() < 1e-9);
            prop_assert!((trade.net_r - (gross_r - fees)).abs() < 1e-9);
            prop_assert!(trade.mae_r <= 0.0 && trade.mfe_r >= 0.0);
        }
    }
}

//! What must hold in every run, whatever the tape, the verdicts and the venue.

#![cfg(test)]

use std::collections::HashMap;

use proptest::prelude::*;

use super::{Ledger, OrderStatus, Outcome, Session, bracket, fill_order, outcomes, replay};
use crate::engine::costs::FeeRates;
use crate::engine::{FillModel, Intent, Opposite, OrderKind, TradeRow, VenueConfig};
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

// A run of all intents that visits every print.
fn stepped(tape: &Tape, intents: &[Intent], config: VenueConfig, opposite: Opposite) -> Ledger {
    let mut session = Session::new(tape, config, opposite);
    let mut verdicts = intents.iter().enumerate().peekable();
    for row in 0..tape.len() {
        while let Some((index, intent)) = verdicts.next_if(|(_, intent)| intent.ts_us <= tape.ts_us()[row]) {
            session.verdict(index, *intent);
        }
        session.visit(row);
    }
    session.end();
    verdicts.for_each(|(index, _)| session.too_late(index));
    session.ledger
}

// The tape with prints off the book before some of its trades and after the last, and the old row of each new one.
fn noisy(tape: &Tape, noise: &[(usize, i64, u8)]) -> (Tape, Vec<usize>) {
    let (mut trades, mut old_rows) = (Vec::new(), Vec::new());
    for (row, trade) in tape.iter().enumerate() {
        for &(_, price, flags) in noise.iter().filter(|(at, ..)| *at == row) {
            let earlier = trades.last().map_or(trade.ts_us, |last: &Trade| last.ts_us);
            let ts_us = if price % 2 == 0 { earlier } else { trade.ts_us };
            trades.push(Trade { ts_us, price, flags, ..trade });
            old_rows.push(usize::MAX);
        }
        trades.push(trade);
        old_rows.push(row);
    }
    let last = *trades.last().unwrap();
    trades.extend((0..9).map(|late| Trade { ts_us: last.ts_us + late * 500, price: 1, flags: 1, ..last }));
    (Tape::from_trades(&trades, 1.0, 1.0).unwrap(), old_rows)
}

fn renumbered(mut ledger: Ledger, old_rows: &[usize]) -> Ledger {
    ledger.fills.iter_mut().for_each(|fill| fill.row = old_rows[fill.row]);
    ledger.trades.iter_mut().for_each(|trade| *trade = renumbered_trade(*trade, old_rows));
    ledger
}

fn renumbered_trade(trade: TradeRow, old_rows: &[usize]) -> TradeRow {
    TradeRow { entry_row: old_rows[trade.entry_row], exit_row: old_rows[trade.exit_row], ..trade }
}

// The outcome of an intent, visiting every print: (known at, trade).
fn visited_outcome(tape: &Tape, intent: Intent, config: VenueConfig) -> (i64, Option<TradeRow>) {
    let mut session = Session::new(tape, config, Opposite::Ignore);
    let start = tape.first_at(intent.ts_us);
    session.seek(start);
    session.verdict(0, intent);
    for row in start..tape.len() {
        let now_us = tape.ts_us()[row];
        if row > 0 && now_us - tape.ts_us()[row - 1] > config.max_gap_us {
            return (now_us, None);
        }
        session.visit(row);
        if session.is_idle() {
            return (now_us, session.ledger.trades.first().copied());
        }
    }
    (tape.ts_us()[tape.len() - 1].max(intent.ts_us), None)
}

proptest! {
    #[test]
    fn an_outcome_is_the_same_when_every_print_is_visited(
        tape in tapes(), intents in intents(), config in venues(), max_gap_us in 20..200_i64
    ) {
        let config = VenueConfig { max_gap_us, ..config };
        for intent in intents {
            let found = outcomes(&tape, &[intent], config)[0];
            prop_assert_eq!((found.known_at_us, found.trade), visited_outcome(&tape, intent, config));
        }
    }

    #[test]
    fn prints_off_the_book_change_nothing(
        tape in tapes(), intents in intents(), config in venues(), opposite in policies(),
        noise in prop::collection::vec((0..200_usize, 470..530_i64, 1..4_u8), 0..150),
    ) {
        let rows: Vec<usize> = (0..intents.len()).collect();
        let (marked, old_rows) = noisy(&tape, &noise);
        let clean = replay(&tape, &intents, &rows, config, opposite);
        let dirty = renumbered(replay(&marked, &intents, &rows, config, opposite), &old_rows);
        prop_assert_eq!(format!("{clean:?}"), format!("{dirty:?}"));

        let renumber = |trade| renumbered_trade(trade, &old_rows);
        let dirty = outcomes(&marked, &intents, config);
        let dirty: Vec<_> = dirty.into_iter().map(|o| Outcome { trade: o.trade.map(renumber), ..o }).collect();
        prop_assert_eq!(outcomes(&tape, &intents, config), dirty);
    }

    #[test]
    fn a_lone_order_and_a_bracket_are_blind_to_prints_off_the_book(
        tape in tapes(), intent in intents(), config in venues(), open_row in 0..50_usize,
        noise in prop::collection::vec((0..200_usize, 470..530_i64, 1..4_u8), 0..150),
    ) {
        let (marked, old_rows) = noisy(&tape, &noise);
        let intent = intent[0];
        let lone = |tape: &Tape| {
            let order = (intent.side, intent.limit.max(1), intent.lots);
            fill_order(tape, order, intent.ts_us, Some(intent.ts_us + intent.hold_us), config)
        };
        let mut dirty = lone(&marked);
        dirty.fills.iter_mut().for_each(|fill| fill.0 = old_rows[fill.0]);
        prop_assert_eq!(format!("{:?}", lone(&tape)), format!("{dirty:?}"));

        let new_row = old_rows.iter().position(|&row| row == open_row).unwrap();
        let dirty = bracket(&marked, new_row, 500, intent, config);
        let trade = dirty.trade.map(|trade| renumbered_trade(trade, &old_rows));
        prop_assert_eq!(bracket(&tape, open_row, 500, intent, config), Outcome { trade, ..dirty });
    }

    #[test]
    fn passing_over_quiet_prints_changes_nothing(
        tape in tapes(), intents in intents(), config in venues(), opposite in policies()
    ) {
        let rows: Vec<usize> = (0..intents.len()).collect();
        let jumped = format!("{:?}", replay(&tape, &intents, &rows, config, opposite));
        prop_assert_eq!(&jumped, &format!("{:?}", stepped(&tape, &intents, config, opposite)));
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
            session.visit(row);
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

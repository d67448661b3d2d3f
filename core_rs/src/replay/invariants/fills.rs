//! Fills are what the tape allows (METHOD 5.5).

#![cfg(test)]

use proptest::prelude::*;

use super::super::{LoneOrder, LoneStatus, fill_order};
use super::{Case, cases, side, tapes};
use crate::engine::{
    Depth, FillModel, FundingStamp, Intent, OrderKind, OrderRules, QueueAhead, Terms, VenueConfig,
};
use crate::tape::{Side, Tape, Trade};

const MIRROR: i64 = 1000;

#[derive(Clone, Copy, Debug)]
struct Resting {
    side: Side,
    price: i64,
    lots: i64,
    submit_us: i64,
    cancel_us: i64,
}

fn resting() -> impl Strategy<Value = Resting> {
    (side(), 490..510_i64, 1..20_i64, 0..2000_i64, 1..900_i64).prop_map(
        |(side, price, lots, submit_us, life_us)| Resting {
            side,
            price,
            lots,
            submit_us,
            cancel_us: submit_us + life_us,
        },
    )
}

fn fills(
    tape: &Tape,
    order: Resting,
    fill: FillModel,
    ahead: i64,
    latency_us: i64,
    venue: &VenueConfig,
) -> LoneOrder {
    // A liquidation would end the order.
    let (rules, margin) = (OrderRules::NONE, None);
    let config =
        VenueConfig { fill, queue: QueueAhead::Lots(ahead), latency_us, rules, margin, ..venue.clone() };
    let terms = (order.side, order.price, order.lots);
    fill_order(tape, terms, order.submit_us, Some(order.cancel_us), &config)
}

fn first(lone: &LoneOrder) -> usize {
    lone.fills.first().map_or(usize::MAX, |fill| fill.0)
}

fn mirrored_price(price: i64) -> i64 {
    if price == 0 { 0 } else { MIRROR - price }
}

fn mirrored(case: &Case) -> Case {
    let trade = |trade: Trade| Trade { price: MIRROR - trade.price, side: trade.side.opposite(), ..trade };
    let trades: Vec<Trade> = case.tape.iter().map(trade).collect();
    let intent = |intent: &Intent| Intent {
        side: intent.side.opposite(),
        limit: mirrored_price(intent.limit),
        ..*intent
    };
    let stamp = |stamp: &FundingStamp| FundingStamp { mark: MIRROR - stamp.mark, ..*stamp };
    Case {
        tape: Tape::from_trades(&trades, 1.0, 1.0).unwrap(),
        intents: case.intents.iter().map(intent).collect(),
        funding: case.funding.iter().map(stamp).collect(),
        ..case.clone()
    }
}

proptest! {
    #[test]
    fn stricter_models_never_fill_earlier(
        case in cases(), order in resting(), ahead in 1..20_i64, latency_us in 0..50_i64
    ) {
        let run = |model, ahead| fills(&case.tape, order, model, ahead, latency_us, &case.venue);
        let rungs = [
            run(FillModel::Touch, 0),
            run(FillModel::Queue, 0),
            run(FillModel::Queue, ahead),
            run(FillModel::Through, 0),
        ];
        prop_assert!(rungs.windows(2).all(|pair| first(&pair[0]) <= first(&pair[1])));
        prop_assert!(rungs.windows(2).all(|pair| pair[0].remaining <= pair[1].remaining));
        for lone in &rungs {
            let filled: i64 = lone.fills.iter().map(|fill| fill.2).sum();
            prop_assert_eq!(filled + lone.remaining, order.lots);
        }
    }

    #[test]
    fn more_latency_never_fills_earlier(
        case in cases(), order in resting(), latency_us in 0..100_i64, more_us in 1..100_i64
    ) {
        let run = |latency_us| fills(&case.tape, order, case.venue.fill, 3, latency_us, &case.venue);
        let (quick, slow) = (run(latency_us), run(latency_us + more_us));
        // A later arrival can meet other quotes; what a rejected order would have done is another question.
        if quick.status != LoneStatus::RejectPostOnly {
            prop_assert!(first(&quick) <= first(&slow));
        }
    }

    #[test]
    fn the_queue_is_printed_before_the_order_is(tape in tapes(), order in resting(), ahead in 0..20_i64) {
        let venue = VenueConfig { cancel_latency_us: 0, ..plain() };
        let lone = fills(&tape, order, FillModel::Queue, ahead, 5, &venue);
        let (mut printed, mut filled) = (0, 0);
        for &(row, ts_us, lots) in &lone.fills {
            prop_assert!(order.submit_us + 5 < ts_us && ts_us < order.cancel_us);
            let print = tape.get(row);
            let reached = order.side.sign() * (print.price - order.price);
            prop_assert!(reached <= 0);
            if reached < 0 || print.side == order.side {
                break;
            }
            filled += lots;
            let at_price = |row: &usize| {
                let print = tape.get(*row);
                print.price == order.price && print.side != order.side && print.ts_us > order.submit_us + 5
            };
            printed = (0..=row).filter(at_price).map(|row| tape.get(row).size).sum();
        }
        prop_assert!(filled == 0 || filled <= printed - ahead);
    }

    #[test]
    fn a_mirrored_market_mirrors_every_fill(case in cases()) {
        // Margin and notional are shares of the price, which a mirror changes.
        let venue = VenueConfig { margin: None, rules: OrderRules::NONE, fees: plain().fees, ..case.venue.clone() };
        let case = Case { venue, ..case };
        let (ours, theirs) = (case.replay(), mirrored(&case).replay());
        let fill = |fill: &super::super::FillRow| {
            (fill.order_id, fill.ts_us, fill.row, mirrored_price(fill.price_ticks), fill.lots, fill.side.opposite())
        };
        let same = |fill: &super::super::FillRow| {
            (fill.order_id, fill.ts_us, fill.row, fill.price_ticks, fill.lots, fill.side)
        };
        prop_assert_eq!(
            ours.fills.iter().map(fill).collect::<Vec<_>>(),
            theirs.fills.iter().map(same).collect::<Vec<_>>()
        );
        for (one, other) in ours.trades.iter().zip(&theirs.trades) {
            prop_assert!((one.gross_r - other.gross_r).abs() < 1e-12);
        }
    }

    #[test]
    fn a_fill_is_at_a_price_that_the_tape_printed_or_crossed(case in cases()) {
        let (ledger, slippage) = (case.replay(), case.venue.slippage_ticks);
        let mut taken = vec![0; case.tape.len()];
        for fill in &ledger.fills {
            let order = ledger.orders.iter().find(|order| order.order_id == fill.order_id).unwrap();
            let print = case.tape.get(fill.row);
            prop_assert_eq!(print.ts_us, fill.ts_us);
            if fill.maker {
                prop_assert!(fill.side.sign() * (print.price - fill.price_ticks) <= 0);
            } else {
                // A taker never gets a better price than the print, and loses the slippage.
                let better = fill.side.sign() * (print.price + fill.side.sign() * slippage - fill.price_ticks);
                prop_assert!(better <= 0);
                let is_forced = order.kind == OrderKind::Liquidation || fill.row + 1 == case.tape.len();
                taken[fill.row] += if is_forced { 0 } else { fill.lots };
            }
        }
        for (row, lots) in taken.iter().enumerate() {
            prop_assert!(case.venue.depth == Depth::Unlimited || *lots <= case.tape.get(row).size);
        }
    }

    #[test]
    fn a_stop_fills_at_the_worse_of_its_level_and_its_print(case in cases()) {
        let (ledger, slippage) = (case.replay(), case.venue.slippage_ticks);
        for order in ledger.orders.iter().filter(|order| order.kind == OrderKind::Stop) {
            let trigger = Terms::Stop(order.price_ticks).price();
            if let Some(fill) = ledger.fills.iter().find(|fill| fill.order_id == order.order_id) {
                let print = case.tape.get(fill.row).price;
                let worse = if fill.side == Side::Sell { trigger.min(print) } else { trigger.max(print) };
                let price = fill.price_ticks - fill.side.sign() * slippage;
                // Where the triggering print was used up, a worse one may have been met before.
                prop_assert!(fill.side.sign() * (price - worse) >= 0);
            }
        }
    }
}

fn plain() -> VenueConfig {
    use crate::engine::{FeeRates, FeeSchedule};
    VenueConfig {
        fill: FillModel::Through,
        queue: QueueAhead::Lots(0),
        latency_us: 0,
        cancel_latency_us: 0,
        feed_latency_us: 0,
        fees: FeeSchedule::flat(FeeRates::new(0.0, 0.0)),
        slippage_ticks: 0,
        depth: Depth::Unlimited,
        rules: OrderRules::NONE,
        margin: None,
        max_gap_us: i64::MAX,
    }
}

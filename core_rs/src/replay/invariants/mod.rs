//! What must hold in every run, whatever the tape, the verdicts, the policy and the venue.
//!
//! `PROPTEST_CASES=10000 cargo test --release` runs each of them ten thousand times.

#![cfg(test)]

mod books;
mod fills;
mod skipping;
mod wire;

use std::fmt;

use proptest::prelude::*;

use super::{Ledger, Session, Setup};
use crate::engine::{
    Depth, FeeRates, FeeSchedule, FeeTier, FillModel, FundingStamp, Intent, Margin, Money, Opposite,
    OrderRules, Policy, QueueAhead, Rate, VenueConfig,
};
use crate::tape::{Side, Tape, TickDirection, Trade};

pub fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

pub fn tapes() -> impl Strategy<Value = Tape> {
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

pub fn intents() -> impl Strategy<Value = Vec<Intent>> {
    let limit = prop_oneof![1 => Just(0), 4 => 490..510_i64];
    let repeg = prop_oneof![2 => Just(0), 1 => 1..4_i64];
    let one = (0..2000_i64, side(), limit, 1..6_i64, 1..6_i64, 1..12_i64, 1..300_i64, 1..600_i64, repeg);
    prop::collection::vec(one, 1..25).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.0);
        let intent =
            |(ts_us, side, limit, stop_distance, target_distance, lots, entry_ttl_us, hold_us, repeg)| {
                Intent {
                    ts_us,
                    side,
                    limit,
                    stop_distance,
                    target_distance,
                    lots,
                    entry_ttl_us,
                    hold_us,
                    repeg,
                }
            };
        rows.into_iter().map(intent).collect()
    })
}

fn models() -> impl Strategy<Value = (FillModel, QueueAhead)> {
    prop_oneof![
        Just((FillModel::Touch, QueueAhead::Lots(0))),
        (0..15_i64).prop_map(|lots| (FillModel::Queue, QueueAhead::Lots(lots))),
        Just((FillModel::Queue, QueueAhead::Visits(1.0))),
        Just((FillModel::Through, QueueAhead::Lots(0))),
    ]
}

fn schedules() -> impl Strategy<Value = FeeSchedule> {
    let tier = FeeTier { min_notional: Money::value(500, 40), rates: FeeRates::new(-0.0001, 0.0004) };
    let base = FeeRates::new(0.0002, 0.001);
    prop_oneof![Just(FeeSchedule::flat(base)), Just(FeeSchedule::tiered(base, vec![tier]))]
}

fn margins() -> impl Strategy<Value = Option<Margin>> {
    let some = (20.0..200.0_f64).prop_map(|leverage| Some(Margin { leverage, maintenance: 0.001 }));
    prop_oneof![2 => Just(None), 1 => some]
}

pub fn venues() -> impl Strategy<Value = VenueConfig> {
    let depth = prop_oneof![1 => Just(Depth::Unlimited), 2 => Just(Depth::Printed)];
    let latencies = (0..60_i64, 0..60_i64, prop_oneof![Just(0), 0..40_i64]);
    let rules = prop_oneof![
        3 => Just(OrderRules::NONE),
        1 => Just(OrderRules { price_step: 2, lot_step: 2, min_notional: Money::value(500, 3) }),
    ];
    (models(), latencies, (0..3_i64, depth), schedules(), rules, margins()).prop_map(
        |(
            (fill, queue),
            (latency_us, cancel_latency_us, feed_latency_us),
            (slippage_ticks, depth),
            fees,
            rules,
            margin,
        )| {
            VenueConfig {
                fill,
                queue,
                latency_us,
                cancel_latency_us,
                feed_latency_us,
                fees,
                slippage_ticks,
                depth,
                rules,
                margin,
                max_gap_us: i64::MAX,
            }
        },
    )
}

pub fn policies() -> impl Strategy<Value = Policy> {
    let opposite = prop_oneof![Just(Opposite::Flip), Just(Opposite::Close), Just(Opposite::Ignore)];
    let max_positions = prop_oneof![2 => Just(1), 1 => 2..5_usize];
    (opposite, max_positions).prop_map(|(opposite, max_positions)| Policy { opposite, max_positions })
}

pub fn funding() -> impl Strategy<Value = Vec<FundingStamp>> {
    let stamp = (0..3000_i64, -5..=5_i64, 480..520_i64);
    prop::collection::vec(stamp, 0..20).prop_map(|mut stamps| {
        stamps.sort_unstable();
        stamps.dedup_by_key(|(ts_us, ..)| *ts_us);
        let stamp = |(ts_us, rate, mark)| FundingStamp { ts_us, rate: Rate::new(rate as f64 * 1e-4), mark };
        stamps.into_iter().map(stamp).collect()
    })
}

/// A run: everything but the loop.
#[derive(Clone)]
pub struct Case {
    pub tape: Tape,
    pub intents: Vec<Intent>,
    pub venue: VenueConfig,
    pub policy: Policy,
    pub funding: Vec<FundingStamp>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (row, print) in self.tape.iter().enumerate() {
            let Trade { ts_us, price, size, side, .. } = print;
            write!(f, "{row}:{ts_us} {price} {size} {side:?} | ")?;
        }
        let Self { intents, venue, policy, funding, .. } = self;
        write!(f, "{intents:?} {venue:?} {policy:?} {funding:?}")
    }
}

impl Case {
    pub fn setup(&self) -> Setup<'_> {
        Setup { venue: &self.venue, policy: self.policy, funding: &self.funding }
    }

    pub fn rows(&self) -> Vec<usize> {
        (0..self.intents.len()).collect()
    }

    pub fn replay(&self) -> Ledger {
        super::replay(&self.tape, &self.intents, &self.rows(), self.setup())
    }

    /// Visits every print, and shows the session to `look` after each.
    pub fn stepped(&self, mut look: impl FnMut(&mut Session<'_>, usize)) -> Ledger {
        let mut session = Session::new(&self.tape, self.setup());
        let mut verdicts = self.intents.iter().enumerate().peekable();
        for row in 0..self.tape.len() {
            while let Some((index, intent)) =
                verdicts.next_if(|(_, intent)| intent.ts_us <= self.tape.ts_us()[row])
            {
                session.verdict(index, *intent);
            }
            session.visit(row);
            look(&mut session, row);
        }
        session.end();
        verdicts.for_each(|(index, _)| session.too_late(index));
        session.ledger
    }
}

pub fn cases() -> impl Strategy<Value = Case> {
    (tapes(), intents(), venues(), policies(), funding())
        .prop_map(|(tape, intents, venue, policy, funding)| Case { tape, intents, venue, policy, funding })
}

//! Bars of several timeframes in one pass: the smallest from trades, each other rolled up from a smaller one.

use std::ops::Range;

use super::{Bar, Columns, Grid, LateTrade, Rollup, Sink};
use crate::tape::{Tape, Trade};

/// Why steps do not make a ladder.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected positive timeframes that are multiples of the smallest and a positive gap, found {0:?}")]
pub struct LadderError(Vec<i64>);

/// Builds the bars of several timeframes from trades as they come.
#[derive(Clone, Debug)]
pub struct Ladder {
    grid: Grid,
    rungs: Rungs,
}

// In the order of size; the first is that of the grid.
#[derive(Clone, Debug)]
struct Rungs(Vec<Rung>);

#[derive(Clone, Debug)]
struct Rung {
    step_us: i64,
    /// Length of the bars of another rung that its own are made of.
    part_us: i64,
    /// The rungs that are made of its bars.
    feeds: Vec<usize>,
    rollup: Rollup,
    bars: Columns,
}

impl Ladder {
    /// A ladder without bars; steps in any order, what is taken comes in the order of size.
    ///
    /// # Errors
    /// No step, one that is not a positive multiple of the smallest, a gap that is not positive.
    pub fn new(steps_us: &[i64], max_gap_us: i64) -> Result<Self, LadderError> {
        let mut steps_us = steps_us.to_vec();
        steps_us.sort_unstable();
        let least_us = steps_us.first().copied().unwrap_or(0);
        if least_us <= 0 || max_gap_us <= 0 || steps_us.iter().any(|step_us| step_us % least_us != 0) {
            steps_us.push(max_gap_us);
            return Err(LadderError(steps_us));
        }
        Ok(Self { grid: Grid::new(least_us, max_gap_us), rungs: Rungs::new(&steps_us) })
    }

    /// Moves time to the trade, then takes it in.
    ///
    /// # Errors
    /// The trade is earlier than the watermark.
    #[inline]
    pub fn push(&mut self, trade: &Trade) -> Result<(), LateTrade> {
        self.grid.push(trade, &mut self.rungs)
    }

    /// Pushes the trades of some rows of a tape; rows beyond its end are none.
    ///
    /// # Errors
    /// A trade is earlier than the watermark; those before it have been taken in.
    pub fn push_rows(&mut self, tape: &Tape, rows: Range<usize>) -> Result<(), LateTrade> {
        let rows = rows.start..rows.end.min(tape.len());
        let span_us = tape.ts_us().get(rows.clone()).map_or(0, span_us);
        self.rungs.reserve(span_us, rows.len());
        self.grid.push_rows(tape, rows, &mut self.rungs)
    }

    /// Takes the bars that have closed since the last take, the smallest timeframe first.
    pub fn take(&mut self) -> Vec<Columns> {
        self.rungs.0.iter_mut().map(|rung| rung.bars.take()).collect()
    }
}

fn span_us(ts_us: &[i64]) -> i64 {
    ts_us.first().zip(ts_us.last()).map_or(0, |(first, last)| last.saturating_sub(*first))
}

impl Rungs {
    fn new(steps_us: &[i64]) -> Self {
        // Which shorter rung each is rolled up from; the first from none.
        let source = |rung: usize| (0..rung).rev().find(|&shorter| steps_us[rung] % steps_us[shorter] == 0);
        let rung = |rung: usize| {
            let (step_us, part_us) = (steps_us[rung], steps_us[source(rung).unwrap_or(0)]);
            let feeds = (0..steps_us.len()).filter(|&longer| source(longer) == Some(rung)).collect();
            let rollup = Rollup::new(part_us, step_us, 0);
            Rung { step_us, part_us, feeds, rollup, bars: Columns::default() }
        };
        Self((0..steps_us.len()).map(rung).collect())
    }

    // Room for the bars of a span in which that many trades are: growing later would copy them again and again. A
    // thin tape has more bars than trades, in silences that need not be foreseen.
    fn reserve(&mut self, span_us: i64, trades: usize) {
        for Rung { step_us, bars, .. } in &mut self.0 {
            bars.reserve(trades.min((span_us / *step_us) as usize) + 1);
        }
    }

    fn close_on(&mut self, rung: usize, bar: &Bar) {
        self.0[rung].bars.close(bar);
        for at in 0..self.0[rung].feeds.len() {
            let longer = self.0[rung].feeds[at];
            if let Some(bar) = self.0[longer].rollup.add(bar) {
                self.close_on(longer, &bar);
            }
        }
    }
}

impl Sink for Rungs {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        for rung in &mut self.0 {
            rung.rollup = Rollup::new(rung.part_us, rung.step_us, first_ts_us);
            rung.bars.start(segment, first_ts_us);
        }
    }

    fn close(&mut self, bar: &Bar) {
        self.close_on(0, bar);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{FLAG_BLOCK, Side, TickDirection};
    use proptest::prelude::*;

    const STEPS_US: [i64; 6] = [10, 20, 30, 40, 60, 120];

    #[test]
    fn steps_that_do_not_fit_are_refused() {
        for (steps_us, max_gap_us) in
            [(vec![], 5), (vec![0], 5), (vec![-2, 4], 5), (vec![2, 3], 5), (vec![2], 0)]
        {
            assert!(Ladder::new(&steps_us, max_gap_us).is_err(), "{steps_us:?}");
        }
        assert!(Ladder::new(&[6, 2, 2], 1).is_ok());
    }

    // Times that tie, pause and fall silent, prices and sizes that at times need eight bytes, marks of every kind.
    fn trades() -> impl Strategy<Value = Vec<Trade>> {
        let wait = prop_oneof![4 => Just(0_i64), 8 => 0..6_i64, 2 => 0..90_i64, 1 => 0..2_000_i64];
        let row = (wait, 1_i64..5_000, 1_i64..900, any::<bool>(), -2_i8..=2, prop::bool::weighted(0.1));
        let wide = prop_oneof![3 => Just(0), 1 => Just(1_i64 << 40)];
        (prop::collection::vec(row, 0..700), wide.clone(), wide).prop_map(|(rows, price_at, size_at)| {
            let mut ts_us = 1_003;
            let trade = |(wait, price, size, buys, tick, off_book)| {
                ts_us += wait;
                let side = if buys { Side::Buy } else { Side::Sell };
                let (tick, flags) = (TickDirection::from_code(tick), if off_book { FLAG_BLOCK } else { 0 });
                Trade { ts_us, price: price_at + price, size: size_at + size, side, tick, flags }
            };
            rows.into_iter().map(trade).collect()
        })
    }

    fn pushed(trades: &[Trade], steps_us: &[i64]) -> Vec<Columns> {
        let mut ladder = Ladder::new(steps_us, 250).unwrap();
        for trade in trades {
            ladder.push(trade).unwrap();
        }
        ladder.take()
    }

    proptest! {
        #[test]
        fn rows_of_a_tape_in_any_parts_are_the_loop_of_push(
            trades in trades(),
            parts in prop::collection::vec(0_usize..300, 0..9),
        ) {
            let tape = Tape::from_trades(&trades, 1.0, 1.0).unwrap();
            let (mut ladder, mut start) = (Ladder::new(&STEPS_US, 250).unwrap(), 0);
            for rows in parts.into_iter().chain([trades.len()]) {
                ladder.push_rows(&tape, start..start + rows).unwrap();
                start += rows;
            }
            prop_assert_eq!(ladder.take(), pushed(&trades, &STEPS_US));
        }

        #[test]
        fn each_timeframe_is_as_it_were_alone(trades in trades()) {
            for (together, step_us) in pushed(&trades, &STEPS_US).into_iter().zip(STEPS_US) {
                prop_assert_eq!(vec![together], pushed(&trades, &[step_us]));
            }
        }
    }
}

//! Bars of several timeframes in one pass: the smallest from trades, the others rolled up from its bars.

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

#[derive(Clone, Debug)]
struct Rungs {
    part: Columns,
    longer: Vec<Rung>,
    part_us: i64,
}

#[derive(Clone, Debug)]
struct Rung {
    step_us: i64,
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
        let part_us = steps_us.first().copied().unwrap_or(0);
        if part_us <= 0 || max_gap_us <= 0 || steps_us.iter().any(|step_us| step_us % part_us != 0) {
            steps_us.push(max_gap_us);
            return Err(LadderError(steps_us));
        }
        let rung = |&step_us: &i64| Rung {
            step_us,
            rollup: Rollup::new(part_us, step_us, 0),
            bars: Columns::default(),
        };
        let longer = steps_us[1..].iter().map(rung).collect();
        let rungs = Rungs { part: Columns::default(), longer, part_us };
        Ok(Self { grid: Grid::new(part_us, max_gap_us), rungs })
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
        let Rungs { part, longer, .. } = &mut self.rungs;
        std::iter::once(part).chain(longer.iter_mut().map(|rung| &mut rung.bars)).map(Columns::take).collect()
    }
}

fn span_us(ts_us: &[i64]) -> i64 {
    ts_us.first().zip(ts_us.last()).map_or(0, |(first, last)| last - first)
}

impl Rungs {
    // Room for the bars of a span in which that many trades are: growing later would copy them again and again. A
    // thin tape has more bars than trades, in silences that need not be foreseen.
    fn reserve(&mut self, span_us: i64, trades: usize) {
        let bars = |step_us: i64| trades.min((span_us / step_us) as usize) + 1;
        self.part.reserve(bars(self.part_us));
        self.longer.iter_mut().for_each(|rung| rung.bars.reserve(bars(rung.step_us)));
    }
}

impl Sink for Rungs {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        self.part.start(segment, first_ts_us);
        for rung in &mut self.longer {
            rung.rollup = Rollup::new(self.part_us, rung.step_us, first_ts_us);
            rung.bars.start(segment, first_ts_us);
        }
    }

    fn close(&mut self, bar: &Bar) {
        self.part.close(bar);
        for rung in &mut self.longer {
            if let Some(longer) = rung.rollup.add(bar) {
                rung.bars.close(&longer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_do_not_fit_are_refused() {
        for (steps_us, max_gap_us) in
            [(vec![], 5), (vec![0], 5), (vec![-2, 4], 5), (vec![2, 3], 5), (vec![2], 0)]
        {
            assert!(Ladder::new(&steps_us, max_gap_us).is_err(), "{steps_us:?}");
        }
        assert!(Ladder::new(&[6, 2, 2], 1).is_ok());
    }
}

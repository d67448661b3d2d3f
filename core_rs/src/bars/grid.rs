//! Bars of one step, straight from trades.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::borders::Borders;
use super::{Bar, align_down};
use crate::tape::{Tape, Trade};

/// Rows called for ahead of the next bar; of a longer one the rest come in the order in which processors guess.
const MOST_TOUCHED: usize = 512;

/// A trade older than what is already known to have passed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a trade at or after the watermark {watermark_us} us, found one at {ts_us} us")]
pub struct LateTrade {
    /// Time of the trade.
    pub ts_us: i64,
    /// Time that had passed before.
    pub watermark_us: i64,
}

/// What is told of the bars of a grid.
pub trait Sink {
    /// A segment begins with a trade at `first_ts_us`; nothing known before may be carried into it.
    fn start(&mut self, segment: i32, first_ts_us: i64);
    /// A bar of the current segment has closed.
    fn close(&mut self, bar: &Bar);
}

/// Closes bars as time passes.
///
/// Time is a watermark that trades and `advance` move forward. A bar closes when the watermark reaches its end. A
/// silence of more than `max_gap_us` after a trade ends the segment: bars whose end is at most `max_gap_us` after
/// that trade have closed (flat where nothing traded), the bar then forming is dropped, and the next trade starts a
/// segment. So a bar never depends on what comes after its end, and a batch sees what a clock would have seen. The
/// first bar of a segment is dropped unless the segment's first trade is at its very start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Grid {
    step_us: i64,
    max_gap_us: i64,
    watermark_us: i64,
    segment: i32,
    alive: bool,
    last_trade_us: i64,
    bar: Bar,
    bar_end_us: i64,
    complete: bool,
    /// A trade before this time, not before the watermark, is of the bar: it closes nothing and ends no segment.
    settled_until_us: i64,
}

impl Grid {
    /// An empty grid of bars `step_us` long.
    #[must_use]
    pub const fn new(step_us: i64, max_gap_us: i64) -> Self {
        Self {
            step_us,
            max_gap_us,
            watermark_us: i64::MIN,
            segment: -1,
            alive: false,
            last_trade_us: 0,
            bar: Bar::flat(0, 0),
            bar_end_us: 0,
            complete: false,
            settled_until_us: i64::MIN,
        }
    }

    /// Moves time to the trade, then adds it.
    ///
    /// # Errors
    /// The trade is earlier than the watermark.
    #[inline]
    pub fn push(&mut self, trade: &Trade, sink: &mut impl Sink) -> Result<(), LateTrade> {
        self.reach(trade.ts_us, trade.price, sink)?;
        self.bar.add(trade);
        self.pass(trade.ts_us);
        Ok(())
    }

    /// Pushes the trades of some rows of a tape, those of a bar at once; rows beyond its end are none.
    ///
    /// # Errors
    /// A trade is earlier than the watermark; those before it have been added.
    pub fn push_rows(
        &mut self,
        tape: &Tape,
        rows: Range<usize>,
        sink: &mut impl Sink,
    ) -> Result<(), LateTrade> {
        let end = rows.end.min(tape.len());
        let (mut row, mut borders) = (rows.start, Borders::new(tape, self.step_us));
        while row < end {
            self.reach(tape.ts_us()[row], tape.price().get(row), sink)?;
            let stop = self.settled_rows(tape, end, &mut borders).clamp(row + 1, end);
            tape.touch(stop, (stop - row).min(MOST_TOUCHED));
            self.bar.add_all(tape.part(row..stop));
            self.pass(tape.ts_us()[stop - 1]);
            row = stop;
        }
        Ok(())
    }

    // The end of the rows before `end` that are of the bar, come what may.
    #[inline]
    fn settled_rows(&self, tape: &Tape, end: usize, borders: &mut Borders<'_>) -> usize {
        match self.settled_until_us {
            until_us if tape.ts_us()[end - 1] < until_us => end,
            until_us if until_us == self.bar_end_us => borders.row_at(until_us),
            until_us => tape.first_at(until_us),
        }
    }

    // Makes the bar that of a trade to come.
    #[inline]
    fn reach(&mut self, ts_us: i64, price: i64, sink: &mut impl Sink) -> Result<(), LateTrade> {
        if (self.watermark_us..self.settled_until_us).contains(&ts_us) {
            Ok(())
        } else {
            self.settle(ts_us, price, sink)
        }
    }

    #[inline]
    const fn pass(&mut self, ts_us: i64) {
        self.watermark_us = ts_us;
        self.last_trade_us = ts_us;
    }

    // Brings about all that time and a new segment do before a trade.
    #[cold]
    fn settle(&mut self, ts_us: i64, price: i64, sink: &mut impl Sink) -> Result<(), LateTrade> {
        if ts_us < self.watermark_us {
            return Err(LateTrade { ts_us, watermark_us: self.watermark_us });
        }
        self.advance(ts_us, sink);
        if !self.alive {
            self.start(ts_us, price, sink);
        }
        self.settled_until_us = self.bar_end_us.min(ts_us.saturating_add(self.max_gap_us));
        Ok(())
    }

    /// Moves time to `ts_us` and closes every bar that has ended by then; an earlier time changes nothing.
    #[inline]
    pub fn advance(&mut self, ts_us: i64, sink: &mut impl Sink) {
        if ts_us <= self.watermark_us {
            return;
        }
        self.watermark_us = ts_us;
        let silent = ts_us.saturating_sub(self.last_trade_us) > self.max_gap_us;
        if self.alive && (silent || ts_us >= self.bar_end_us) {
            self.close_until(ts_us.min(self.last_trade_us.saturating_add(self.max_gap_us)), sink);
            self.alive = !silent;
            self.settled_until_us = i64::MIN;
        }
    }

    fn close_until(&mut self, until_us: i64, sink: &mut impl Sink) {
        while self.bar_end_us <= until_us {
            if self.complete {
                sink.close(&self.bar);
            }
            self.complete = true;
            self.bar = self.bar.next(self.bar_end_us);
            self.bar_end_us += self.step_us;
        }
    }

    fn start(&mut self, ts_us: i64, price: i64, sink: &mut impl Sink) {
        let open_us = align_down(ts_us, self.step_us);
        self.alive = true;
        self.segment += 1;
        self.complete = open_us == ts_us;
        self.bar = Bar::flat(open_us, price);
        self.bar_end_us = open_us + self.step_us;
        sink.start(self.segment, ts_us);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Side, TickDirection};

    #[derive(Default)]
    struct Seen(Vec<(i32, Bar)>, i32);

    impl Sink for Seen {
        fn start(&mut self, segment: i32, _first_ts_us: i64) {
            self.1 = segment;
        }
        fn close(&mut self, bar: &Bar) {
            self.0.push((self.1, *bar));
        }
    }

    impl Seen {
        fn opens(&self) -> Vec<(i32, i64)> {
            self.0.iter().map(|(segment, bar)| (*segment, bar.open_ts_us)).collect()
        }
    }

    fn trade(ts_us: i64, price: i64) -> Trade {
        Trade { ts_us, price, size: 1, side: Side::Buy, tick: TickDirection::Plus, flags: 0 }
    }

    fn run(times: &[i64]) -> Seen {
        let (mut grid, mut seen) = (Grid::new(10, 25), Seen::default());
        for &ts_us in times {
            grid.push(&trade(ts_us, ts_us), &mut seen).unwrap();
        }
        seen
    }

    #[test]
    fn a_partial_first_bar_is_dropped_and_a_whole_one_kept() {
        assert_eq!(run(&[3, 12, 20]).opens(), [(0, 10)]);
        assert_eq!(run(&[10, 12, 20]).opens(), [(0, 10)]);
    }

    #[test]
    fn an_empty_interval_is_flat_at_the_last_price() {
        let seen = run(&[3, 35]);
        assert_eq!(run(&[3, 28, 49]).opens(), [(0, 10), (0, 20), (0, 30)]);
        assert!(seen.0.iter().all(|(_, bar)| bar.close == 3 && bar.count == 0 || bar.open_ts_us > 20));
    }

    #[test]
    fn silence_ends_the_segment_max_gap_after_its_last_trade() {
        assert_eq!(run(&[10, 35]).opens(), [(0, 10), (0, 20)]);
        assert_eq!(run(&[10, 36, 40, 50]).opens(), [(0, 10), (0, 20), (1, 40)]);
        assert_eq!(run(&[14, 140, 150]).opens(), [(0, 20), (1, 140)]);
    }

    #[test]
    fn a_clock_that_ticks_between_trades_changes_nothing() {
        let times = [10, 36, 40, 50, 51, 90, 200, 204, 215];
        let (mut grid, mut seen) = (Grid::new(10, 25), Seen::default());
        for pair in times.windows(2) {
            grid.push(&trade(pair[0], pair[0]), &mut seen).unwrap();
            (pair[0]..=pair[1]).for_each(|ts_us| grid.advance(ts_us, &mut seen));
        }
        grid.push(&trade(215, 215), &mut seen).unwrap();
        assert_eq!(seen.0, run(&times).0);
    }

    #[test]
    fn a_late_trade_is_refused() {
        let (mut grid, mut seen) = (Grid::new(10, 25), Seen::default());
        grid.advance(20, &mut seen);
        assert_eq!(grid.push(&trade(19, 1), &mut seen), Err(LateTrade { ts_us: 19, watermark_us: 20 }));
        assert_eq!(grid.push(&trade(20, 1), &mut seen), Ok(()));
    }
}

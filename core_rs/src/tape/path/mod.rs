//! The path of prices: which trade of the book first leaves a range, found through the index and exact to the row.

mod clock;
mod group;
mod index;
mod pyramid;
mod search;

mod tests;

use std::ops::Range;

use super::{PriceRange, Tape};
pub use clock::Clock;
pub use index::PathIndex;
use index::{LANDMARK_ROWS, Quotes, Ranges, latest_quotes};

/// Where a path left a range, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The first row outside; the end of the rows searched where there is none.
    pub row: usize,
    /// Whether `row` is outside.
    pub found: bool,
    /// The prices on the way, that of `row` included where it was found.
    pub seen: PriceRange,
}

/// A tape with its index.
#[derive(Clone, Copy, Debug)]
pub struct Path<'t> {
    tape: &'t Tape,
    index: &'t PathIndex,
}

impl<'t> Path<'t> {
    /// The path of a tape, see [`Tape::path`].
    pub(super) const fn new(tape: &'t Tape, index: &'t PathIndex) -> Self {
        Self { tape, index }
    }

    /// The row after the last trade on the book.
    #[must_use]
    pub const fn book_end(&self) -> usize {
        self.index.book_end
    }

    /// The first row at or after `ts_us`, as [`Tape::first_at`].
    #[must_use]
    pub fn first_at(&self, ts_us: i64) -> usize {
        self.tape.first_at(ts_us)
    }

    /// The first row at or after each of `ts_us`, as [`Self::first_at`], but waiting for memory once for all.
    #[must_use]
    pub fn first_at_each<const N: usize>(&self, ts_us: &[i64; N]) -> [usize; N] {
        self.tape.first_at_each(ts_us)
    }

    /// Calls for the memory near `row`, where a search is to begin or end, without waiting for it.
    #[inline]
    pub fn call_for(&self, row: usize) {
        match &self.index.ranges {
            Ranges::Narrow(pyramid) => pyramid.call_for(self.tape, row),
            Ranges::Wide(pyramid) => pyramid.call_for(self.tape, row),
        }
    }

    /// The first trade of `rows` that is on the book and outside `range`.
    #[must_use]
    pub fn first_outside(&self, rows: Range<usize>, range: PriceRange) -> Passage {
        match &self.index.ranges {
            Ranges::Narrow(pyramid) => search::first_outside(self.tape, pyramid, rows, range),
            Ranges::Wide(pyramid) => search::first_outside(self.tape, pyramid, rows, range),
        }
    }

    /// The first trade of `rows` that is on the book, or their end.
    #[must_use]
    pub fn first_on_book(&self, rows: Range<usize>) -> usize {
        self.first_outside(rows, PriceRange::NONE).row
    }

    /// The last prices on the book before `row`: by sellers, who hit the bid, and by buyers, who lift the ask.
    #[must_use]
    pub fn quotes_before(&self, row: usize) -> Quotes {
        latest_quotes(self.tape, row, self.index.quotes[row.saturating_sub(1) / LANDMARK_ROWS])
    }

    /// The rows, in order, that follow a silence longer than `max_gap_us`: there the tape splits.
    #[must_use]
    pub fn splits(&self, max_gap_us: i64) -> Vec<usize> {
        let ts_us = self.tape.ts_us();
        let waits = self.index.longest_wait_us.iter().enumerate();
        let blocks =
            waits.filter(|&(_, &wait_us)| wait_us > max_gap_us).map(|(block, _)| block * LANDMARK_ROWS);
        let rows = blocks.flat_map(|first| first.max(1)..(first + LANDMARK_ROWS).min(ts_us.len()));
        rows.filter(|&row| ts_us[row].saturating_sub(ts_us[row - 1]) > max_gap_us).collect()
    }
}

//! First passages between two price levels: which is reached first, when, and how far prices went on the way.

use crate::tape::{Path, PriceRange, Tape};

/// Paths followed together: enough for their waits for memory to overlap, few enough to stay in the first cache.
const TOGETHER: usize = 32;

/// What ends a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum PassageEnd {
    /// A trade at or below the lower level.
    Lower = 0,
    /// A trade at or above the upper level.
    Upper = 1,
    /// The time limit; the trade that shows it to be over is no part of the path.
    Time = 2,
    /// The tape split: a silence longer than the greatest gap.
    Gap = 3,
    /// The tape ended.
    End = 4,
}

/// Two levels and a time limit. The least and the greatest integer are no level, and the greatest no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Barriers {
    /// Lower level, ticks.
    pub lower: i64,
    /// Upper level, ticks.
    pub upper: i64,
    /// The path is over at this time.
    pub until_us: i64,
}

/// How a path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstPassage {
    /// What ended it.
    pub end: PassageEnd,
    /// The trade at a level; `None` where none was reached.
    pub row: Option<usize>,
    /// Time of the trade that settles it: the one at a level, or the first after the limit or the gap, or the last.
    pub ts_us: i64,
    /// The prices on the way, that of `row` included.
    pub seen: PriceRange,
}

/// Follows paths on one tape. Trades off the book are not on the path, but time passes with every trade.
#[derive(Clone, Debug)]
pub struct PathFinder<'t> {
    tape: &'t Tape,
    path: Path<'t>,
    splits: Vec<usize>,
}

impl<'t> PathFinder<'t> {
    /// A finder whose paths end at silences longer than `max_gap_us`.
    #[must_use]
    pub fn new(tape: &'t Tape, max_gap_us: i64) -> Self {
        let path = tape.path();
        Self { tape, path, splits: path.splits(max_gap_us) }
    }

    /// The path of the trades from `start_us` on, see [`Self::from_row`].
    #[must_use]
    pub fn from_time(&self, start_us: i64, barriers: &Barriers) -> FirstPassage {
        self.from_row(self.path.first_at(start_us), barriers)
    }

    /// The path of each start with its barriers, see [`Self::from_time`]; as many as the shorter of both.
    #[must_use]
    pub fn from_times(&self, start_us: &[i64], barriers: &[Barriers]) -> Vec<FirstPassage> {
        let paths = start_us.len().min(barriers.len());
        let mut found = Vec::with_capacity(paths);
        for (start_us, barriers) in start_us[..paths].chunks(TOGETHER).zip(barriers[..paths].chunks(TOGETHER))
        {
            match (start_us.first_chunk(), barriers.first_chunk()) {
                (Some(start_us), Some(barriers)) => found.extend(self.together(start_us, barriers)),
                _ => found.extend(
                    start_us
                        .iter()
                        .zip(barriers)
                        .map(|(&start_us, barriers)| self.from_time(start_us, barriers)),
                ),
            }
        }
        found
    }

    fn together(
        &self,
        start_us: &[i64; TOGETHER],
        barriers: &[Barriers; TOGETHER],
    ) -> [FirstPassage; TOGETHER] {
        let starts = self.path.first_at_each(start_us);
        let times = self.path.first_at_each(&barriers.map(|barriers| barriers.until_us));
        for row in starts.into_iter().chain(times) {
            self.path.call_for(row);
        }
        std::array::from_fn(|at| self.follow(starts[at], times[at], &barriers[at]))
    }

    /// The path of row `start` and what follows. Where the limit falls into a gap, the gap ends the path.
    #[must_use]
    pub fn from_row(&self, start: usize, barriers: &Barriers) -> FirstPassage {
        self.follow(start, self.path.first_at(barriers.until_us), barriers)
    }

    // The path of rows from `start`, up to the first at or after its limit.
    fn follow(&self, start: usize, time: usize, barriers: &Barriers) -> FirstPassage {
        let split = self.split_after(start);
        let time = time.max(start);
        let passage = self
            .path
            .first_outside(start..time.min(split), PriceRange::between(barriers.lower, barriers.upper));
        let end = match passage.row {
            row if passage.found && self.tape.price().get(row) <= barriers.lower => PassageEnd::Lower,
            _ if passage.found => PassageEnd::Upper,
            row if row == self.tape.len() => PassageEnd::End,
            row if row == split => PassageEnd::Gap,
            _ => PassageEnd::Time,
        };
        let row = passage.found.then_some(passage.row);
        FirstPassage { end, row, ts_us: self.settled_us(passage.row), seen: passage.seen }
    }

    // The tape's end where it does not split.
    fn split_after(&self, row: usize) -> usize {
        let at = self.splits.partition_point(|&split| split <= row);
        self.splits.get(at).copied().unwrap_or(self.tape.len())
    }

    fn settled_us(&self, row: usize) -> i64 {
        let ts_us = self.tape.ts_us();
        ts_us.get(row).or(ts_us.last()).copied().unwrap_or(i64::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{FLAG_BLOCK, Side, TickDirection, Trade};

    // Prices at 0, 10, 20 ..., a silence of 1000 before the trade at 99 and a trade off the book at 1 tick.
    fn tape() -> Tape {
        let rows = [(0, 50), (10, 52), (10, 47), (20, 1), (1020, 99), (1030, 60)];
        let trades = rows.map(|(ts_us, price)| {
            let flags = if price == 1 { FLAG_BLOCK } else { 0 };
            Trade { ts_us, price, size: 1, side: Side::Buy, tick: TickDirection::Unknown, flags }
        });
        Tape::from_trades(&trades, 1.0, 1.0).unwrap()
    }

    fn follow(start_us: i64, lower: i64, upper: i64, until_us: i64) -> FirstPassage {
        let tape = tape();
        PathFinder::new(&tape, 900).from_time(start_us, &Barriers { lower, upper, until_us })
    }

    #[test]
    fn trades_of_one_time_keep_their_order() {
        let found = follow(10, 47, 52, i64::MAX);
        assert_eq!((found.end, found.row, found.ts_us), (PassageEnd::Upper, Some(1), 10));
        let found = follow(0, 47, 53, i64::MAX);
        assert_eq!((found.end, found.row), (PassageEnd::Lower, Some(2)));
        assert_eq!(found.seen, PriceRange { low: 47, high: 52 });
    }

    #[test]
    fn the_limit_is_not_part_of_the_path() {
        let found = follow(0, 47, 60, 10);
        assert_eq!((found.end, found.row, found.ts_us), (PassageEnd::Time, None, 10));
        assert_eq!(found.seen, PriceRange::at(50));
        assert_eq!(follow(0, 47, 60, 11).end, PassageEnd::Lower);
        assert_eq!(follow(10, 47, 60, 10).seen, PriceRange::NONE);
    }

    #[test]
    fn a_gap_ends_the_path_before_a_limit_inside_it() {
        for until_us in [21, 500, 1020, i64::MAX] {
            let found = follow(0, 10, 60, until_us);
            assert_eq!((found.end, found.row, found.ts_us), (PassageEnd::Gap, None, 1020));
        }
        assert_eq!(follow(0, 10, 60, 20).end, PassageEnd::Time);
        assert_eq!(follow(1020, 10, 99, i64::MAX).end, PassageEnd::Upper);
    }

    #[test]
    fn many_paths_are_followed_as_one_is() {
        let (tape, paths) = (tape(), 2 * TOGETHER as i64 + 5);
        let finder = PathFinder::new(&tape, 900);
        let starts: Vec<i64> = (0..paths).map(|path| path * 37 % 1100 - 10).collect();
        let barriers =
            |path: i64| Barriers { lower: path % 50, upper: 50 + path % 51, until_us: path * 61 % 2000 };
        let barriers: Vec<Barriers> = (0..paths).map(barriers).collect();
        let one = |(&start_us, barriers)| finder.from_time(start_us, barriers);
        let wanted: Vec<FirstPassage> = starts.iter().zip(&barriers).map(one).collect();
        assert_eq!(finder.from_times(&starts, &barriers), wanted);
        assert_eq!(finder.from_times(&starts, &barriers[..3]), wanted[..3]);
    }

    #[test]
    fn a_tape_ends() {
        let found = follow(1021, 10, 90, 1031);
        assert_eq!((found.end, found.row, found.ts_us), (PassageEnd::End, None, 1030));
        assert_eq!(follow(2000, 10, 90, 3000).end, PassageEnd::End);
        assert_eq!(follow(2000, 10, 90, 0).end, PassageEnd::End);
    }
}

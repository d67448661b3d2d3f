//! The search: up through ever larger blocks while the path stays inside, down into the block that leaves.

use std::ops::Range;

use super::Passage;
use super::group::{FAN, FAN_BITS, Span};
use super::pyramid::Pyramid;
use crate::tape::{PriceRange, Tape, Unit};

/// The first row on the book and outside `range`.
pub fn first_outside<T: Unit>(
    tape: &Tape,
    pyramid: &Pyramid<T>,
    rows: Range<usize>,
    range: PriceRange,
) -> Passage {
    let end = rows.end.min(tape.len());
    let mut search = Search { tape, pyramid, range: Span::of(range), seen: Span::NONE };
    let found = if rows.start < end { search.along(rows.start, end) } else { None };
    let seen = search.seen.range();
    Passage { row: found.unwrap_or(rows.start.max(end)), found: found.is_some(), seen }
}

struct Search<'t, T> {
    tape: &'t Tape,
    pyramid: &'t Pyramid<T>,
    range: Span<T>,
    seen: Span<T>,
}

impl<T: Unit> Search<'_, T> {
    // Takes what is left of a group on each level on the way up, and what is wanted of one on the way down.
    #[inline]
    fn along(&mut self, start: usize, end: usize) -> Option<usize> {
        let (mut level, mut block) = (0, start);
        loop {
            let stop = end >> (FAN_BITS * level);
            let (group, from) = (block / FAN, block % FAN);
            if group == stop / FAN {
                if let Some(row) = self.within(level, group, from, stop % FAN) {
                    return Some(row);
                }
                break;
            }
            if let Some(row) = self.within(level, group, from, FAN) {
                return Some(row);
            }
            (level, block) = (level + 1, group + 1);
        }
        let down = |level: usize| (level, end >> (FAN_BITS * level));
        (0..level).rev().map(down).find_map(|(level, stop)| self.within(level, stop / FAN, 0, stop % FAN))
    }

    // The first row outside among the blocks `from` up to `to` of a group.
    #[inline]
    fn within(&mut self, level: usize, group: usize, from: usize, to: usize) -> Option<usize> {
        if from >= to {
            return None;
        }
        let all = self.pyramid.read(self.tape, level, group, |blocks| blocks.union(from, to));
        if !self.range.covers(all) {
            return Some(self.down(level, group, from));
        }
        self.seen = self.seen.widened(all);
        None
    }

    // The first row outside in a group that has one at or after the block `from`.
    fn down(&mut self, mut level: usize, mut group: usize, mut from: usize) -> usize {
        loop {
            let (at, seen) = self.pyramid.read(self.tape, level, group, |blocks| {
                let at = blocks.first_outside(from, self.range);
                (at, blocks.union(from, at + usize::from(level == 0)))
            });
            self.seen = self.seen.widened(seen);
            group = group * FAN + at;
            if level == 0 {
                return group;
            }
            (level, from) = (level - 1, 0);
        }
    }
}

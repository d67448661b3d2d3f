//! The search: up through ever larger blocks while the path stays inside, down into the block that leaves.

use std::ops::Range;

use super::Passage;
use super::index::{Block, rows_of, union};
use crate::tape::{PriceRange, Tape};

/// The first row on the book and outside `range`.
///
/// It takes up to sixteen rows or blocks at a time without a branch, and looks for the one outside only where the whole
/// is not inside.
pub fn first_outside(tape: &Tape, levels: &[Vec<Block>], rows: Range<usize>, range: PriceRange) -> Passage {
    let (mut row, mut end) = (rows.start, rows.end.min(tape.len()));
    let (mut level, mut top) = (0, levels.len());
    let mut seen = PriceRange::NONE;
    while row < end {
        level = largest_block(row, end, level, top);
        let stop = (row + 1).next_multiple_of(rows_of(level + 1)).min(end & !(rows_of(level) - 1));
        let outside = match level {
            0 => scan_rows(tape, row..stop, range, &mut seen),
            _ => scan_blocks(&levels[level - 1], level, row..stop, range, &mut seen),
        };
        match outside {
            None => row = stop,
            Some(row) if level == 0 => return Passage { row, found: true, seen },
            Some(block) => {
                (row, end) = (block, block + rows_of(level));
                (level, top) = (level - 1, level - 1);
            }
        }
    }
    Passage { row: rows.start.max(end), found: false, seen }
}

// The level of the largest block that begins at `row` and ends by `end`, starting from a guess.
const fn largest_block(row: usize, end: usize, mut level: usize, top: usize) -> usize {
    while level < top && row & (rows_of(level + 1) - 1) == 0 && row + rows_of(level + 1) <= end {
        level += 1;
    }
    while row + rows_of(level) > end {
        level -= 1;
    }
    level
}

fn scan_rows(tape: &Tape, rows: Range<usize>, range: PriceRange, seen: &mut PriceRange) -> Option<usize> {
    let all = tape.book_range(rows.clone());
    if range.covers(all) {
        *seen = seen.widened(all);
        return None;
    }
    let outside = |&row: &usize| tape.is_on_book(row) && !range.covers(PriceRange::at(tape.price()[row]));
    let row = rows.clone().find(outside)?;
    *seen = seen.widened(tape.book_range(rows.start..row + 1));
    Some(row)
}

// The first row of the first block that is not inside; what it holds is left to be seen below.
fn scan_blocks(
    blocks: &[Block],
    level: usize,
    rows: Range<usize>,
    range: PriceRange,
    seen: &mut PriceRange,
) -> Option<usize> {
    let first = rows.start / rows_of(level);
    let blocks = &blocks[first..rows.end / rows_of(level)];
    let all = union(blocks);
    if range.covers(all) {
        *seen = seen.widened(all);
        return None;
    }
    let at = blocks.iter().position(|block| !range.covers(block.range))?;
    *seen = seen.widened(union(&blocks[..at]));
    Some((first + at) * rows_of(level))
}

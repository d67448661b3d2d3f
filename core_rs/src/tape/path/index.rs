//! Blocks of rows, and blocks of blocks: what lets a search pass over rows that cannot matter.

use crate::tape::{PriceRange, Side, Tape};

/// Sixteen rows to a block and sixteen blocks to one of the next level.
const FAN_BITS: u32 = 4;
/// The level whose blocks keep the quotes before them and their longest silence: 256 rows.
const LANDMARK_LEVEL: u32 = 2;

/// Rows in a block of `level`; a row is a block of level 0.
pub const fn rows_of(level: usize) -> usize {
    1 << (FAN_BITS as usize * level)
}

/// Rows from one landmark to the next.
pub const LANDMARK_ROWS: usize = rows_of(LANDMARK_LEVEL as usize);

/// The last price paid by sellers and by buyers.
pub type Quotes = (Option<i64>, Option<i64>);

/// Some rows in a row. Time and prices lie together, for a search needs both of the same blocks.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The time of its first row.
    pub first_us: i64,
    /// The prices of its trades on the book.
    pub range: PriceRange,
}

/// The prices of all of some blocks.
pub fn union(blocks: &[Block]) -> PriceRange {
    blocks.iter().fold(PriceRange::NONE, |all, block| all.widened(block.range))
}

/// The index of a tape: 1.7 bytes a trade.
#[derive(Clone, Debug)]
pub struct PathIndex {
    /// Blocks of 16 rows, of 256, and so on, up to a level of at most 16 blocks.
    pub levels: Vec<Vec<Block>>,
    /// The quotes before each landmark.
    pub quotes: Vec<Quotes>,
    /// The longest silence before a row of each landmark's block, microseconds.
    pub longest_wait_us: Vec<i64>,
    /// The row after the last trade on the book.
    pub book_end: usize,
}

impl PathIndex {
    /// Reads a tape once.
    pub fn new(tape: &Tape) -> Self {
        let mut levels = vec![blocks_of_rows(tape)];
        while let Some(next) =
            levels.last().filter(|level| level.len() > rows_of(1)).map(|level| blocks_of_blocks(level))
        {
            levels.push(next);
        }
        let book_end = (0..tape.len()).rev().find(|&row| tape.is_on_book(row)).map_or(0, |row| row + 1);
        Self { levels, quotes: quotes(tape), longest_wait_us: longest_waits(tape.ts_us()), book_end }
    }
}

fn blocks_of_rows(tape: &Tape) -> Vec<Block> {
    let block = |row: usize| {
        let rows = row..(row + rows_of(1)).min(tape.len());
        Block { first_us: tape.ts_us()[row], range: tape.book_range(rows) }
    };
    (0..tape.len()).step_by(rows_of(1)).map(block).collect()
}

fn blocks_of_blocks(below: &[Block]) -> Vec<Block> {
    let block = |blocks: &[Block]| Block { first_us: blocks[0].first_us, range: union(blocks) };
    below.chunks(rows_of(1)).map(block).collect()
}

fn quotes(tape: &Tape) -> Vec<Quotes> {
    let mut known = vec![(None, None)];
    for row in (LANDMARK_ROWS..=tape.len()).step_by(LANDMARK_ROWS) {
        let before = known.last().copied().unwrap_or_default();
        known.push(latest_quotes(tape, row, before));
    }
    known
}

/// The quotes before `row`, given those before the landmark at or before the row ahead of it.
pub fn latest_quotes(tape: &Tape, row: usize, before: Quotes) -> Quotes {
    let (mut bid, mut ask) = (None, None);
    let landmark = row.saturating_sub(1) / LANDMARK_ROWS * LANDMARK_ROWS;
    for earlier in (landmark..row).rev().filter(|&earlier| tape.is_on_book(earlier)) {
        let trade = tape.get(earlier);
        let quote = if trade.side == Side::Buy { &mut ask } else { &mut bid };
        quote.get_or_insert(trade.price);
        if bid.is_some() && ask.is_some() {
            break;
        }
    }
    (bid.or(before.0), ask.or(before.1))
}

fn longest_waits(ts_us: &[i64]) -> Vec<i64> {
    let longest = |first: usize| {
        let rows = first.saturating_sub(1)..(first + LANDMARK_ROWS).min(ts_us.len());
        ts_us[rows].windows(2).fold(0, |longest, pair| longest.max(pair[1] - pair[0]))
    };
    (0..ts_us.len()).step_by(LANDMARK_ROWS).map(longest).collect()
}

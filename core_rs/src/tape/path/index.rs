//! What lets a search pass over rows that cannot matter.

use super::pyramid::Pyramid;
use crate::tape::{Side, Tape, Units};

/// Rows from one landmark to the next. A landmark keeps the quotes before it and the longest silence up to the next.
pub const LANDMARK_ROWS: usize = 256;

/// The last price paid by sellers and by buyers.
pub type Quotes = (Option<i64>, Option<i64>);

/// The ranges of a tape's prices.
#[derive(Clone, Debug)]
pub enum Ranges {
    /// Of a tape whose prices are narrow.
    Narrow(Pyramid<i32>),
    /// Of one whose prices are wide.
    Wide(Pyramid<i64>),
}

impl Ranges {
    fn new(tape: &Tape) -> Self {
        match tape.price() {
            Units::Narrow(_) => Self::Narrow(Pyramid::new(tape)),
            Units::Wide(_) => Self::Wide(Pyramid::new(tape)),
        }
    }
}

/// The index of a tape: 0.7 bytes a trade.
#[derive(Clone, Debug)]
pub struct PathIndex {
    /// Prices of blocks of rows.
    pub ranges: Ranges,
    /// The quotes before each landmark.
    pub quotes: Vec<Quotes>,
    /// The longest silence before a row of each landmark's block, microseconds.
    pub longest_wait_us: Vec<i64>,
    /// The row after the last trade on the book.
    pub book_end: usize,
}

impl PathIndex {
    /// Reads a tape once for each of its parts.
    pub fn new(tape: &Tape) -> Self {
        let book_end = (0..tape.len()).rev().find(|&row| tape.is_on_book(row)).map_or(0, |row| row + 1);
        Self {
            ranges: Ranges::new(tape),
            quotes: quotes(tape),
            longest_wait_us: longest_waits(tape.ts_us()),
            book_end,
        }
    }
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
        ts_us[rows].windows(2).fold(0, |longest, pair| longest.max(pair[1].saturating_sub(pair[0])))
    };
    (0..ts_us.len()).step_by(LANDMARK_ROWS).map(longest).collect()
}

//! Blocks: consecutive bars that are taken at once, one column a quantity.
//!
//! What does not depend on the bar before is computed for several bars by one instruction, in lanes that each do what
//! they would do alone: a block of one bar gives the same bits.

use serde::{Deserialize, Serialize};

/// Rows that a block has at most: few enough for all its columns to stay in the nearest caches.
pub const BLOCK: usize = 32;

/// A quantity of each bar of a block; what is beyond its last row means nothing.
pub type Column<T = f64> = [T; BLOCK];

/// What is said of each row. A plain loop, which becomes vectors where `map` and `from_fn` become calls.
#[must_use]
#[inline(always)]
pub fn by_row<T: Copy + Default>(value: impl Fn(usize) -> T) -> Column<T> {
    let mut column = [T::default(); BLOCK];
    for (row, cell) in column.iter_mut().enumerate() {
        *cell = value(row);
    }
    column
}

/// Changes from row to row, of the first one from the value `before` it.
#[must_use]
#[inline(always)]
pub fn changes(values: &Column, before: f64) -> Column {
    let mut changes = [values[0] - before; BLOCK];
    for row in 1..BLOCK {
        changes[row] = values[row] - values[row - 1];
    }
    changes
}

/// A quantity of the bars of a block, and of some bars before them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Vec<T>", into = "Vec<T>")]
#[serde(bound(
    serialize = "T: Copy + Default + Serialize",
    deserialize = "T: Copy + Default + Deserialize<'de>"
))]
pub struct Window<T> {
    /// The greatest lag, at least 1.
    lag: usize,
    /// As many values before the block, the block, and room.
    values: Vec<T>,
    /// The place of the block, and its rows.
    start: usize,
    rows: usize,
}

impl<T: Copy + Default> Window<T> {
    /// A window that looks back at most `lag` bars (one at least) and has seen none: they count as zeros.
    #[must_use]
    pub fn new(lag: usize) -> Self {
        Self::from(vec![T::default(); lag.max(1)])
    }

    /// Lets all bars before the first one be like `value`.
    pub fn begin(&mut self, value: T) {
        self.values.fill(value);
    }

    /// Takes the values of the next block of so many rows.
    #[inline(always)]
    pub fn take(&mut self, values: &Column<T>, rows: usize) {
        *self.next(rows) = *values;
    }

    // Room for the next block.
    #[inline(always)]
    fn next(&mut self, rows: usize) -> &mut Column<T> {
        self.start += self.rows;
        self.rows = rows;
        if self.start + BLOCK > self.values.len() {
            self.values.copy_within(self.start - self.lag..self.start, 0);
            self.start = self.lag;
        }
        match self.values[self.start..].first_chunk_mut() {
            Some(column) => column,
            None => unreachable!("a block's room is behind its start"),
        }
    }

    /// The block's values.
    #[inline(always)]
    #[must_use]
    pub fn now(&self) -> &Column<T> {
        self.before(0)
    }

    /// The values so many bars before each row of the block, at most those of the greatest lag.
    #[inline(always)]
    #[must_use]
    pub fn before(&self, bars: usize) -> &Column<T> {
        debug_assert!(bars <= self.lag, "a window looks back no further than its lag");
        column(&self.values[self.start - bars..])
    }

    /// The last value.
    #[inline(always)]
    #[must_use]
    pub fn last(&self) -> T {
        self.values[self.start + self.rows - 1]
    }

    /// The last `bars` values as of each row of the block, the first row's alone, then each with one more.
    #[inline(always)]
    #[must_use]
    pub fn reach(&self, bars: usize) -> &[T] {
        &self.values[self.start + 1 - bars..self.start + self.rows]
    }
}

#[inline(always)]
fn column<T>(values: &[T]) -> &Column<T> {
    match values.first_chunk() {
        Some(column) => column,
        None => unreachable!("a block's room is behind its start"),
    }
}

/// The values before the next block, the oldest first.
impl<T: Copy + Default> From<Vec<T>> for Window<T> {
    fn from(mut before: Vec<T>) -> Self {
        let lag = before.len();
        before.resize(lag + 4 * BLOCK, T::default());
        Self { lag, values: before, start: lag, rows: 0 }
    }
}

impl<T: Copy> From<Window<T>> for Vec<T> {
    fn from(window: Window<T>) -> Self {
        let end = window.start + window.rows;
        window.values[end - window.lag..end].to_vec()
    }
}

/// An integer of a running total.
pub trait Wrapping: Copy + Default {
    /// The sum, wrapped.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// The difference, wrapped.
    #[must_use]
    fn minus(self, other: Self) -> Self;
}

macro_rules! wrapping {
    ($($integer:ty),+) => {$(
        impl Wrapping for $integer {
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
        }
    )+};
}

wrapping!(i64, i128);

/// Running totals: the sum over a window is the difference of two of them. They may wrap; sums that fit do not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Wrapping + Serialize", deserialize = "T: Wrapping + Deserialize<'de>"))]
pub struct Totals<T = i64>(Window<T>);

impl<T: Wrapping> Totals<T> {
    /// Totals for windows of up to `bars` that have seen nothing.
    #[must_use]
    pub fn new(bars: usize) -> Self {
        Self(Window::new(bars))
    }

    /// Takes the values of the next block.
    #[inline(always)]
    pub fn take(&mut self, rows: usize, value: impl Fn(usize) -> T) {
        let mut total = self.0.last();
        for (row, kept) in self.0.next(rows).iter_mut().enumerate().take(rows) {
            total = total.plus(value(row));
            *kept = total;
        }
    }

    /// The sums of the last `bars` values as of each row, of those seen where they are fewer.
    #[inline(always)]
    pub fn sums(&self, bars: usize) -> impl Fn(usize) -> T + Copy {
        let (now, before) = (self.0.now(), self.0.before(bars));
        move |row| now[row].minus(before[row])
    }

    /// The sum of the values after the one `from` bars before a row, up to the one `to` bars before it.
    #[inline(always)]
    #[must_use]
    pub fn between(&self, row: usize, from: usize, to: usize) -> T {
        self.0.before(to)[row].minus(self.0.before(from)[row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_of_any_size_look_back_at_all_values(
            values in prop::collection::vec(-9_i64..9, 1..300), at_once in 1_usize..=BLOCK, lag in 1_usize..50,
        ) {
            let (mut window, mut totals) = (Window::new(lag), Totals::new(lag));
            for (number, block) in values.chunks(at_once).enumerate() {
                let mut column = [0; BLOCK];
                column[..block.len()].copy_from_slice(block);
                window.take(&column, block.len());
                totals.take(block.len(), |row| column[row]);
                for row in 0..block.len() {
                    let at = number * at_once + row;
                    prop_assert_eq!(window.now()[row], values[at]);
                    prop_assert_eq!(window.before(lag)[row], if at < lag { 0 } else { values[at - lag] });
                    let sum = values[(at + 1).saturating_sub(lag)..=at].iter().sum::<i64>();
                    prop_assert_eq!(totals.sums(lag)(row), sum);
                }
                prop_assert_eq!(window.last(), block[block.len() - 1]);
                prop_assert_eq!(window.reach(lag).len(), lag - 1 + block.len());
                window = Window::from(Vec::from(window));
            }
        }
    }
}

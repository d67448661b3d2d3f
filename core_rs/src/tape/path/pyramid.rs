//! Prices of blocks of rows, and of blocks of blocks.

use std::hint::black_box;

use super::group::{FAN, Group, Span};
use crate::tape::memory::touch_all;
use crate::tape::{Tape, Unit};

/// Sixteen rows to a block of level 1, sixteen blocks to one of the next level; a row is a block of level 0.
#[derive(Clone, Debug)]
pub struct Pyramid<T> {
    /// The blocks of level 1 in groups, of level 2, and so on, up to a level of one group.
    levels: Vec<Vec<Group<T>>>,
    /// A bit for each block of level 1 that has trades off the book.
    off_book: Vec<u64>,
}

impl<T: Unit> Pyramid<T> {
    /// Reads the prices of a tape, which are of this kind.
    pub fn new(tape: &Tape) -> Self {
        let blocks = tape.len().div_ceil(FAN);
        let rows = |block: usize| block * FAN..tape.len().min((block + 1) * FAN);
        let mut levels = vec![groups(blocks, |block| Span::of(tape.book_range(rows(block))))];
        while let Some(below) = levels.last().filter(|groups| groups.len() > 1) {
            levels.push(groups(below.len(), |group| below[group].union(0, FAN)));
        }
        let mut off_book = vec![0; blocks.div_ceil(64)];
        for block in (0..blocks).filter(|&block| !rows(block).all(|row| tape.is_on_book(row))) {
            off_book[block / 64] |= 1 << (block % 64);
        }
        Self { levels, off_book }
    }

    /// Calls for the prices and the blocks of level 1 near `row`.
    #[inline]
    pub fn call_for(&self, tape: &Tape, row: usize) {
        touch_all(T::slice(tape.price().all()).unwrap_or_default(), row / FAN * FAN, FAN);
        if let Some(group) = self.levels[0].get(row / (FAN * FAN)) {
            black_box(group.ends());
        }
    }

    /// What `read` makes of sixteen blocks of `level`, the first of them `group * 16`. Rows off the book have no price.
    #[inline]
    pub fn read<R>(&self, tape: &Tape, level: usize, group: usize, read: impl FnOnce(&Group<T>) -> R) -> R {
        if level > 0 { read(&self.levels[level - 1][group]) } else { read(&self.rows(tape, group)) }
    }

    #[inline]
    fn rows(&self, tape: &Tape, block: usize) -> Group<T> {
        let first = block * FAN;
        let prices =
            T::slice(tape.price().all()).and_then(|prices| prices.get(first..)?.first_chunk::<FAN>());
        if let Some(&prices) = prices.filter(|_| self.off_book[block / 64] >> (block % 64) & 1 == 0) {
            return Group::of_prices(prices);
        }
        let rows = first..tape.len().min(first + FAN);
        Group::of(rows.map(|row| Span::of(tape.book_range(row..row + 1))))
    }
}

fn groups<T: Unit>(blocks: usize, block: impl Fn(usize) -> Span<T>) -> Vec<Group<T>> {
    let group = |first: usize| Group::of((first..blocks.min(first + FAN)).map(&block));
    (0..blocks).step_by(FAN).map(group).collect()
}

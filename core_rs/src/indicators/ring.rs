//! The last `n` values.

use serde::{Deserialize, Serialize};

/// A ring buffer of fixed length, filled with defaults (zeros) at first, which enter no sum.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ring<T> {
    values: Vec<T>,
    /// The place of the oldest value, which the next one takes.
    oldest: usize,
    is_full: bool,
}

impl<T: Copy + Default> Ring<T> {
    /// A ring of `length` values, at least one, that has seen none.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { values: vec![T::default(); length.max(1)], oldest: 0, is_full: false }
    }

    /// Adds a value; returns the one that it pushes out, the default one until the ring is full.
    #[inline]
    pub fn push(&mut self, value: T) -> T {
        let out = std::mem::replace(&mut self.values[self.oldest], value);
        self.oldest += 1;
        if self.oldest == self.values.len() {
            (self.oldest, self.is_full) = (0, true);
        }
        out
    }

    /// The oldest value held, the default one until the ring is full.
    #[must_use]
    #[inline]
    pub fn oldest(&self) -> T {
        self.values[self.oldest]
    }

    /// Whether `length` values were seen.
    #[must_use]
    #[inline]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// The values held, in no particular order.
    #[must_use]
    #[inline]
    pub fn values(&self) -> &[T] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_gives_back_its_oldest_value() {
        let mut ring = Ring::new(3);
        let out: Vec<(i32, bool)> = (4..9).map(|value| (ring.push(value), ring.is_full())).collect();
        assert_eq!(out, [(0, false), (0, false), (0, true), (4, true), (5, true)]);
        assert_eq!(ring.oldest(), 6);
    }
}

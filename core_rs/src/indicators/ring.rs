//! The last `n` values.

use serde::{Deserialize, Serialize};

/// A ring buffer of fixed length.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ring<T> {
    values: Vec<T>,
    length: usize,
    oldest: usize,
}

impl<T: Copy> Ring<T> {
    /// An empty ring for `length` values, at least one.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        Self { values: Vec::with_capacity(length), length, oldest: 0 }
    }

    /// Adds a value; returns the one that it pushes out of a full ring.
    pub fn push(&mut self, value: T) -> Option<T> {
        if self.values.len() < self.length {
            self.values.push(value);
            return None;
        }
        let out = std::mem::replace(&mut self.values[self.oldest], value);
        self.oldest = if self.oldest + 1 == self.length { 0 } else { self.oldest + 1 };
        Some(out)
    }

    /// The oldest value held.
    #[must_use]
    pub fn oldest(&self) -> Option<T> {
        self.values.get(self.oldest).copied()
    }

    /// Whether the ring holds `length` values.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.values.len() == self.length
    }

    /// The values held, in no particular order.
    #[must_use]
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
        let out: Vec<Option<i32>> = (0..7).map(|value| ring.push(value)).collect();
        assert_eq!(out, [None, None, None, Some(0), Some(1), Some(2), Some(3)]);
        assert!(ring.is_full() && ring.oldest() == Some(4));
    }
}

//! The highest of the last `n` values, and what came with it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Which of equal values counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ties {
    /// The earliest of them.
    Earliest,
    /// The latest of them.
    Latest,
}

/// A value, how many values came after it, and what came with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak<T> {
    /// The value.
    pub value: i64,
    /// Values after it.
    pub age: usize,
    /// What came with it.
    pub with: T,
}

/// Finds the highest value of a window in constant time: only those are held that no later one exceeds, highest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Highest<T> {
    window: usize,
    ties: Ties,
    seen: usize,
    held: VecDeque<(i64, usize, T)>,
}

impl<T: Copy> Highest<T> {
    /// A window of `n` values, at least one, that has seen nothing.
    #[must_use]
    pub fn new(n: usize, ties: Ties) -> Self {
        Self { window: n.max(1), ties, seen: 0, held: VecDeque::with_capacity(n.max(1)) }
    }

    /// Takes the next value; returns the highest of the last `n`, of those seen where they are fewer.
    #[inline]
    pub fn update(&mut self, value: i64, with: T) -> Peak<T> {
        let least = if self.ties == Ties::Latest { value } else { value - 1 };
        while self.held.back().is_some_and(|&(held, ..)| held <= least) {
            self.held.pop_back();
        }
        if self.held.front().is_some_and(|&(_, number, _)| number + self.window <= self.seen) {
            self.held.pop_front();
        }
        self.held.push_back((value, self.seen, with));
        let newest = self.seen;
        self.seen += 1;
        let (value, number, with) = self.held.front().copied().unwrap_or((value, newest, with));
        Peak { value, age: newest - number, with }
    }

    /// Whether `n` values were seen.
    #[must_use]
    #[inline]
    pub const fn is_full(&self) -> bool {
        self.seen >= self.window
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_what_a_scan_finds(
            values in prop::collection::vec(-4_i64..5, 1..60), n in 1_usize..9, latest in any::<bool>(),
        ) {
            let mut highest = Highest::new(n, if latest { Ties::Latest } else { Ties::Earliest });
            for (row, &value) in values.iter().enumerate() {
                let peak = highest.update(value, row);
                let ages = 0..n.min(row + 1);
                let most = ages.clone().map(|age| values[row - age]).max().unwrap();
                let mut of_most = ages.filter(|&age| values[row - age] == most);
                let age = if latest { of_most.next() } else { of_most.next_back() }.unwrap();
                prop_assert_eq!(peak, Peak { value: most, age, with: row - age });
                prop_assert_eq!(highest.is_full(), row + 1 >= n);
            }
        }
    }
}

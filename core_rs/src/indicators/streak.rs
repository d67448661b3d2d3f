//! How long something has gone one way.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Window};

/// Consecutive equal signs, counted up to `longest`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Streak {
    signs: Window<i64>,
    length: i64,
    longest: i64,
}

impl Streak {
    /// A streak that has seen nothing.
    #[must_use]
    pub fn new(longest: usize) -> Self {
        Self { signs: Window::new(1), length: 0, longest: longest.max(1) as i64 }
    }

    /// Takes the signs of the next rows; returns the signed streaks that end with them as shares of the longest. A zero
    /// ends a streak and begins none.
    #[inline(always)]
    pub fn update(&mut self, signs: &Column<i64>, rows: usize) -> Column {
        self.signs.take(signs, rows);
        let (now, before, mut lengths) = (self.signs.now(), self.signs.before(1), [0; BLOCK]);
        for row in 0..rows.min(BLOCK) {
            self.length = 1 + if now[row] == before[row] { self.length } else { 0 };
            lengths[row] = self.length;
        }
        std::array::from_fn(|row| (now[row] * lengths[row].min(self.longest)) as f64 / self.longest as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streaks_are_signed_capped_and_broken() {
        let mut signs = [0; BLOCK];
        signs[..6].copy_from_slice(&[1, 1, 1, 0, -1, 1]);
        let said = Streak::new(2).update(&signs, 6);
        assert_eq!(said[1..6], [1.0, 1.0, 0.0, -0.5, 0.5]);
    }
}

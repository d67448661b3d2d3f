//! Rank of a value among the last ones.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Window};

/// The percentile rank of the newest of the last `n` values, ties counted half: `(below + equal / 2) / n`.
///
/// Rounding keeps the order, so half as many bits decide, twice as many at once; only among values that round alike
/// are all bits compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingRank {
    values: Window<f64>,
    rounded: Window<f32>,
    n: usize,
}

impl RollingRank {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { values: Window::new(n), rounded: Window::new(n), n }
    }

    /// Takes the next values; returns the rank of each in (0, 1), which means nothing where the window is not full of
    /// numbers.
    #[inline(always)]
    pub fn update(&mut self, values: &Column, rows: usize) -> Column {
        self.values.take(values, rows);
        self.rounded.take(&values.map(|value| value as f32), rows);
        let (per_half, mut ranks) = (0.5 / self.n as f64, [0.0; BLOCK]);
        for (rank, window) in ranks.iter_mut().zip(self.rounded.reach(self.n).windows(self.n)) {
            let (below, up_to) = count(window, window[self.n - 1]);
            // Not one that is equal, but itself: others round to the same.
            *rank = if up_to == below + 1 { f64::from(below + up_to) * per_half } else { f64::NAN };
        }
        if ranks[..rows].iter().any(|rank| rank.is_nan()) {
            self.break_ties(&mut ranks);
        }
        ranks
    }

    #[cold]
    fn break_ties(&self, ranks: &mut Column) {
        let windows = self.values.reach(self.n).windows(self.n);
        for (rank, window) in ranks.iter_mut().zip(windows).filter(|(rank, _)| rank.is_nan()) {
            let value = window[self.n - 1];
            let halves = |&x: &f64| i32::from(x < value) + i32::from(x <= value);
            *rank = f64::from(window.iter().map(halves).sum::<i32>()) * (0.5 / self.n as f64);
        }
    }
}

// How many are below the value, how many are not above it.
#[inline(always)]
fn count(values: &[f32], value: f32) -> (i32, i32) {
    values
        .iter()
        .fold((0, 0), |(below, up_to), &x| (below + i32::from(x < value), up_to + i32::from(x <= value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranks(n: usize, values: &[f64]) -> Column {
        let mut column = [0.0; BLOCK];
        column[..values.len()].copy_from_slice(values);
        RollingRank::new(n).update(&column, values.len())
    }

    #[test]
    fn ties_count_half() {
        let said = ranks(4, &[f64::NAN, 1.0, 2.0, 2.0, 2.0, 0.0]);
        assert!((said[4] - 0.625).abs() < 1e-12);
        assert!((said[5] - 0.125).abs() < 1e-12);
    }

    #[test]
    fn the_last_bits_decide() {
        assert!((ranks(3, &[1.0 + 2e-15, 1.0, 1.0 + 1e-15])[2] - 0.5).abs() < 1e-12);
    }
}

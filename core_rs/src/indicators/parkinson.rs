//! Volatility from the ranges of bars.

use std::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use super::Moments;
use super::block::{BLOCK, Column};

/// The variance that a mean squared range stands for.
const PER_SQUARE: f64 = 1.0 / (4.0 * LN_2);

/// What `Parkinson` says of its window of ranges as of each row of a block.
pub struct Ranges {
    /// Standard deviations per bar, in the ranges' unit.
    pub deviation: Column,
    /// Mean ranges.
    pub mean: Column,
}

/// Parkinson's estimator (1980): variance `sum(range^2) / (4 ln 2 n)`, here of ranges in ticks instead of logarithms.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parkinson {
    ranges: Moments,
    per_n: f64,
    variance_of_squares: f64,
}

impl Parkinson {
    /// A window over `n` ranges that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let per_n = 1.0 / n.max(1) as f64;
        Self { ranges: Moments::new(n), per_n, variance_of_squares: PER_SQUARE * per_n }
    }

    /// Takes the next ranges; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, ranges: &Column<i64>, rows: usize) -> Ranges {
        self.ranges.take(ranges, rows);
        let (squares, sums) = (self.ranges.squares(), self.ranges.sums());
        let mut said = Ranges { deviation: [0.0; BLOCK], mean: [0.0; BLOCK] };
        for row in 0..BLOCK {
            said.deviation[row] = (squares[row] * self.variance_of_squares).sqrt();
            said.mean[row] = sums(row) as f64 * self.per_n;
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s7_vol() {
        let (high, low) =
            ([44.64, 44.39, 44.45, 43.91, 44.63, 45.13_f64], [44.09, 43.84, 43.9, 43.36, 44.08, 44.58]);
        let squares: f64 = high.iter().zip(low).map(|(high, low)| (high / low).ln().powi(2)).sum();
        assert!((PER_SQUARE * squares / 6.0 - 5.573_300_893_047_152_5e-5).abs() < 1e-12);
    }

    #[test]
    fn the_window_slides() {
        let mut ranges = [0; BLOCK];
        ranges[..3].copy_from_slice(&[9, 3, 4]);
        let said = Parkinson::new(2).update(&ranges, 3);
        assert!((said.mean[2] - 3.5).abs() < 1e-12);
        assert!((said.deviation[2] - (12.5 / (4.0 * LN_2)).sqrt()).abs() < 1e-12);
    }
}

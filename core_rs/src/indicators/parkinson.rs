//! Volatility from the ranges of bars.

use std::f64::consts::LN_2;

use serde::{Deserialize, Serialize};

use super::Moments;

/// The variance that a mean squared range stands for.
const PER_SQUARE: f64 = 1.0 / (4.0 * LN_2);

/// What `Parkinson` says of its window of ranges, NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Ranges {
    /// Standard deviation per bar, in the ranges' unit.
    pub deviation: f64,
    /// Mean range.
    pub mean: f64,
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

    /// Takes the next range; NaN before `n` ranges.
    #[inline]
    pub fn update(&mut self, range: i64) -> Ranges {
        self.ranges.push(range);
        if !self.ranges.is_full() {
            return Ranges { deviation: f64::NAN, mean: f64::NAN };
        }
        Ranges {
            deviation: (self.ranges.squares() * self.variance_of_squares).sqrt(),
            mean: self.ranges.sum() as f64 * self.per_n,
        }
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
        let mut ranges = Parkinson::new(2);
        let said: Vec<Ranges> = [9, 3, 4].iter().map(|&range| ranges.update(range)).collect();
        assert!(said[0].mean.is_nan() && (said[2].mean - 3.5).abs() < 1e-12);
        assert!((said[2].deviation - (12.5 / (4.0 * LN_2)).sqrt()).abs() < 1e-12);
    }
}

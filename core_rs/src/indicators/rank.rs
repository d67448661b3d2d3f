//! Rank of a value among the last ones.

use serde::{Deserialize, Serialize};

use super::Ring;

/// The percentile rank of the newest of the last `n` values, ties counted half: `(below + equal / 2) / n`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingRank {
    window: Ring<f64>,
}

impl RollingRank {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n) }
    }

    /// Takes the next value (NaN is passed over); returns its rank in (0, 1), NaN before `n` values.
    pub fn update(&mut self, value: f64) -> f64 {
        if !value.is_nan() {
            self.window.push(value);
        }
        if !self.window.is_full() {
            return f64::NAN;
        }
        // Counters as wide as the values: a processor compares and counts several at once.
        let values = self.window.values();
        let below: i64 = values.iter().map(|&x| i64::from(x < value)).sum();
        let not_above: i64 = values.iter().map(|&x| i64::from(x <= value)).sum();
        (below + not_above) as f64 / (2.0 * values.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_half() {
        let mut rank = RollingRank::new(4);
        let said: Vec<f64> = [f64::NAN, 1.0, 2.0, 2.0, 2.0, 0.0].iter().map(|&x| rank.update(x)).collect();
        assert!(said[..4].iter().all(|value| value.is_nan()));
        assert!((said[4] - 0.625).abs() < 1e-12);
        assert!((said[5] - 0.125).abs() < 1e-12);
    }
}

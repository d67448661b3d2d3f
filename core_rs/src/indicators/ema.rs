//! Exponential moving average.

use serde::{Deserialize, Serialize};

/// `m <- m + alpha (x - m)`, seeded with the mean of its first `seed_len` values.
///
/// The seed is a choice of the literature: `TA-Lib` takes a simple mean of the first span (`Ema::span`), others
/// the first value alone (`seed_len` 1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ema {
    alpha: f64,
    seed_len: usize,
    seen: usize,
    seed_sum: f64,
    value: f64,
}

impl Ema {
    /// An average that has seen nothing.
    #[must_use]
    pub fn new(alpha: f64, seed_len: usize) -> Self {
        Self { alpha, seed_len: seed_len.max(1), seen: 0, seed_sum: 0.0, value: f64::NAN }
    }

    /// The average of span `n`: alpha 2 / (n + 1), warm after `n` values.
    #[must_use]
    pub fn span(n: usize) -> Self {
        Self::new(2.0 / (n as f64 + 1.0), n)
    }

    /// Takes the next value; returns the average, NaN before `seed_len` values.
    pub fn update(&mut self, x: f64) -> f64 {
        if self.seen < self.seed_len {
            self.seen += 1;
            self.seed_sum += x;
            if self.seen == self.seed_len {
                self.value = self.seed_sum / self.seed_len as f64;
            }
        } else {
            self.value = self.peek(x);
        }
        self.value
    }

    /// What `update(x)` would return once warm, without taking the value.
    #[must_use]
    pub fn peek(&self, x: f64) -> f64 {
        self.value + self.alpha * (x - self.value)
    }

    /// The average, NaN until warm.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s7_ema() {
        let expected = [
            44.34,
            44.256_666_666_666_67,
            44.221_111_111_111_114,
            44.017_407_407_407_41,
            44.121_604_938_271_61,
            44.357_736_625_514_406,
            44.605_157_750_342_94,
            44.876_771_833_561_96,
        ];
        let mut ema = Ema::new(1.0 / 3.0, 1);
        for (x, expected) in [44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42].into_iter().zip(expected)
        {
            assert!((ema.update(x) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn a_span_is_seeded_with_its_mean() {
        let mut ema = Ema::span(3);
        assert!(ema.update(1.0).is_nan() && ema.update(2.0).is_nan());
        assert!((ema.update(6.0) - 3.0).abs() < 1e-12);
        assert!((ema.peek(5.0) - 4.0).abs() < 1e-12);
        assert!((ema.update(5.0) - 4.0).abs() < 1e-12);
    }
}

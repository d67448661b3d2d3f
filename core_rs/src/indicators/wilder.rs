//! Wilder's smoothing.

use serde::{Deserialize, Serialize};

use super::Ema;

/// `a <- (a (n - 1) + x) / n`, seeded with the mean of the first `n` values (Wilder, New Concepts, 1978).
///
/// That is an exponential average of weight `1 / n`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wilder(Ema);

impl Wilder {
    /// An average that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self(Ema::new(1.0 / n.max(1) as f64, n))
    }

    /// Takes the next value; returns the average, NaN before `n` values.
    pub fn update(&mut self, x: f64) -> f64 {
        self.0.update(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_the_mean_and_the_rest_is_recursive() {
        let mut average = Wilder::new(2);
        assert!(average.update(1.0).is_nan());
        assert!((average.update(3.0) - 2.0).abs() < 1e-12);
        assert!((average.update(6.0) - 4.0).abs() < 1e-12);
    }
}

//! Wilder's smoothing.

use serde::{Deserialize, Serialize};

/// `a <- (a (n - 1) + x) / n`, seeded with the mean of the first `n` values (Wilder, New Concepts, 1978).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wilder {
    n: usize,
    seen: usize,
    seed_sum: f64,
    value: f64,
}

impl Wilder {
    /// An average that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { n: n.max(1), seen: 0, seed_sum: 0.0, value: f64::NAN }
    }

    /// Takes the next value; returns the average, NaN before `n` values.
    pub fn update(&mut self, x: f64) -> f64 {
        let n = self.n as f64;
        if self.seen < self.n {
            self.seen += 1;
            self.seed_sum += x;
            if self.seen == self.n {
                self.value = self.seed_sum / n;
            }
        } else {
            self.value = (self.value * (n - 1.0) + x) / n;
        }
        self.value
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

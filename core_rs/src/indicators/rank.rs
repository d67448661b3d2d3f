//! Rank of a value among the last ones.

use serde::{Deserialize, Serialize};

use super::Ring;

/// The percentile rank of the newest of the last `n` values, ties counted half: `(below + equal / 2) / n`.
///
/// Rounding keeps the order, so half as many bits decide, twice as many at once; only among values that round alike
/// are all bits compared.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingRank {
    window: Ring<f64>,
    rounded: Ring<f32>,
    per_half: f64,
}

impl RollingRank {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n), rounded: Ring::new(n), per_half: 0.5 / n.max(1) as f64 }
    }

    /// Takes the next value (NaN is passed over); returns its rank in (0, 1), NaN before `n` values.
    #[inline]
    pub fn update(&mut self, value: f64) -> f64 {
        if !value.is_nan() {
            self.window.push(value);
            self.rounded.push(value as f32);
        }
        if !self.window.is_full() {
            return f64::NAN;
        }
        let (below, up_to) = count(self.rounded.values(), value as f32);
        let halves = if up_to == below + 1 { below + up_to } else { self.exact(value) };
        f64::from(halves) * self.per_half
    }

    fn exact(&self, value: f64) -> i32 {
        let halves = |&x: &f64| i32::from(x < value) + i32::from(x <= value);
        self.window.values().iter().map(halves).sum()
    }
}

// How many are below the value, how many are not above it.
fn count(values: &[f32], value: f32) -> (i32, i32) {
    values
        .iter()
        .fold((0, 0), |(below, up_to), &x| (below + i32::from(x < value), up_to + i32::from(x <= value)))
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

    #[test]
    fn the_last_bits_decide() {
        let mut rank = RollingRank::new(3);
        let said = [1.0 + 2e-15, 1.0, 1.0 + 1e-15].map(|x| rank.update(x))[2];
        assert!((said - 0.5).abs() < 1e-12);
    }
}

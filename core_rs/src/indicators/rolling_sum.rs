//! Sum of the last `n` integers.

use serde::{Deserialize, Serialize};

use super::{Ring, to_f64};

/// An exact rolling sum.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingSum {
    window: Ring<i64>,
    sum: i128,
}

impl RollingSum {
    /// A sum that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n), sum: 0 }
    }

    /// Takes the next value; returns the sum of the last `n`, NaN before `n` values.
    pub fn update(&mut self, value: i64) -> f64 {
        let out = self.window.push(value).unwrap_or(0);
        self.sum += i128::from(value) - i128::from(out);
        if self.window.is_full() { to_f64(self.sum) } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_exactly() {
        let mut sum = RollingSum::new(2);
        assert!(sum.update(i64::MAX).is_nan());
        assert!(sum.update(i64::MAX) > 1.8e19);
        assert!(sum.update(3) > 9.0e18);
        assert!((sum.update(4) - 7.0).abs() < 1e-12);
    }
}

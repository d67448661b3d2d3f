//! The spread that the bounce of prices betrays.

use serde::{Deserialize, Serialize};

use super::{Ring, to_f64};

/// Changes beyond this count as this, so that their products fit.
const MAX_CHANGE: i64 = 1 << 31;

/// Roll's spread (Journal of Finance 1984): `2 sqrt(-cov)` of consecutive changes of price over the last `n` pairs, 0
/// where they do not bounce. The covariance takes the mean change as zero: drift from one bar to the next is small
/// against the bounce, and a mean estimated from the same changes biases it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Roll {
    previous: Option<i64>,
    products: Ring<i64>,
    sum: i128,
    n: f64,
}

impl Roll {
    /// A spread that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { previous: None, products: Ring::new(n), sum: 0, n: n.max(1) as f64 }
    }

    /// Takes the next change of price, ticks; returns the spread in ticks, NaN before `n + 1` changes.
    #[inline]
    pub fn update(&mut self, change: i64) -> f64 {
        let change = change.clamp(-MAX_CHANGE, MAX_CHANGE);
        let Some(before) = self.previous.replace(change) else { return f64::NAN };
        let product = before * change;
        self.sum += i128::from(product) - i128::from(self.products.push(product));
        if !self.products.is_full() {
            return f64::NAN;
        }
        let bounce = -to_f64(self.sum) / self.n;
        2.0 * bounce.max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s6_roll() {
        let prices = [1000, 1001, 1000, 1001, 1001, 1000, 1001, 1000, 1000, 1001, 1002, 1001, 1002, 1001_i64];
        let mut roll = Roll::new(12);
        let said: Vec<f64> = prices.windows(2).map(|pair| roll.update(pair[1] - pair[0])).collect();
        assert!(said[11].is_nan());
        assert!((said[12] / 10.0 - 0.141_421_356_237_309_5).abs() < 1e-9);
    }

    #[test]
    fn a_trend_has_no_bounce() {
        let mut roll = Roll::new(3);
        assert!((0..6).map(|_| roll.update(5)).last() == Some(0.0));
    }
}

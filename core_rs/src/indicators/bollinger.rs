//! Position between Bollinger bands.

use serde::{Deserialize, Serialize};

use super::{Ring, ratio};

/// Where the close lies between bands `k` population standard deviations around the mean of `n` closes.
///
/// With `S` and `Q` the window's sum of closes and of their squares, exact integers below 2^52 ticks:
/// `(c - S/n) / (k sqrt(Q/n - (S/n)^2)) = (n c - S) / (k sqrt(n Q - S^2))`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bollinger {
    window: Ring<i64>,
    deviations: f64,
    sum: i128,
    squares: i128,
}

impl Bollinger {
    /// Bands that have seen nothing.
    #[must_use]
    pub fn new(n: usize, deviations: f64) -> Self {
        Self { window: Ring::new(n), deviations, sum: 0, squares: 0 }
    }

    /// Takes the next close; returns 0 at the mean, +1 and -1 at the bands, NaN before `n` closes.
    ///
    /// A window without variance answers 0.
    pub fn update(&mut self, close: i64) -> f64 {
        let out = i128::from(self.window.push(close).unwrap_or(0));
        let close = i128::from(close);
        self.sum += close - out;
        self.squares += close * close - out * out;
        if !self.window.is_full() {
            return f64::NAN;
        }
        let n = self.window.values().len() as i128;
        let spread = ((n * self.squares - self.sum * self.sum) as f64).sqrt();
        ratio((n * close - self.sum) as f64, self.deviations * spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_prices_lose_nothing() {
        // Mean 1e9 + 10, population variance 22.5: the naive float formula cancels here.
        let mut bands = Bollinger::new(4, 2.0);
        let last = [4, 7, 13, 16].map(|step| bands.update(1_000_000_000 + step))[3];
        assert!((last - 6.0 / (2.0 * 22.5_f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn the_window_slides() {
        let mut bands = Bollinger::new(2, 1.0);
        let said: Vec<f64> = [5, 5, 9, 9].iter().map(|&close| bands.update(close)).collect();
        assert!(said[0].is_nan());
        assert!(said[1] == 0.0 && (said[2] - 1.0).abs() < 1e-12 && said[3] == 0.0);
    }
}

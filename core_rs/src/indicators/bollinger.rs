//! Bollinger bands.

use serde::{Deserialize, Serialize};

use super::{Moments, ratio};

/// What `Bollinger` says of a close, NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Bands {
    /// Where the close lies: 0 at the mean, +1 and -1 at the bands; 0 in a window without variance.
    pub position: f64,
    /// From the lower band to the upper one, ticks.
    pub width: f64,
}

/// Bands `k` population standard deviations around the mean of `n` closes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bollinger {
    closes: Moments,
    deviations: f64,
    width_of_spread: f64,
}

impl Bollinger {
    /// Bands that have seen nothing.
    #[must_use]
    pub fn new(n: usize, deviations: f64) -> Self {
        Self { closes: Moments::new(n), deviations, width_of_spread: 2.0 * deviations / n.max(1) as f64 }
    }

    /// Takes the next close; NaN before `n` closes.
    #[inline]
    pub fn update(&mut self, close: i64) -> Bands {
        self.closes.push(close);
        if !self.closes.is_full() {
            return Bands { position: f64::NAN, width: f64::NAN };
        }
        let spread = self.closes.scatter().sqrt();
        Bands {
            position: ratio(self.closes.deviation(close), self.deviations * spread),
            width: self.width_of_spread * spread,
        }
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
        assert!((last.position - 6.0 / (2.0 * 22.5_f64.sqrt())).abs() < 1e-12);
        assert!((last.width - 4.0 * 22.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_window_slides() {
        let mut bands = Bollinger::new(2, 1.0);
        let said: Vec<f64> = [5, 5, 9, 9].iter().map(|&close| bands.update(close).position).collect();
        assert!(said[0].is_nan());
        assert!(said[1] == 0.0 && (said[2] - 1.0).abs() < 1e-12 && said[3] == 0.0);
    }
}

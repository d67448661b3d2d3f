//! Bollinger bands.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column};
use super::{Moments, ratio};

/// What `Bollinger` says of closes as of each row of a block.
pub struct Bands {
    /// Where the close lies: 0 at the mean, +1 and -1 at the bands; 0 in a window without variance.
    pub position: Column,
    /// From the lower band to the upper one, ticks.
    pub width: Column,
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

    /// Takes the next closes; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, closes: &Column<i64>, rows: usize) -> Bands {
        self.closes.take(closes, rows);
        let (scatter, from_mean) = (self.closes.scatter(), self.closes.deviations());
        let mut bands = Bands { position: [0.0; BLOCK], width: [0.0; BLOCK] };
        for row in 0..BLOCK {
            let spread = scatter[row].sqrt();
            bands.position[row] = ratio(from_mean(row), self.deviations * spread);
            bands.width[row] = self.width_of_spread * spread;
        }
        bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bands(bollinger: &mut Bollinger, closes: &[i64]) -> Bands {
        let mut column = [0; BLOCK];
        column[..closes.len()].copy_from_slice(closes);
        bollinger.update(&column, closes.len())
    }

    #[test]
    fn large_prices_lose_nothing() {
        // Mean 1e9 + 10, population variance 22.5: the naive float formula cancels here.
        let said = bands(&mut Bollinger::new(4, 2.0), &[4, 7, 13, 16].map(|step| 1_000_000_000 + step));
        assert!((said.position[3] - 6.0 / (2.0 * 22.5_f64.sqrt())).abs() < 1e-12);
        assert!((said.width[3] - 4.0 * 22.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_window_slides() {
        let said = bands(&mut Bollinger::new(2, 1.0), &[5, 5, 9, 9]).position;
        assert!(said[1] == 0.0 && (said[2] - 1.0).abs() < 1e-12 && said[3] == 0.0);
    }
}

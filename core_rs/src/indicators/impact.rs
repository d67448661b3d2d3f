//! Price impact: how far price goes with the volume of one side.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals};
use super::{Moments, ratio};

/// Signed volumes and changes of price beyond these count as these, so that no sum of squares overflows.
const MAX_VOLUME: i64 = (1 << 52) - 1;
const MAX_CHANGE: i64 = 1 << 40;

/// What `Impact` says of its window as of each row of a block; 0 where volume, or price, did not vary.
pub struct Slope {
    /// Ticks per lot.
    pub lambda: Column,
    /// The share of the variance of changes that it explains.
    pub fit: Column,
}

/// The regression of price changes on signed volume over the last `n` bars (Kyle, Econometrica 1985, lambda in
/// `dp = a + lambda q`), by ordinary least squares with intercept on exact integer sums.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Impact {
    volumes: Moments,
    changes: Moments,
    products: Totals,
}

impl Impact {
    /// A regression that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { volumes: Moments::new(n), changes: Moments::new(n), products: Totals::new(n.max(1)) }
    }

    /// Takes the next bars' signed volumes and changes of price; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, signed_volumes: &Column<i64>, changes: &Column<i64>, rows: usize) -> Slope {
        let volumes = signed_volumes.map(|volume| volume.clamp(-MAX_VOLUME, MAX_VOLUME));
        let changes = changes.map(|change| change.clamp(-MAX_CHANGE, MAX_CHANGE));
        self.volumes.take(&volumes, rows);
        self.changes.take(&changes, rows);
        self.products.take(rows, |row| volumes[row].wrapping_mul(changes[row]));
        let covariance = self.volumes.scatter_with(&self.changes, &self.products);
        let (variance_x, variance_y) = (self.volumes.scatter(), self.changes.scatter());
        let mut slope = Slope { lambda: [0.0; BLOCK], fit: [0.0; BLOCK] };
        for row in 0..BLOCK {
            let squared = covariance[row] * covariance[row];
            slope.lambda[row] = ratio(covariance[row], variance_x[row]);
            slope.fit[row] = ratio(squared, variance_x[row] * variance_y[row]);
        }
        slope
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope<const N: usize>(volumes: [i64; N], changes: [i64; N]) -> [f64; 2] {
        let mut columns = [[0; BLOCK]; 2];
        columns[0][..N].copy_from_slice(&volumes);
        columns[1][..N].copy_from_slice(&changes);
        let said = Impact::new(N - 2).update(&columns[0], &columns[1], N);
        [said.lambda[N - 1], said.fit[N - 1]]
    }

    #[test]
    fn vector_s6_kyle() {
        let said = slope([9, 1, 10, -15, 4, 22, -12, 3], [-7, 8, 10, -20, 5, 30, -10, 0]);
        assert!((said[0] / 100.0 - 0.012_264_150_943_396_232).abs() < 1e-9);
    }

    #[test]
    fn price_that_follows_volume_is_explained_whole() {
        for unit in [1, 1 << 35] {
            let volumes = [3, -1, 4, -1, 5, -9].map(|volume| volume * unit);
            let said = slope(volumes, volumes.map(|volume| 2 * volume));
            assert!((said[0] - 2.0).abs() < 1e-12 && (said[1] - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn without_variation_there_is_no_impact() {
        assert!(slope([7; 5], [0; 5]) == [0.0, 0.0]);
    }
}

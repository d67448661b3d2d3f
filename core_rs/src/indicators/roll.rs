//! The spread that the bounce of prices betrays.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals, Window};
use super::to_f64;

/// Changes beyond this count as this, so that their products fit.
const MAX_CHANGE: i64 = 1 << 31;

/// Roll's spread (Journal of Finance 1984): `2 sqrt(-cov)` of consecutive changes of price over the last `n` pairs, 0
/// where they do not bounce. The covariance takes the mean change as zero: drift from one bar to the next is small
/// against the bounce, and a mean estimated from the same changes biases it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Roll {
    changes: Window<i64>,
    products: Totals<i128>,
    n: usize,
}

impl Roll {
    /// A spread that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { changes: Window::new(1), products: Totals::new(n), n }
    }

    /// Takes the next changes of price, ticks; returns the spreads in ticks, which mean nothing where there are not `n`
    /// pairs.
    #[inline(always)]
    pub fn update(&mut self, changes: &Column<i64>, rows: usize) -> Column {
        self.changes.take(&changes.map(|change| change.clamp(-MAX_CHANGE, MAX_CHANGE)), rows);
        let (now, before) = (self.changes.now(), self.changes.before(1));
        self.products.take(rows, |row| i128::from(before[row] * now[row]));
        let (products, n, mut spreads) = (self.products.sums(self.n), self.n as f64, [0.0; BLOCK]);
        for (row, spread) in spreads.iter_mut().enumerate() {
            *spread = -to_f64(products(row)) / n;
        }
        spreads.map(|bounce| 2.0 * bounce.max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spreads(n: usize, changes: &[i64]) -> Column {
        let mut column = [0; BLOCK];
        column[..changes.len()].copy_from_slice(changes);
        Roll::new(n).update(&column, changes.len())
    }

    #[test]
    fn vector_s6_roll() {
        let prices = [1000, 1001, 1000, 1001, 1001, 1000, 1001, 1000, 1000, 1001, 1002, 1001, 1002, 1001_i64];
        let changes: Vec<i64> = prices.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!((spreads(12, &changes)[12] / 10.0 - 0.141_421_356_237_309_5).abs() < 1e-9);
    }

    #[test]
    fn a_trend_has_no_bounce() {
        assert!(spreads(3, &[5; 6])[5] == 0.0);
    }
}

//! Linear regression of closes on time.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals};
use super::moments::{Moments, sum};
use super::{ratio, to_f64};

/// The least-squares lines through the last closes as of each row of a block.
pub struct Fit {
    /// Slopes, ticks per bar.
    pub slope: Column,
    /// Squared correlations of close and time, 0 where no close differs.
    pub r2: Column,
    /// The last closes less the lines' ends, ticks.
    pub residual: Column,
}

/// The regression of the last `n` closes `y` on the bar's number `x = 0 .. n - 1` (`TA-Lib`'s `LINEARREG`).
///
/// From exact sums: with `M = 2 sum(x y) - (n - 1) sum(y)` the slope is `6 M / (n (n^2 - 1))` and R2 is
/// `3 M^2 / ((n^2 - 1) (n sum(y^2) - sum(y)^2))`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Regression {
    closes: Moments,
    /// Of closes times the numbers of their bars.
    weighted: Totals,
    n: usize,
    seen: usize,
}

impl Regression {
    /// A regression over `n` closes, at least two, that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        Self { closes: Moments::new(n), weighted: Totals::new(n), n, seen: 0 }
    }

    /// Takes the next closes; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, closes: &Column<i64>, rows: usize) -> Fit {
        let seen = self.seen as i64;
        self.closes.take(closes, rows);
        self.weighted.take(rows, |row| closes[row].wrapping_mul(seen + row as i64));
        let (moments, scatter) = (self.moments(), self.closes.scatter());
        self.seen += rows;
        let (count, deviations) = (self.n as f64, self.closes.deviations());
        let (slope_of_moment, half) = (6.0 / (count * (count * count - 1.0)), 0.5 * (count - 1.0));
        let per_n = 1.0 / count;
        let mut fit = Fit { slope: [0.0; BLOCK], r2: [0.0; BLOCK], residual: [0.0; BLOCK] };
        for row in 0..BLOCK {
            let slope = slope_of_moment * moments[row];
            fit.slope[row] = slope;
            fit.r2[row] = ratio(slope * moments[row] * (half + 0.5), scatter[row]);
            fit.residual[row] = per_n * deviations(row) - slope * half;
        }
        fit
    }

    // M, from bars' numbers that are counted from the window's first.
    #[inline(always)]
    fn moments(&self) -> Column {
        let (last, first) = (self.n as i64 - 1, self.seen as i64 + 1 - self.n as i64);
        let (weighted, sums, mut moments) = (self.weighted.sums(self.n), self.closes.sums(), [0.0; BLOCK]);
        if self.closes.is_small() {
            for (row, moment) in moments.iter_mut().enumerate() {
                let sum = sums(row);
                let weighted = weighted(row).wrapping_sub(sum.wrapping_mul(first + row as i64));
                *moment = weighted.wrapping_mul(2).wrapping_sub(sum.wrapping_mul(last)) as f64;
            }
        } else {
            self.wide_moments(&mut moments);
        }
        moments
    }

    #[cold]
    fn wide_moments(&self, moments: &mut Column) {
        for (moment, window) in moments.iter_mut().zip(self.closes.windows()) {
            let weighted: i128 = (0_i128..).zip(window).map(|(x, &y)| x * i128::from(y)).sum();
            *moment = to_f64(2 * weighted - (self.n as i128 - 1) * sum(window));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Slope, R2 and residual of the last of some closes.
    fn last(n: usize, closes: &[i64]) -> [f64; 3] {
        let (mut regression, mut said) = (Regression::new(n), [f64::NAN; 3]);
        for block in closes.chunks(3) {
            let mut column = [0; BLOCK];
            column[..block.len()].copy_from_slice(block);
            let (fit, row) = (regression.update(&column, block.len()), block.len() - 1);
            said = [fit.slope[row], fit.r2[row], fit.residual[row]];
        }
        said
    }

    #[test]
    fn a_line_is_found_exactly_at_any_price() {
        for first in [1_000_000_000, 1 << 51] {
            for step in [-3, 1 << 40] {
                let [slope, r2, residual] =
                    last(5, &std::array::from_fn::<_, 9, _>(|x| first + step * x as i64));
                assert!((slope / step as f64 - 1.0).abs() < 1e-12 && (r2 - 1.0).abs() < 1e-12);
                assert!(residual.abs() < 1e-12 * step.abs() as f64);
            }
        }
    }

    #[test]
    fn four_points_by_hand() {
        // y = 1, 2, 4, 3 on x = 0 .. 3: slope 0.8, line ends at 3.7, R2 0.64.
        let [slope, r2, residual] = last(4, &[9, 1, 2, 4, 3]);
        assert!((slope - 0.8).abs() < 1e-12 && (r2 - 0.64).abs() < 1e-12);
        assert!((residual + 0.7).abs() < 1e-12);
    }

    #[test]
    fn a_level_market_has_no_fit() {
        assert!(last(3, &[7; 5]).iter().all(|&said| said == 0.0));
    }
}

//! Linear regression of closes on time.

use serde::{Deserialize, Serialize};

use super::{Moments, ratio, to_f64};

/// The least-squares line through the last closes, NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// Slope, ticks per bar.
    pub slope: f64,
    /// Squared correlation of close and time, 0 where no close differs.
    pub r2: f64,
    /// The last close less the line's end, ticks.
    pub residual: f64,
}

/// The regression of the last `n` closes `y` on the bar's number `x = 0 .. n - 1` (`TA-Lib`'s `LINEARREG`).
///
/// From exact sums: with `M = 2 sum(x y) - (n - 1) sum(y)` the slope is `6 M / (n (n^2 - 1))` and R2 is
/// `3 M^2 / ((n^2 - 1) (n sum(y^2) - sum(y)^2))`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Regression {
    closes: Moments,
    last: i64,
    seen: i64,
    weighted: i128,
    slope_of_moment: f64,
    per_n: f64,
}

impl Regression {
    /// A regression over `n` closes, at least two, that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let count = n as f64;
        let slope_of_moment = 6.0 / (count * (count * count - 1.0));
        let last = n as i64 - 1;
        Self { closes: Moments::new(n), last, seen: 0, weighted: 0, slope_of_moment, per_n: 1.0 / count }
    }

    /// Takes the next close; NaN before `n` closes.
    #[inline]
    pub fn update(&mut self, close: i64) -> Fit {
        self.take(close);
        if !self.closes.is_full() {
            return Fit { slope: f64::NAN, r2: f64::NAN, residual: f64::NAN };
        }
        let moment = to_f64(2 * self.weighted - i128::from(self.last) * i128::from(self.closes.sum()));
        let slope = self.slope_of_moment * moment;
        let half = 0.5 * self.last as f64;
        Fit {
            slope,
            r2: ratio(slope * moment * (half + 0.5), self.closes.scatter()),
            residual: self.per_n * self.closes.deviation(close) - slope * half,
        }
    }

    // When the window slides, every bar's number falls by one.
    #[inline]
    fn take(&mut self, close: i64) {
        let before = self.closes.sum();
        if self.closes.is_full() {
            let out = self.closes.push(close);
            self.weighted += i128::from(self.last) * i128::from(close) - i128::from(before - out);
        } else {
            self.closes.push(close);
            self.weighted += i128::from(self.seen) * i128::from(close);
            self.seen += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_exactly() {
        let mut regression = Regression::new(5);
        let fit = (0..9).map(|x| regression.update(1_000_000_000 - 3 * x)).last().unwrap();
        assert!((fit.slope + 3.0).abs() < 1e-12 && (fit.r2 - 1.0).abs() < 1e-12);
        assert!(fit.residual.abs() < 1e-12);
    }

    #[test]
    fn four_points_by_hand() {
        // y = 1, 2, 4, 3 on x = 0 .. 3: slope 0.8, line ends at 3.7, R2 0.64.
        let mut regression = Regression::new(4);
        let said: Vec<Fit> = [9, 1, 2, 4, 3].iter().map(|&close| regression.update(close)).collect();
        let fit = said[4];
        assert!(said[2].slope.is_nan() && !said[3].slope.is_nan());
        assert!((fit.slope - 0.8).abs() < 1e-12 && (fit.r2 - 0.64).abs() < 1e-12);
        assert!((fit.residual + 0.7).abs() < 1e-12);
    }

    #[test]
    fn a_level_market_has_no_fit() {
        let mut regression = Regression::new(3);
        let fit = (0..5).map(|_| regression.update(7)).last().unwrap();
        assert!(fit.slope == 0.0 && fit.r2 == 0.0 && fit.residual == 0.0);
    }
}

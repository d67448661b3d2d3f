//! Directional movement: the two directional indicators and their average index.

use serde::{Deserialize, Serialize};

use super::{Average, Ema, ratio, true_range};

/// What `Adx` says of a bar, each 0 to 100 and NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Directional {
    /// Upward directional indicator, warm after `n + 1` bars.
    pub plus_di: f64,
    /// Downward directional indicator, warm after `n + 1` bars.
    pub minus_di: f64,
    /// Average directional index, warm after `2 n` bars.
    pub adx: f64,
}

/// Wilder's directional movement system (1978), with the seeds of `TA-Lib`.
///
/// Movements and ranges are summed over the first `n - 1` changes, then `s <- s - s / n + x`; the index is Wilder's
/// average of `100 |+DI - -DI| / (+DI + -DI)`. Where that quotient does not exist (no movement at all) it counts
/// as 0 in the seed and leaves the average as it is afterwards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Adx {
    n: usize,
    keep: f64,
    previous: Option<[i64; 3]>,
    seen: usize,
    plus: f64,
    minus: f64,
    range: f64,
    index: Ema,
    last: f64,
}

impl Adx {
    /// A system that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let index = Ema::new(Average::wilder(n));
        let keep = 1.0 - 1.0 / n as f64;
        Self { n, keep, previous: None, seen: 0, plus: 0.0, minus: 0.0, range: 0.0, index, last: f64::NAN }
    }

    /// Takes the next bar.
    #[inline]
    pub fn update(&mut self, high: i64, low: i64, close: i64) -> Directional {
        if let Some([previous_high, previous_low, previous_close]) = self.previous.replace([high, low, close])
        {
            let [plus, minus] = movement(high - previous_high, previous_low - low);
            self.smooth(plus, minus, true_range(high, low, Some(previous_close)));
        }
        if self.seen < self.n {
            return Directional { plus_di: f64::NAN, minus_di: f64::NAN, adx: f64::NAN };
        }
        self.average();
        let per_range = ratio(100.0, self.range);
        Directional { plus_di: self.plus * per_range, minus_di: self.minus * per_range, adx: self.last }
    }

    #[inline]
    fn smooth(&mut self, plus: f64, minus: f64, range: i64) {
        self.seen += 1;
        let keep = if self.seen < self.n { 1.0 } else { self.keep };
        self.plus = self.plus * keep + plus;
        self.minus = self.minus * keep + minus;
        self.range = self.range * keep + range as f64;
    }

    // The range cancels in the quotient of the indicators.
    #[inline]
    fn average(&mut self) {
        let sum = self.plus + self.minus;
        if sum > 0.0 {
            self.last = self.index.update(100.0 * (self.plus - self.minus).abs() / sum);
        } else if self.last.is_nan() {
            self.last = self.index.update(0.0);
        }
    }
}

// Only the larger of two outward moves counts; equal ones cancel. A product, since no processor predicts the branch.
fn movement(up: i64, down: i64) -> [f64; 2] {
    let outward = |this: i64, other: i64| (this.max(0) * i64::from(this > other)) as f64;
    [outward(up, down), outward(down, up)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_ups_and_a_market_that_only_rises() {
        let mut adx = Adx::new(3);
        let said: Vec<Directional> =
            (0..8).map(|bar| adx.update(10 + 2 * bar, 8 + 2 * bar, 9 + 2 * bar)).collect();
        assert_eq!(said.iter().position(|bar| !bar.plus_di.is_nan()), Some(3));
        assert_eq!(said.iter().position(|bar| !bar.adx.is_nan()), Some(5));
        assert!((said[7].adx - 100.0).abs() < 1e-9 && said[7].minus_di == 0.0);
    }

    #[test]
    fn a_dead_market_has_no_trend() {
        let mut adx = Adx::new(3);
        let last = (0..8).map(|_| adx.update(10, 10, 10)).last().unwrap();
        assert!(last.adx == 0.0 && last.plus_di == 0.0);
    }
}

//! Exponential moving averages.

use serde::{Deserialize, Serialize};

/// `m <- m + alpha (x - m)`, seeded with the mean of its first `seed_len` values.
///
/// The seed is a choice of the literature: `TA-Lib` takes a simple mean of the first span (`Average::span`), others
/// the first value alone (`seed_len` 1).
#[derive(Clone, Copy, Debug)]
pub struct Average {
    /// Weight of a new value.
    pub alpha: f64,
    /// Values whose mean it starts from, at least one.
    pub seed_len: usize,
    /// Values before those, which it does not see.
    pub unseen: usize,
}

impl Average {
    /// The average of span `n`: alpha 2 / (n + 1), warm after `n` values.
    #[must_use]
    pub fn span(n: usize) -> Self {
        Self { alpha: 2.0 / (n as f64 + 1.0), seed_len: n.max(1), unseen: 0 }
    }

    /// Wilder's smoothing (New Concepts, 1978): `a <- (a (n - 1) + x) / n`, which is a weight of `1 / n`.
    #[must_use]
    pub fn wilder(n: usize) -> Self {
        Self { alpha: 1.0 / n.max(1) as f64, seed_len: n.max(1), unseen: 0 }
    }

    /// The same average that does not see the first values.
    #[must_use]
    pub fn after(self, unseen: usize) -> Self {
        Self { unseen, ..self }
    }
}

/// Averages side by side, each with its own values: once all are warm, they take one step together.
///
/// A copy in a loop stays in registers: what warms up is handed over by value.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "[f64; N]: Serialize, [usize; N]: Serialize",
    deserialize = "[f64; N]: Deserialize<'de>, [usize; N]: Deserialize<'de>"
))]
pub struct Emas<const N: usize> {
    alphas: [f64; N],
    values: [f64; N],
    sums: [f64; N],
    unseen: [usize; N],
    seed_lens: [usize; N],
    seen: usize,
    /// Updates until the last average is warm.
    warming: usize,
}

impl<const N: usize> Emas<N> {
    /// Averages that have seen nothing.
    #[must_use]
    pub fn new(averages: [Average; N]) -> Self {
        Self {
            alphas: averages.map(|average| average.alpha),
            values: [f64::NAN; N],
            sums: [0.0; N],
            unseen: averages.map(|average| average.unseen),
            seed_lens: averages.map(|average| average.seed_len),
            seen: 0,
            warming: averages.map(|average| average.unseen + average.seed_len).into_iter().max().unwrap_or(0),
        }
    }

    /// Takes each average's next value; returns the averages, NaN before their `seed_len` values.
    #[inline(always)]
    pub fn update(&mut self, x: [f64; N]) -> [f64; N] {
        if self.warming > 0 {
            *self = self.warmer(x);
        } else {
            self.values = self.next(x);
        }
        self.values
    }

    #[inline(always)]
    fn next(&self, x: [f64; N]) -> [f64; N] {
        std::array::from_fn(|i| step(self.values[i], self.alphas[i], x[i]))
    }

    /// The averages, NaN until warm.
    #[must_use]
    #[inline(always)]
    pub const fn values(&self) -> [f64; N] {
        self.values
    }

    #[cold]
    #[inline(never)]
    fn warmer(mut self, x: [f64; N]) -> Self {
        let next = self.next(x);
        self.warming -= 1;
        self.seen += 1;
        for i in 0..N {
            let (seen, length) = (self.seen.saturating_sub(self.unseen[i]), self.seed_lens[i]);
            if seen > length {
                self.values[i] = next[i];
            } else if seen > 0 {
                self.sums[i] += x[i];
                self.values[i] = if seen == length { self.sums[i] / length as f64 } else { f64::NAN };
            }
        }
        self
    }
}

#[inline(always)]
fn step(value: f64, alpha: f64, x: f64) -> f64 {
    value + alpha * (x - value)
}

/// One average.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ema(Emas<1>);

impl Ema {
    /// An average that has seen nothing.
    #[must_use]
    pub fn new(average: Average) -> Self {
        Self(Emas::new([average]))
    }

    /// Takes the next value; returns the average, NaN before `seed_len` values.
    #[inline(always)]
    pub fn update(&mut self, x: f64) -> f64 {
        self.0.update([x])[0]
    }

    /// What `update(x)` would return of a warm average that stands at `value`.
    #[must_use]
    #[inline]
    pub fn step(&self, value: f64, x: f64) -> f64 {
        step(value, self.0.alphas[0], x)
    }

    /// The average, NaN until warm.
    #[must_use]
    #[inline]
    pub const fn value(&self) -> f64 {
        self.0.values()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s7_ema() {
        let expected = [
            44.34,
            44.256_666_666_666_67,
            44.221_111_111_111_114,
            44.017_407_407_407_41,
            44.121_604_938_271_61,
            44.357_736_625_514_406,
            44.605_157_750_342_94,
            44.876_771_833_561_96,
        ];
        let mut ema = Ema::new(Average { alpha: 1.0 / 3.0, seed_len: 1, unseen: 0 });
        for (x, expected) in [44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42].into_iter().zip(expected)
        {
            assert!((ema.update(x) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn a_span_is_seeded_with_its_mean() {
        let mut ema = Ema::new(Average::span(3));
        assert!(ema.update(1.0).is_nan() && ema.update(2.0).is_nan());
        assert!((ema.update(6.0) - 3.0).abs() < 1e-12);
        assert!((ema.step(3.0, 5.0) - 4.0).abs() < 1e-12);
        assert!((ema.update(5.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn wilders_seed_is_the_mean_and_the_rest_is_recursive() {
        let mut average = Ema::new(Average::wilder(2));
        assert!(average.update(1.0).is_nan());
        assert!((average.update(3.0) - 2.0).abs() < 1e-12);
        assert!((average.update(6.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn averages_side_by_side_are_each_the_same_alone() {
        let averages = [Average::span(2), Average::span(5).after(3), Average::wilder(4)];
        let mut together = Emas::new(averages);
        let mut alone = averages.map(Ema::new);
        for step in 0..20_i32 {
            let x = [f64::from(step % 7), f64::from(step % 3), f64::from(step % 5)];
            let mut expected = [f64::NAN; 3];
            for (i, ema) in alone.iter_mut().enumerate() {
                expected[i] = ema.update(x[i]);
            }
            assert_eq!(together.update(x).map(f64::to_bits), expected.map(f64::to_bits));
        }
        assert!(!together.values()[1].is_nan());
    }
}

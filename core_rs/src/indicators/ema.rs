//! Exponential moving averages.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column};

/// `m <- keep m + weight x`, seeded with the weighted sum of its first `seed_len` values.
///
/// The seed is a choice of the literature: `TA-Lib` takes a simple mean of the first span (`Average::span`), others
/// the first value alone (`seed_len` 1).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Average {
    /// What is kept of the average before.
    pub keep: f64,
    /// Weight of a new value.
    pub weight: f64,
    /// Values that it starts from, at least one.
    pub seed_len: usize,
    /// Weight of each of those.
    pub seed_weight: f64,
    /// Values before those, which it does not see.
    pub unseen: usize,
}

impl Average {
    /// `m <- m + alpha (x - m)`, seeded with the mean of its first values.
    #[must_use]
    pub fn new(alpha: f64, seed_len: usize) -> Self {
        let seed_len = seed_len.max(1);
        Self { keep: 1.0 - alpha, weight: alpha, seed_len, seed_weight: 1.0 / seed_len as f64, unseen: 0 }
    }

    /// The average of span `n`: alpha 2 / (n + 1), warm after `n` values.
    #[must_use]
    pub fn span(n: usize) -> Self {
        Self::new(2.0 / (n as f64 + 1.0), n)
    }

    /// Wilder's smoothing (New Concepts, 1978): `a <- (a (n - 1) + x) / n`, which is a weight of `1 / n`.
    #[must_use]
    pub fn wilder(n: usize) -> Self {
        Self::new(1.0 / n.max(1) as f64, n)
    }

    /// Wilder's smoothed sum: `s <- s - s / n + x` after the sum of the first `n - 1` values.
    #[must_use]
    pub fn wilder_sum(n: usize) -> Self {
        Self { weight: 1.0, seed_len: n.max(2) - 1, seed_weight: 1.0, ..Self::wilder(n) }
    }

    /// The same average that does not see the first values.
    #[must_use]
    pub fn after(self, unseen: usize) -> Self {
        Self { unseen, ..self }
    }

    // Of the two products one waits for nothing: a step takes as long as a multiplication and an addition.
    #[inline(always)]
    fn next(&self, value: f64, x: f64) -> f64 {
        self.keep * value + self.weight * x
    }
}

/// Averages side by side, each with its own values: once all are warm, they take one step together.
///
/// Those that are known to be warm are updated with `WARM`, which leaves the warm-up out: a copy of them then stays in
/// registers throughout a loop.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "[Average; N]: Serialize, [f64; N]: Serialize",
    deserialize = "[Average; N]: Deserialize<'de>, [f64; N]: Deserialize<'de>"
))]
pub struct Emas<const N: usize> {
    averages: [Average; N],
    values: [f64; N],
    seeds: [f64; N],
    seen: usize,
    warming: usize,
}

impl<const N: usize> Emas<N> {
    /// Averages that have seen nothing.
    #[must_use]
    pub fn new(averages: [Average; N]) -> Self {
        let warm_after = averages.map(|average| average.unseen + average.seed_len);
        let warming = warm_after.into_iter().max().unwrap_or(0);
        Self { averages, values: [f64::NAN; N], seeds: [0.0; N], seen: 0, warming }
    }

    /// Updates until the last average is warm.
    #[must_use]
    #[inline(always)]
    pub const fn warming(&self) -> usize {
        self.warming
    }

    /// Takes each average's next value; returns the averages, NaN before their `seed_len` values.
    #[inline(always)]
    pub fn update<const WARM: bool>(&mut self, x: [f64; N]) -> [f64; N] {
        if !WARM && self.warming > 0 {
            self.warm(x);
        } else {
            self.values = std::array::from_fn(|i| self.averages[i].next(self.values[i], x[i]));
        }
        self.values
    }

    #[cold]
    #[inline(never)]
    fn warm(&mut self, x: [f64; N]) {
        self.warming -= 1;
        self.seen += 1;
        for (i, average) in self.averages.iter().enumerate() {
            let seen = self.seen.saturating_sub(average.unseen);
            if seen > average.seed_len {
                self.values[i] = average.next(self.values[i], x[i]);
            } else if seen > 0 {
                self.seeds[i] += x[i];
                let is_whole = seen == average.seed_len;
                self.values[i] = if is_whole { self.seeds[i] * average.seed_weight } else { f64::NAN };
            }
        }
    }

    /// The averages, NaN until warm.
    #[must_use]
    #[inline(always)]
    pub const fn values(&self) -> [f64; N] {
        self.values
    }
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

    /// Updates until it is warm.
    #[must_use]
    #[inline(always)]
    pub const fn warming(&self) -> usize {
        self.0.warming()
    }

    /// Takes the next value; returns the average, NaN before `seed_len` values.
    #[inline(always)]
    pub fn update<const WARM: bool>(&mut self, x: f64) -> f64 {
        self.0.update::<WARM>([x])[0]
    }

    /// The same for a block.
    #[inline(always)]
    pub fn update_all(&mut self, x: &Column, rows: usize) -> Column {
        let (mut said, rows) = ([f64::NAN; BLOCK], rows.min(BLOCK));
        let cold = rows.min(self.warming());
        (0..cold).for_each(|row| said[row] = self.update::<false>(x[row]));
        let mut ema = *self;
        (cold..rows).for_each(|row| said[row] = ema.update::<true>(x[row]));
        *self = ema;
        said
    }

    /// The same where a value may be unknown (NaN), which counts as 0 in the seed and leaves a warm average as it is.
    #[inline(always)]
    pub fn update_known<const WARM: bool>(&mut self, x: f64) -> f64 {
        if !x.is_nan() {
            self.update::<WARM>(x)
        } else if WARM || self.warming() == 0 {
            self.value()
        } else {
            self.update::<WARM>(0.0)
        }
    }

    /// What `update(x)` would return of a warm average that stands at `value`.
    #[must_use]
    #[inline]
    pub fn step(&self, value: f64, x: f64) -> f64 {
        self.0.averages[0].next(value, x)
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
        let mut ema = Ema::new(Average::new(1.0 / 3.0, 1));
        for (x, expected) in [44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.1, 45.42].into_iter().zip(expected)
        {
            assert!((ema.update::<false>(x) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn a_span_is_seeded_with_its_mean() {
        let mut ema = Ema::new(Average::span(3));
        assert!(ema.update::<false>(1.0).is_nan() && ema.update::<false>(2.0).is_nan());
        assert!((ema.update::<false>(6.0) - 3.0).abs() < 1e-12);
        assert!((ema.step(3.0, 5.0) - 4.0).abs() < 1e-12);
        assert!((ema.update::<false>(5.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn wilders_seed_is_the_mean_and_the_rest_is_recursive() {
        let mut average = Ema::new(Average::wilder(2));
        assert!(average.update::<false>(1.0).is_nan());
        assert!((average.update::<false>(3.0) - 2.0).abs() < 1e-12);
        assert!((average.update::<false>(6.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn wilders_sum_is_of_one_value_less_and_makes_room_for_each() {
        let mut sum = Ema::new(Average::wilder_sum(3).after(1));
        let said = [9.0, 3.0, 3.0, 3.0].map(|x| sum.update::<false>(x));
        assert!(said[..2].iter().all(|value| value.is_nan()));
        assert!((said[2] - 6.0).abs() < 1e-12 && (said[3] - 7.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_known_counts_as_nothing_at_first_and_is_passed_over_then() {
        let mut ema = Ema::new(Average::wilder(2));
        let said = [4.0, f64::NAN, f64::NAN, 6.0, f64::NAN].map(|x| ema.update_known::<false>(x));
        assert!(said[0].is_nan());
        assert!(said[1..].iter().zip([2.0, 2.0, 4.0, 4.0]).all(|(a, b)| (a - b).abs() < 1e-12));
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
                expected[i] = ema.update::<false>(x[i]);
            }
            assert_eq!(together.update::<false>(x).map(f64::to_bits), expected.map(f64::to_bits));
        }
        assert!(!together.values()[1].is_nan());
    }
}

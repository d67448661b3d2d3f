//! Average true range.

use serde::{Deserialize, Serialize};

use super::{Average, Column, Ema};

const NOISE: f64 = 1e-9;

/// The range of a bar, widened to the close before it (Wilder, 1978).
#[must_use]
#[inline(always)]
pub fn true_range(high: i64, low: i64, previous_close: i64) -> i64 {
    high.max(previous_close) - low.min(previous_close)
}

/// Wilder's average of the true range, in ticks.
///
/// As in `TA-Lib` the first bar only provides a close to compare with: warm after `n + 1` bars. In a long silence
/// the average decays towards the rounding of the prices themselves; below a billionth of the price it is 0, so that
/// no distance is ever measured in rounding errors.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Atr(Ema);

impl Atr {
    /// An ATR that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self(Ema::new(Average::wilder(n).after(1)))
    }

    /// Takes the next bars' true ranges, which do not count of the first bar; returns the averages, NaN before `n + 1` bars.
    #[inline(always)]
    pub fn update(&mut self, ranges: &Column, rows: usize) -> Column {
        self.0.update_all(ranges, rows)
    }

    /// The ATR that an average stands for at a price.
    #[must_use]
    #[inline(always)]
    pub fn of(average: f64, close: i64) -> f64 {
        if average < NOISE * close as f64 { 0.0 } else { average }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::BLOCK;

    const CLOSE: [i64; 20] = [
        4434, 4409, 4415, 4361, 4433, 4483, 4510, 4542, 4584, 4608, 4589, 4603, 4561, 4628, 4628, 4600, 4603,
        4641, 4622, 4564,
    ];
    const EXPECTED: [f64; 16] = [
        0.692_000_0,
        0.713_600_0,
        0.684_880_0,
        0.671_904_0,
        0.681_523_2,
        0.655_218_56,
        0.634_174_848,
        0.617_339_878_4,
        0.627_871_902_72,
        0.696_297_522_176,
        0.667_038_017_740_8,
        0.643_630_414_192_64,
        0.624_904_331_354_11,
        0.635_923_465_083_29,
        0.618_738_772_066_63,
        0.660_991_017_653_3,
    ];

    #[test]
    fn vector_s7_atr() {
        let (mut average, mut previous) = (Ema::new(Average::wilder(5)), CLOSE[0]);
        let atr: Vec<f64> = CLOSE
            .iter()
            .map(|&close| {
                let before = std::mem::replace(&mut previous, close);
                average.update::<false>(true_range(close + 30, close - 25, before) as f64 / 100.0)
            })
            .collect();
        assert!(atr[..4].iter().all(|value| value.is_nan()));
        assert!(atr[4..].iter().zip(EXPECTED).all(|(value, expected)| (value - expected).abs() < 1e-9));
    }

    #[test]
    fn a_range_of_rounding_errors_is_none() {
        let (mut atr, mut ranges) = (Atr::new(2), [0.0; BLOCK]);
        ranges[1] = 1.0;
        let first = atr.update(&ranges, BLOCK).map(|average| Atr::of(average, 1000));
        let later = atr.update(&[0.0; BLOCK], BLOCK).map(|average| Atr::of(average, 1000));
        assert!(first[2] > 0.0 && first[20] > 0.0 && later[7] == 0.0);
    }

    #[test]
    fn the_first_bar_only_gives_a_close() {
        let mut ranges = [2.0; BLOCK];
        ranges[0] = 1000.0;
        let averages = Atr::new(1).update(&ranges, 2);
        assert!(averages[0].is_nan() && (averages[1] - 2.0).abs() < 1e-12);
        assert_eq!(true_range(12, 11, 10), 2);
    }
}

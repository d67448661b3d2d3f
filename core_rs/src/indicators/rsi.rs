//! Relative strength index.

use serde::{Deserialize, Serialize};

use super::{Average, Emas};

/// Wilder's RSI of closes, 0 to 100; warm after `n + 1` closes.
///
/// Where nothing has moved at all gain and loss are both 0: the answer is 50, neither strong nor weak (`TA-Lib`
/// says 0 there, which would read as the deepest fall).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Rsi(Emas<2>);

impl Rsi {
    /// An RSI that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self(Emas::new([Average::wilder(n).after(1); 2]))
    }

    /// Updates until it is warm.
    #[must_use]
    #[inline(always)]
    pub const fn warming(&self) -> usize {
        self.0.warming()
    }

    /// Takes what the close has gained and lost since the bar before, which does not count of the first bar; returns the
    /// averages, NaN before `n + 1` closes.
    #[inline(always)]
    pub fn update<const WARM: bool>(&mut self, gain_and_loss: [f64; 2]) -> [f64; 2] {
        self.0.update::<WARM>(gain_and_loss)
    }

    /// The index of the averages.
    #[must_use]
    #[inline(always)]
    pub fn of([gain, loss]: [f64; 2]) -> f64 {
        if gain + loss == 0.0 { 50.0 } else { 100.0 * gain / (gain + loss) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s7_rsi() {
        let closes = [
            4434, 4409, 4415, 4361, 4433, 4483, 4510, 4542, 4584, 4608, 4589, 4603, 4561, 4628, 4628, 4600,
            4603, 4641, 4622, 4564,
        ];
        let expected = [
            70.464_135_021_097_05,
            66.249_618_553_555_05,
            66.480_941_834_712_65,
            69.346_853_162_908_66,
            66.294_712_658_926_24,
            57.915_020_670_085_56,
        ];
        let (mut rsi, mut before) = (Rsi::new(14), closes[0]);
        let values: Vec<f64> = closes
            .iter()
            .map(|&close| {
                let change = f64::from(close - std::mem::replace(&mut before, close));
                Rsi::of(rsi.update::<false>([change.max(0.0), (-change).max(0.0)]))
            })
            .collect();
        assert!(values[..14].iter().all(|value| value.is_nan()));
        assert!(values[14..].iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-9));
    }

    #[test]
    fn a_dead_market_is_neither_strong_nor_weak() {
        let mut rsi = Rsi::new(2);
        let last = (0..5).map(|_| Rsi::of(rsi.update::<false>([0.0; 2]))).last();
        assert_eq!(last, Some(50.0));
    }
}

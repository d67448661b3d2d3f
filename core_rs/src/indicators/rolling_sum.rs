//! Sums of the last `n` integers.

use serde::{Deserialize, Serialize};

use super::Ring;

/// Larger values count as this, so that up to 3,000 of them fit.
const MOST: i64 = 1 << 51;

/// Exact rolling sums side by side, over one window of up to 3,000 values.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "[i64; N]: Serialize", deserialize = "[i64; N]: Deserialize<'de>"))]
pub struct RollingSums<const N: usize> {
    window: Ring<[i64; N]>,
    sums: [i64; N],
}

impl<const N: usize> RollingSums<N>
where
    [i64; N]: Default,
{
    /// Sums that have seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n), sums: [0; N] }
    }

    /// Takes the next values; returns the sums of the last `n`, NaN before `n` values.
    #[inline]
    pub fn update(&mut self, values: [i64; N]) -> [f64; N] {
        let values = values.map(|value| value.clamp(-MOST, MOST));
        let out = self.window.push(values);
        for (sum, (value, out)) in self.sums.iter_mut().zip(values.into_iter().zip(out)) {
            *sum += value - out;
        }
        if self.window.is_full() { self.sums.map(|sum| sum as f64) } else { [f64::NAN; N] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_forget_exactly() {
        let mut sums = RollingSums::new(2);
        assert!(sums.update([i64::MAX, 1])[0].is_nan());
        let [most, _] = sums.update([i64::MAX, 2]);
        assert!(most.to_bits() == (2.0 * MOST as f64).to_bits());
        assert!(sums.update([3, 3])[0] > 2.0e15);
        let [left, right] = sums.update([4, 4]);
        assert!((left - 7.0).abs() < 1e-12 && (right - 7.0).abs() < 1e-12);
    }
}

//! Sums of the last `n` integers.

use serde::{Deserialize, Serialize};

use super::{Ring, to_f64};

/// Exact rolling sums side by side, over one window.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(
    serialize = "[i64; N]: Serialize, [i128; N]: Serialize",
    deserialize = "[i64; N]: Deserialize<'de>, [i128; N]: Deserialize<'de>"
))]
pub struct RollingSums<const N: usize> {
    window: Ring<[i64; N]>,
    sums: [i128; N],
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
        let out = self.window.push(values);
        for (sum, (value, out)) in self.sums.iter_mut().zip(values.into_iter().zip(out)) {
            *sum += i128::from(value) - i128::from(out);
        }
        if self.window.is_full() { self.sums.map(to_f64) } else { [f64::NAN; N] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_forget_exactly() {
        let mut sums = RollingSums::new(2);
        assert!(sums.update([i64::MAX, 1])[0].is_nan());
        assert!(sums.update([i64::MAX, 2])[0] > 1.8e19);
        assert!(sums.update([3, 3])[0] > 9.0e18);
        let [left, right] = sums.update([4, 4]);
        assert!((left - 7.0).abs() < 1e-12 && (right - 7.0).abs() < 1e-12);
    }
}

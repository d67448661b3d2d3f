//! Changes of the close over the last `n` bars.

use serde::{Deserialize, Serialize};

use super::{Moments, ratio};

/// What `Returns` says of its window of changes, NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Path {
    /// Population standard deviation of the changes, ticks.
    pub deviation: f64,
    /// Net change over the sum of absolute changes (Kaufman, 1995), -1 to 1; 0 where nothing moved.
    pub efficiency: f64,
}

impl Path {
    /// Before the first change.
    pub const UNKNOWN: Self = Self { deviation: f64::NAN, efficiency: f64::NAN };
}

/// Moments and length of the path that the close has taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Returns {
    changes: Moments,
    length: i64,
    per_n: f64,
}

impl Returns {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { changes: Moments::new(n), length: 0, per_n: 1.0 / n.max(1) as f64 }
    }

    /// Takes the next change of the close; NaN before `n` changes.
    #[inline]
    pub fn update(&mut self, change: i64) -> Path {
        let out = self.changes.push(change);
        self.length += change.abs() - out.abs();
        if !self.changes.is_full() {
            return Path::UNKNOWN;
        }
        Path {
            deviation: self.per_n * self.changes.scatter().sqrt(),
            efficiency: ratio(self.changes.sum() as f64, self.length as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_steps_up_and_one_back() {
        let mut returns = Returns::new(4);
        let said: Vec<Path> = [50, 1, 1, 1, -1].iter().map(|&change| returns.update(change)).collect();
        assert!(said[2].deviation.is_nan() && !said[3].deviation.is_nan());
        assert!((said[4].efficiency - 0.5).abs() < 1e-12);
        assert!((said[4].deviation - 0.75_f64.sqrt()).abs() < 1e-12);
    }
}

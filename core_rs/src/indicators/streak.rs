//! How long something has gone one way.

use serde::{Deserialize, Serialize};

/// Consecutive equal signs, counted up to `longest`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Streak {
    length: i64,
    longest: i64,
    seen: i64,
}

impl Streak {
    /// A streak that has seen nothing.
    #[must_use]
    pub fn new(longest: usize) -> Self {
        Self { length: 0, longest: longest.max(1) as i64, seen: 0 }
    }

    /// Takes the next sign; returns the signed streak that ends with it as a share of the longest, NaN before that many
    /// signs. A zero ends a streak and begins none.
    #[inline]
    pub fn update(&mut self, sign: i64) -> f64 {
        self.seen = (self.seen + 1).min(self.longest);
        let goes_on = self.length.signum() == sign;
        let length = if goes_on { self.length + sign } else { sign };
        self.length = length.clamp(-self.longest, self.longest);
        if self.seen < self.longest { f64::NAN } else { self.length as f64 / self.longest as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streaks_are_signed_capped_and_broken() {
        let mut streak = Streak::new(2);
        let said: Vec<f64> = [1, 1, 1, 0, -1, 1].iter().map(|&sign| streak.update(sign)).collect();
        assert!(said[0].is_nan());
        assert_eq!(said[1..], [1.0, 1.0, 0.0, -0.5, 0.5]);
    }
}

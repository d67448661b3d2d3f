//! A closed range of prices in ticks.

use serde::{Deserialize, Serialize};

/// From a lowest to a highest price, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRange {
    /// Lowest price in ticks.
    pub low: i64,
    /// Highest price in ticks.
    pub high: i64,
}

impl PriceRange {
    /// No price: what an empty path has seen.
    pub const NONE: Self = Self { low: i64::MAX, high: i64::MIN };
    /// Every price.
    pub const ALL: Self = Self { low: i64::MIN, high: i64::MAX };

    /// One price.
    #[must_use]
    pub const fn at(price: i64) -> Self {
        Self { low: price, high: price }
    }

    /// The prices strictly between two levels; the least and the greatest integer are no level.
    #[must_use]
    pub const fn between(lower: i64, upper: i64) -> Self {
        Self { low: lower.saturating_add(1), high: upper.saturating_sub(1) }
    }

    /// Whether there is no price in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.high < self.low
    }

    /// Whether all prices of `other`, an observed range or none, are in this one.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn widened(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The prices in both.
    #[must_use]
    pub fn narrowed(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_price_is_covered_by_every_range() {
        assert!(PriceRange::NONE.covers(PriceRange::NONE));
        assert!(PriceRange::at(5).covers(PriceRange::NONE));
        assert!(!PriceRange::NONE.covers(PriceRange::at(5)));
        assert!(PriceRange::NONE.is_empty() && !PriceRange::at(5).is_empty());
    }

    #[test]
    fn levels_themselves_are_not_between_them() {
        let between = PriceRange::between(4, 7);
        assert_eq!(between, PriceRange { low: 5, high: 6 });
        assert!(PriceRange::between(4, 5).is_empty());
        assert!(PriceRange::between(i64::MIN, i64::MAX).covers(PriceRange { low: -9, high: 9 }));
    }
}

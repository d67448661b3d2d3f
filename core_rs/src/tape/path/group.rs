//! Sixteen ranges of prices side by side, taken together without a branch.

use crate::tape::{PriceRange, Unit};

/// Ranges in a group.
pub const FAN: usize = 1 << FAN_BITS;
/// Its logarithm.
pub const FAN_BITS: usize = 4;

/// A closed range of prices; none where `high` is below `low`.
#[derive(Clone, Copy, Debug)]
pub struct Span<T> {
    pub low: T,
    pub high: T,
}

impl<T: Unit> Span<T> {
    /// No price.
    pub const NONE: Self = Self { low: T::GREATEST, high: T::LEAST };

    /// A range to compare others with: it covers the same trades.
    pub fn of(range: PriceRange) -> Self {
        Self { low: T::nearest(range.low), high: T::nearest(range.high) }
    }

    /// The range of trades, in full.
    pub fn range(self) -> PriceRange {
        if self.high < self.low {
            return PriceRange::NONE;
        }
        PriceRange { low: self.low.whole(), high: self.high.whole() }
    }

    /// Whether all prices of `other` are in this one.
    pub fn covers(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The smallest range that covers both.
    pub fn widened(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

/// The ranges of sixteen neighbours, lows and highs apart, so that each is one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Group<T> {
    low: [T; FAN],
    high: [T; FAN],
}

impl<T: Unit> Group<T> {
    /// A group of these ranges, the rest of the sixteen without a price.
    pub fn of(spans: impl Iterator<Item = Span<T>>) -> Self {
        let mut group = Self { low: [Span::NONE.low; FAN], high: [Span::NONE.high; FAN] };
        for (at, span) in spans.take(FAN).enumerate() {
            (group.low[at], group.high[at]) = (span.low, span.high);
        }
        group
    }

    /// Sixteen single prices.
    pub fn of_prices(prices: [T; FAN]) -> Self {
        Self { low: prices, high: prices }
    }

    /// A price from each of its cache lines.
    #[inline]
    pub fn ends(&self) -> (T, T) {
        (self.low[0], self.high[FAN - 1])
    }

    /// The range of all from `from` up to `to`.
    #[inline]
    pub fn union(&self, from: usize, to: usize) -> Span<T> {
        let low = self.low[from..to].iter().fold(T::GREATEST, |low, &other| low.min(other));
        let high = self.high[from..to].iter().fold(T::LEAST, |high, &other| high.max(other));
        Span { low, high }
    }

    /// The first at or after `from` that is not inside `range`; sixteen where all are.
    #[inline]
    pub fn first_outside(&self, from: usize, range: Span<T>) -> usize {
        let (from, mut first) = (from as i32, FAN as i32);
        for at in 0..FAN {
            let inside = range.covers(Span { low: self.low[at], high: self.high[at] });
            let outside = from <= at as i32 && !inside;
            first = first.min(if outside { at as i32 } else { FAN as i32 });
        }
        first as usize
    }
}

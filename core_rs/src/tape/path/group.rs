//! Sixteen ranges of prices side by side, taken together without a branch.

/// Ranges in a group.
pub const FAN: usize = 1 << FAN_BITS;
/// Its logarithm.
pub const FAN_BITS: usize = 4;

/// Prices as distances from a base. Those of trades lie strictly between the least and the greatest.
pub trait Distance: Copy + Ord {
    /// Below every trade.
    const LEAST: Self;
    /// Above every trade.
    const GREATEST: Self;
    /// The distance of `price` from `base`, or the extreme on its side.
    fn nearest(price: i64, base: i64) -> Self;
    /// The same for a price that is known to lie between the extremes; any other gives nonsense.
    fn exact(price: i64, base: i64) -> Self;
    /// The price at this distance from `base`.
    fn price(self, base: i64) -> i64;
}

impl Distance for i32 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn nearest(price: i64, base: i64) -> Self {
        price.saturating_sub(base).clamp(i64::from(Self::MIN), i64::from(Self::MAX)) as Self
    }

    fn exact(price: i64, base: i64) -> Self {
        price.wrapping_sub(base) as Self
    }

    fn price(self, base: i64) -> i64 {
        base + i64::from(self)
    }
}

/// For tapes whose prices do not fit, from the base zero.
impl Distance for i64 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn nearest(price: i64, _: i64) -> Self {
        price
    }

    fn exact(price: i64, _: i64) -> Self {
        price
    }

    fn price(self, _: i64) -> i64 {
        self
    }
}

/// A closed range of prices; none where `high` is below `low`.
#[derive(Clone, Copy, Debug)]
pub struct Span<T> {
    pub low: T,
    pub high: T,
}

impl<T: Distance> Span<T> {
    /// No price.
    pub const NONE: Self = Self { low: T::GREATEST, high: T::LEAST };

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

impl<T: Distance> Group<T> {
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

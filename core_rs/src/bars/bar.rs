//! One bar: prices and order-flow sums of one interval, all in integers.

use crate::tape::{TickDirection, Trade};

/// The trades of one interval, summed up. Prices in ticks, volumes in lots.
///
/// A bar without a trade is flat: its four prices are the last price before it and its sums are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// First instant of the interval.
    pub open_ts_us: i64,
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
    /// Lots traded.
    pub volume: i64,
    /// Lots bought by takers.
    pub buy_volume: i64,
    /// Sum of price times size, ticks times lots.
    pub turnover: i128,
    /// Number of trades.
    pub count: i64,
    /// Number of trades whose taker bought.
    pub buy_count: i64,
    ticks: [i64; 5],
}

impl Bar {
    /// A bar in which nothing has traded since `price`.
    #[must_use]
    pub const fn flat(open_ts_us: i64, price: i64) -> Self {
        Self {
            open_ts_us,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0,
            buy_volume: 0,
            turnover: 0,
            count: 0,
            buy_count: 0,
            ticks: [0; 5],
        }
    }

    /// Adds a trade of the interval.
    #[inline]
    pub fn add(&mut self, trade: &Trade) {
        let buy = (trade.side.sign() + 1) >> 1;
        self.extend(trade.price, trade.price, trade.price, trade.price);
        self.volume += trade.size;
        self.buy_volume += trade.size * buy;
        self.turnover += i128::from(trade.price) * i128::from(trade.size);
        self.count += 1;
        self.buy_count += buy;
        self.ticks[slot(trade.tick)] += 1;
    }

    /// Adds a later bar of the same interval; a flat one changes nothing.
    pub fn merge(&mut self, part: &Self) {
        if part.count == 0 {
            return;
        }
        self.extend(part.open, part.high, part.low, part.close);
        self.volume += part.volume;
        self.buy_volume += part.buy_volume;
        self.turnover += part.turnover;
        self.count += part.count;
        self.buy_count += part.buy_count;
        self.ticks.iter_mut().zip(part.ticks).for_each(|(sum, ticks)| *sum += ticks);
    }

    #[inline]
    fn extend(&mut self, open: i64, high: i64, low: i64, close: i64) {
        if self.count == 0 {
            (self.open, self.high, self.low) = (open, high, low);
        } else {
            self.high = self.high.max(high);
            self.low = self.low.min(low);
        }
        self.close = close;
    }

    /// Lots bought less lots sold by takers.
    #[must_use]
    pub const fn signed_volume(&self) -> i64 {
        2 * self.buy_volume - self.volume
    }

    /// Trades bought less trades sold by takers.
    #[must_use]
    pub const fn signed_count(&self) -> i64 {
        2 * self.buy_count - self.count
    }

    /// Number of trades with a tick direction.
    #[must_use]
    pub const fn ticks(&self, direction: TickDirection) -> i64 {
        self.ticks[slot(direction)]
    }

    /// Sum over trades of 2, 1, -1, -2 for plus, zero-plus, zero-minus, minus ticks.
    #[must_use]
    pub const fn tick_sum(&self) -> i64 {
        2 * (self.ticks[4] - self.ticks[0]) + self.ticks[3] - self.ticks[1]
    }
}

const fn slot(direction: TickDirection) -> usize {
    (direction as i8 + 2) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Side;

    fn trade(price: i64, size: i64, side: Side, tick: TickDirection) -> Trade {
        Trade { ts_us: 0, price, size, side, tick }
    }

    #[test]
    fn the_first_trade_replaces_the_flat_price() {
        let mut bar = Bar::flat(0, 50);
        bar.add(&trade(100, 2, Side::Buy, TickDirection::Plus));
        bar.add(&trade(99, 3, Side::Sell, TickDirection::Minus));
        assert_eq!((bar.open, bar.high, bar.low, bar.close), (100, 100, 99, 99));
        assert_eq!((bar.volume, bar.buy_volume, bar.turnover), (5, 2, 497));
        assert_eq!((bar.signed_volume(), bar.signed_count(), bar.tick_sum()), (-1, 0, 0));
    }

    #[test]
    fn merging_parts_equals_adding_their_trades() {
        let trades = [
            trade(10, 1, Side::Buy, TickDirection::Plus),
            trade(10, 2, Side::Sell, TickDirection::ZeroPlus),
            trade(8, 3, Side::Sell, TickDirection::Minus),
        ];
        let mut whole = Bar::flat(0, 9);
        for trade in &trades {
            whole.add(trade);
        }
        let (mut first, mut second, mut merged) = (Bar::flat(0, 9), Bar::flat(1, 10), Bar::flat(0, 9));
        first.add(&trades[0]);
        first.add(&trades[1]);
        second.add(&trades[2]);
        for part in [Bar::flat(0, 9), first, Bar::flat(1, 10), second] {
            merged.merge(&part);
        }
        assert_eq!(merged, whole);
    }
}

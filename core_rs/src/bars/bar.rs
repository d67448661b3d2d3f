//! One bar: prices and order-flow sums of one interval, all in integers.

use serde::{Deserialize, Serialize};

use crate::tape::{TickDirection, Trade};

/// The trades of one interval, summed up. Prices in ticks, volumes in lots.
///
/// A bar without a trade is flat: its four prices are the last price before it and its sums are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Lots of the largest trade.
    pub largest: i64,
    /// Sum of squared changes of price from trade to trade, ticks squared; the first trade's is its change from the
    /// last trade before the bar, so that the sums of bars add up to those of longer ones.
    pub realised_variance: i128,
    /// Number of runs of trades by takers of one side that began in the bar.
    pub runs: i64,
    /// Time of the first trade, that of the opening where there is none.
    pub first_ts_us: i64,
    /// Time of the last trade, that of the opening where there is none.
    pub last_ts_us: i64,
    /// Side of the last taker, the one before the bar where it has no trade; 0 where there was none.
    last_sign: i8,
    ticks: [i64; 5],
}

impl Bar {
    /// A bar in which nothing has traded since `price`, nor anything before.
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
            largest: 0,
            realised_variance: 0,
            runs: 0,
            first_ts_us: open_ts_us,
            last_ts_us: open_ts_us,
            last_sign: 0,
            ticks: [0; 5],
        }
    }

    /// The bar after this one, in which nothing has traded yet.
    #[must_use]
    pub const fn next(&self, open_ts_us: i64) -> Self {
        Self { last_sign: self.last_sign, ..Self::flat(open_ts_us, self.close) }
    }

    /// Adds a trade of the interval.
    #[inline]
    pub fn add(&mut self, trade: &Trade) {
        let sign = trade.side as i8;
        let buy = (trade.side.sign() + 1) >> 1;
        let change = i128::from(trade.price - self.close);
        self.runs += i64::from(sign != self.last_sign);
        self.last_sign = sign;
        self.realised_variance += change * change;
        self.extend([trade.price; 4], [trade.ts_us; 2]);
        self.volume += trade.size;
        self.buy_volume += trade.size * buy;
        self.turnover += i128::from(trade.price) * i128::from(trade.size);
        self.count += 1;
        self.buy_count += buy;
        self.largest = self.largest.max(trade.size);
        self.ticks[slot(trade.tick)] += 1;
    }

    /// Adds a later bar of the same interval; a flat one changes nothing.
    pub fn merge(&mut self, part: &Self) {
        if part.count == 0 {
            return;
        }
        self.extend([part.open, part.high, part.low, part.close], [part.first_ts_us, part.last_ts_us]);
        self.volume += part.volume;
        self.buy_volume += part.buy_volume;
        self.turnover += part.turnover;
        self.count += part.count;
        self.buy_count += part.buy_count;
        self.largest = self.largest.max(part.largest);
        self.realised_variance += part.realised_variance;
        self.runs += part.runs;
        self.last_sign = part.last_sign;
        self.ticks.iter_mut().zip(part.ticks).for_each(|(sum, ticks)| *sum += ticks);
    }

    #[inline]
    fn extend(&mut self, [open, high, low, close]: [i64; 4], [first_ts_us, last_ts_us]: [i64; 2]) {
        if self.count == 0 {
            (self.open, self.high, self.low, self.first_ts_us) = (open, high, low, first_ts_us);
        } else {
            self.high = self.high.max(high);
            self.low = self.low.min(low);
        }
        (self.close, self.last_ts_us) = (close, last_ts_us);
    }

    /// Lots sold by takers.
    #[must_use]
    pub const fn sell_volume(&self) -> i64 {
        self.volume - self.buy_volume
    }

    /// Lots bought less lots sold by takers.
    #[must_use]
    pub const fn signed_volume(&self) -> i64 {
        2 * self.buy_volume - self.volume
    }

    /// Mean price by volume in ticks, the close where nothing traded.
    #[must_use]
    pub fn vwap(&self) -> f64 {
        if self.volume == 0 { self.close as f64 } else { self.turnover as f64 / self.volume as f64 }
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
        Trade { ts_us: 0, price, size, side, tick, flags: 0 }
    }

    #[test]
    fn the_first_trade_replaces_the_flat_price() {
        let mut bar = Bar::flat(0, 50);
        bar.add(&trade(100, 2, Side::Buy, TickDirection::Plus));
        bar.add(&trade(99, 3, Side::Sell, TickDirection::Minus));
        assert_eq!((bar.open, bar.high, bar.low, bar.close), (100, 100, 99, 99));
        assert_eq!((bar.volume, bar.buy_volume, bar.turnover), (5, 2, 497));
        assert_eq!((bar.signed_volume(), bar.signed_count(), bar.tick_sum()), (-1, 0, 0));
        assert_eq!((bar.largest, bar.realised_variance, bar.runs), (3, 50 * 50 + 1, 2));
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
        let (mut first, mut merged) = (Bar::flat(0, 9), Bar::flat(0, 9));
        first.add(&trades[0]);
        first.add(&trades[1]);
        let mut second = first.next(1);
        second.add(&trades[2]);
        for part in [Bar::flat(0, 9), first, Bar::flat(1, 10), second] {
            merged.merge(&part);
        }
        assert_eq!(merged, whole);
    }
}

//! One bar: prices and order-flow sums of one interval, all in integers.

use serde::{Deserialize, Serialize};

use super::sums::Sums;
use crate::tape::{Mark, Side, TickDirection, Trade, Trades};

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
    /// Side of the last taker, the one before the bar where it has no trade.
    pub(super) last_side: Option<Side>,
    /// Trades of each tick direction, in the order of their codes.
    pub(super) ticks: [i64; 5],
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
            last_side: None,
            ticks: [0; 5],
        }
    }

    /// The bar after this one, in which nothing has traded yet.
    #[must_use]
    pub const fn next(&self, open_ts_us: i64) -> Self {
        Self { last_side: self.last_side, ..Self::flat(open_ts_us, self.close) }
    }

    /// Adds a trade of the interval.
    #[inline]
    pub fn add(&mut self, trade: &Trade) {
        self.add_all(Trades::one(trade, &[Mark::of(trade)]));
    }

    /// Adds trades of the interval.
    #[inline]
    pub fn add_all(&mut self, trades: Trades<'_>) {
        if let Some(part) = self.part(trades) {
            self.merge(&part);
        }
    }

    // Trades that follow this bar's, summed up alone.
    fn part(&self, trades: Trades<'_>) -> Option<Self> {
        let (&first_ts_us, &last_ts_us) = (trades.ts_us.first()?, trades.ts_us.last()?);
        let (first, last) = (trades.marks.first()?, trades.marks.last()?);
        let sums = Sums::of(trades)?;
        let change = i128::from(sums.open) - i128::from(self.close);
        Some(Self {
            open_ts_us: self.open_ts_us,
            open: sums.open,
            high: sums.high,
            low: sums.low,
            close: sums.close,
            volume: sums.volume,
            buy_volume: sums.buy_volume,
            turnover: sums.turnover,
            count: trades.ts_us.len() as i64,
            buy_count: sums.buy_count,
            largest: sums.largest,
            realised_variance: change * change + sums.squares,
            runs: i64::from(self.last_side != Some(first.side())) + sums.turns,
            first_ts_us,
            last_ts_us,
            last_side: Some(last.side()),
            ticks: sums.ticks,
        })
    }

    /// Adds a later bar of the same interval; a flat one changes nothing.
    pub fn merge(&mut self, part: &Self) {
        if part.count == 0 {
            return;
        }
        if self.count == 0 {
            (self.open, self.high, self.low) = (part.open, part.high, part.low);
            self.first_ts_us = part.first_ts_us;
        }
        self.high = self.high.max(part.high);
        self.low = self.low.min(part.low);
        (self.close, self.last_ts_us) = (part.close, part.last_ts_us);
        self.volume += part.volume;
        self.buy_volume += part.buy_volume;
        self.turnover += part.turnover;
        self.count += part.count;
        self.buy_count += part.buy_count;
        self.largest = self.largest.max(part.largest);
        self.realised_variance += part.realised_variance;
        self.runs += part.runs;
        self.last_side = part.last_side;
        self.ticks.iter_mut().zip(part.ticks).for_each(|(sum, ticks)| *sum += ticks);
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
        if self.volume == 0 { self.close as f64 } else { float(self.turnover) / self.volume as f64 }
    }

    /// Number of trades with a tick direction.
    #[must_use]
    pub const fn ticks(&self, direction: TickDirection) -> i64 {
        self.ticks[slot(direction)]
    }
}

/// Sum over trades of 2, 1, -1, -2 for plus, zero-plus, zero-minus, minus ticks, from a bar's numbers of each.
#[must_use]
pub const fn tick_sum(ticks: &[i64; 5]) -> i64 {
    2 * (ticks[4] - ticks[0]) + ticks[3] - ticks[1]
}

const fn slot(direction: TickDirection) -> usize {
    (direction as i8 + 2) as usize
}

/// The float nearest to a sum; sums of 64 bits, nearly all, have an instruction for it.
#[inline]
pub(super) fn float(sum: i128) -> f64 {
    i64::try_from(sum).map_or_else(|_| sum as f64, |sum| sum as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Tape;
    use proptest::prelude::*;

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
        assert_eq!((bar.signed_volume(), bar.buy_count, tick_sum(&bar.ticks)), (-1, 1, 0));
        assert_eq!((bar.largest, bar.realised_variance, bar.runs), (3, 50 * 50 + 1, 2));
    }

    proptest! {
        #[test]
        fn trades_at_once_are_trades_one_by_one_at_any_size(
            trades in prop::collection::vec((1_i64..1 << 44, 1_i64..1 << 44, any::<bool>(), -2_i8..=2), 1..600),
            small in any::<bool>(),
        ) {
            let of = |(row, &(price, size, buy, tick)): (usize, &(i64, i64, bool, i8))| {
                let (price, size) = if small { (price >> 24, size >> 24) } else { (price, size) };
                let side = if buy { Side::Buy } else { Side::Sell };
                Trade { ts_us: row as i64, ..trade(price + 1, size + 1, side, TickDirection::from_code(tick)) }
            };
            let trades: Vec<Trade> = trades.iter().enumerate().map(of).collect();
            let tape = Tape::from_trades(&trades, 1.0, 1.0).unwrap();
            let (mut one_by_one, mut at_once) = (Bar::flat(0, 7), Bar::flat(0, 7));
            for trade in &trades {
                one_by_one.add(trade);
            }
            at_once.add_all(tape.part(0..trades.len()));
            prop_assert_eq!(at_once, one_by_one);
            let turnover: i128 = trades.iter().map(|t| i128::from(t.price) * i128::from(t.size)).sum();
            prop_assert_eq!(at_once.turnover, turnover);
            let prices = std::iter::once(7).chain(trades.iter().map(|trade| trade.price)).collect::<Vec<_>>();
            let squares = prices.windows(2).map(|pair| i128::from(pair[1] - pair[0]).pow(2)).sum::<i128>();
            prop_assert_eq!(at_once.realised_variance, squares);
        }
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

//! The bars of a whole tape, one column a field.

use super::bar::float;
use super::{Bar, Sink};
use crate::tape::TickDirection;

/// Bars in time order, one column a field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// First instants of the intervals.
    pub open_ts_us: Vec<i64>,
    /// First prices, ticks.
    pub open: Vec<i64>,
    /// Highest prices, ticks.
    pub high: Vec<i64>,
    /// Lowest prices, ticks.
    pub low: Vec<i64>,
    /// Last prices, ticks.
    pub close: Vec<i64>,
    /// Lots traded.
    pub volume: Vec<i64>,
    /// Lots bought by takers.
    pub buy_volume: Vec<i64>,
    /// Lots sold by takers.
    pub sell_volume: Vec<i64>,
    /// Sums of price times size, ticks times lots.
    pub turnover: Vec<f64>,
    /// Numbers of trades.
    pub count: Vec<i64>,
    /// Numbers of trades whose taker bought.
    pub buy_count: Vec<i64>,
    /// Numbers of trades above the price before.
    pub plus: Vec<i64>,
    /// Numbers of trades at the price before, the last change being up.
    pub zero_plus: Vec<i64>,
    /// Numbers of trades at the price before, the last change being down.
    pub zero_minus: Vec<i64>,
    /// Numbers of trades below the price before.
    pub minus: Vec<i64>,
    /// Mean prices by volume in ticks, the close where nothing traded.
    pub vwap: Vec<f64>,
    /// Lots of the largest trades.
    pub largest: Vec<i64>,
    /// Sums of squared changes of price from trade to trade, ticks squared.
    pub realised_variance: Vec<f64>,
    /// Numbers of runs of trades by takers of one side that began in the bar.
    pub runs: Vec<i64>,
    /// Times of the first trades, those of the opening where there is none.
    pub first_ts_us: Vec<i64>,
    /// Times of the last trades, those of the opening where there is none.
    pub last_ts_us: Vec<i64>,
    /// Segments, counted from zero.
    pub segment: Vec<i32>,
    current: i32,
}

impl Columns {
    /// Makes room for that many bars more.
    pub fn reserve(&mut self, bars: usize) {
        self.open_ts_us.reserve(bars);
        self.open.reserve(bars);
        self.high.reserve(bars);
        self.low.reserve(bars);
        self.close.reserve(bars);
        self.volume.reserve(bars);
        self.buy_volume.reserve(bars);
        self.sell_volume.reserve(bars);
        self.turnover.reserve(bars);
        self.count.reserve(bars);
        self.buy_count.reserve(bars);
        self.plus.reserve(bars);
        self.zero_plus.reserve(bars);
        self.zero_minus.reserve(bars);
        self.minus.reserve(bars);
        self.vwap.reserve(bars);
        self.largest.reserve(bars);
        self.realised_variance.reserve(bars);
        self.runs.reserve(bars);
        self.first_ts_us.reserve(bars);
        self.last_ts_us.reserve(bars);
        self.segment.reserve(bars);
    }

    /// Takes the bars; those that follow are of the same segment until another starts.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let rest = Self { current: self.current, ..Self::default() };
        std::mem::replace(self, rest)
    }
}

impl Sink for Columns {
    fn start(&mut self, segment: i32, _first_ts_us: i64) {
        self.current = segment;
    }

    fn close(&mut self, bar: &Bar) {
        self.open_ts_us.push(bar.open_ts_us);
        self.open.push(bar.open);
        self.high.push(bar.high);
        self.low.push(bar.low);
        self.close.push(bar.close);
        self.volume.push(bar.volume);
        self.buy_volume.push(bar.buy_volume);
        self.sell_volume.push(bar.sell_volume());
        self.turnover.push(float(bar.turnover));
        self.count.push(bar.count);
        self.buy_count.push(bar.buy_count);
        self.plus.push(bar.ticks(TickDirection::Plus));
        self.zero_plus.push(bar.ticks(TickDirection::ZeroPlus));
        self.zero_minus.push(bar.ticks(TickDirection::ZeroMinus));
        self.minus.push(bar.ticks(TickDirection::Minus));
        self.vwap.push(bar.vwap());
        self.largest.push(bar.largest);
        self.realised_variance.push(float(bar.realised_variance));
        self.runs.push(bar.runs);
        self.first_ts_us.push(bar.first_ts_us);
        self.last_ts_us.push(bar.last_ts_us);
        self.segment.push(self.current);
    }
}

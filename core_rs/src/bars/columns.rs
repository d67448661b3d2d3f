//! The bars of a whole tape, one column a field.

use super::{Bar, Grid, LateTrade, Sink};
use crate::tape::{Tape, TickDirection};

/// Bars in time order, one column a field.
#[derive(Clone, Debug, Default)]
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
    /// Segments, counted from zero.
    pub segment: Vec<i32>,
    current: i32,
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
        self.turnover.push(bar.turnover as f64);
        self.count.push(bar.count);
        self.buy_count.push(bar.buy_count);
        self.plus.push(bar.ticks(TickDirection::Plus));
        self.zero_plus.push(bar.ticks(TickDirection::ZeroPlus));
        self.zero_minus.push(bar.ticks(TickDirection::ZeroMinus));
        self.minus.push(bar.ticks(TickDirection::Minus));
        self.segment.push(self.current);
    }
}

/// The bars of a tape that have closed by its last trade.
///
/// # Errors
/// A trade earlier than the one before it, which no `Tape` holds.
pub fn build(tape: &Tape, step_us: i64, max_gap_us: i64) -> Result<Columns, LateTrade> {
    let (mut grid, mut columns) = (Grid::new(step_us, max_gap_us), Columns::default());
    tape.iter().try_for_each(|trade| grid.push(&trade, &mut columns))?;
    Ok(columns)
}

//! What families are told: the next closed bars of a timeframe.

use crate::bars::{BarColumns, BarsPart, tick_sum};
use crate::indicators::{BLOCK, Column, Window, by_row};

/// A block of closed bars, with what several families need of them.
pub struct Closed<'a> {
    /// At least one, at most `BLOCK`.
    pub bars: BarsPart<'a>,
    /// Bars of the segment before them.
    pub seen: usize,
    /// Prices, and those of the bar before; the first bar of a segment has its own there.
    pub high: &'a Window<i64>,
    pub low: &'a Window<i64>,
    pub close: &'a Window<i64>,
    /// True ranges, ticks.
    pub true_range: &'a Column,
    /// The ATR as of each bar, NaN until warm.
    pub atr: &'a Column,
    /// What turns ticks into ATR; 0 where there is no range at all.
    pub per_atr: &'a Column,
}

/// Larger sums of a bar count as this, so that they fit into those of a thousand bars.
const MOST: i64 = 1 << 51;

#[inline(always)]
fn fitting(sum: i64) -> i64 {
    sum.clamp(-MOST, MOST)
}

/// The values of a block as a column.
#[inline(always)]
pub fn column<T: Copy + Default>(values: &[T]) -> Column<T> {
    if let Some(column) = values.first_chunk() {
        return *column;
    }
    let mut column = [T::default(); BLOCK];
    column[..values.len()].copy_from_slice(values);
    column
}

impl<'a> Closed<'a> {
    /// The rows that mean something.
    #[inline(always)]
    pub fn rows(&self) -> usize {
        self.bars.len().min(BLOCK)
    }

    /// A field of the bars.
    #[inline(always)]
    pub fn field<T: Copy + Default + 'a>(&self, of: impl Fn(&'a BarColumns) -> &'a Vec<T>) -> Column<T> {
        column(self.bars.field(of))
    }

    /// Closes, ticks.
    #[inline(always)]
    pub fn closes(&self) -> Column {
        let close = self.close.now();
        by_row(|row| close[row] as f64)
    }

    /// Lots traded.
    #[inline(always)]
    pub fn volume(&self) -> Column<i64> {
        let volume = self.field(|bars| &bars.volume);
        by_row(|row| fitting(volume[row]))
    }

    /// Lots bought less lots sold by takers.
    #[inline(always)]
    pub fn signed_volume(&self) -> Column<i64> {
        let (buy, all) = (self.field(|bars| &bars.buy_volume), self.field(|bars| &bars.volume));
        by_row(|row| fitting(2 * buy[row] - all[row]))
    }

    /// Trades bought less trades sold by takers.
    #[inline(always)]
    pub fn signed_count(&self) -> Column<i64> {
        let (buy, all) = (self.field(|bars| &bars.buy_count), self.field(|bars| &bars.count));
        by_row(|row| 2 * buy[row] - all[row])
    }

    /// Sums over trades of 2, 1, -1, -2 for plus, zero-plus, zero-minus, minus ticks.
    #[inline(always)]
    pub fn tick_sums(&self) -> Column<i64> {
        let (mut sums, ticks) = ([0; BLOCK], self.bars.field(|bars| &bars.ticks));
        sums.iter_mut().zip(ticks).for_each(|(sum, ticks)| *sum = tick_sum(ticks));
        sums
    }

    /// Changes of the close, 0 for the first bar of a segment.
    #[inline(always)]
    pub fn changes(&self) -> Column<i64> {
        let (now, before) = (self.close.now(), self.close.before(1));
        by_row(|row| now[row] - before[row])
    }

    /// Highs less lows.
    #[inline(always)]
    pub fn ranges(&self) -> Column<i64> {
        let (high, low) = (self.high.now(), self.low.now());
        by_row(|row| high[row] - low[row])
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::bars::Bar;

    /// Tells of the first bars of a segment, at most a block, whose ATR is 5 ticks.
    pub fn closed(bars: &[Bar], tell: impl FnOnce(&Closed<'_>)) {
        let mut columns = BarColumns::default();
        for bar in bars {
            columns.push(bar);
        }
        let price = |values: &[i64]| {
            let mut window = Window::new(1);
            window.begin(values[0]);
            window.take(&column(values), values.len());
            window
        };
        let [high, low, close] = &[&columns.high, &columns.low, &columns.close].map(|values| price(values));
        let (true_range, atr, per_atr) = (&[5.0; BLOCK], &[5.0; BLOCK], &[0.2; BLOCK]);
        tell(&Closed { bars: columns.all(), seen: 0, high, low, close, true_range, atr, per_atr });
    }
}

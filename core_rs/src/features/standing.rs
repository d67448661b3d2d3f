//! How a timeframe stands as of each of its closed bars: what distances are measured in, and its touchable EMA.

use fearless_simd::{Level, dispatch};
use serde::{Deserialize, Serialize};

use super::touch::{Line, TouchEma};
use crate::indicators::{Atr, BLOCK, Column, Window, by_row, changes, ratio, true_range};

/// The state of that, and what it says of a block of bars.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Standing {
    average_range: Atr,
    /// None where nobody looks at its line.
    touch_ema: Option<TouchEma>,
    /// As of the last bar before the block, if there is one.
    before: Option<AsOf>,
    #[serde(skip)]
    now: Measures,
}

/// What distances are measured in, and the line, as of each bar of a block.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// True ranges, ticks.
    pub true_range: Column,
    /// ATR in ticks, NaN until warm.
    pub atr: Column,
    /// What turns ticks into ATR; 0 where there is no range at all.
    pub per_atr: Column,
    level: Column,
    slope: Column,
}

/// What is known as of one closed bar.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct AsOf {
    /// ATR in ticks, NaN until warm.
    pub atr: f64,
    /// The touchable EMA of closed bars, NaN until warm and where nobody looks at it.
    pub line: Line,
}

impl Standing {
    /// Over `atr` bars, and with the line of an EMA where there is one.
    pub fn new(atr: usize, touch_ema: Option<TouchEma>) -> Self {
        Self { average_range: Atr::new(atr), touch_ema, before: None, now: Measures::default() }
    }

    /// Takes the highs, lows and closes of the next block of bars.
    pub fn update(&mut self, prices: &[Window<i64>; 3], rows: usize) {
        dispatch!(Level::new(), _ => self.measure(prices, rows));
    }

    #[inline(always)]
    fn measure(&mut self, prices: &[Window<i64>; 3], rows: usize) {
        let ([high, low, close], before) = (prices.each_ref().map(Window::now), prices[2].before(1));
        let closes = by_row(|row| close[row] as f64);
        self.now.true_range = by_row(|row| true_range(high[row], low[row], before[row]) as f64);
        let averages = self.average_range.update(&self.now.true_range, rows);
        let now = &mut self.now;
        now.atr = by_row(|row| Atr::of(averages[row], close[row]));
        now.per_atr = by_row(|row| ratio(1.0, now.atr[row]));
        if let Some(touch_ema) = &mut self.touch_ema {
            let before = touch_ema.level();
            now.level = touch_ema.update(&closes, rows);
            let changes = changes(&now.level, before);
            now.slope = by_row(|row| changes[row] * now.per_atr[row]);
        }
    }

    /// What was said of the block.
    pub const fn now(&self) -> &Measures {
        &self.now
    }

    /// What is known after so many bars of the block; none where no bar has closed at all.
    #[inline]
    pub fn as_of(&self, closed: usize) -> Option<AsOf> {
        let Some(row) = closed.checked_sub(1) else { return self.before };
        let row = row.min(BLOCK - 1);
        let Measures { atr, level, slope, .. } = &self.now;
        let line = match self.touch_ema {
            Some(_) => Line { level: level[row], slope: slope[row] },
            None => Line::UNKNOWN,
        };
        Some(AsOf { atr: atr[row], line })
    }

    /// The line as of a closed bar, with the close of the bar that forms after it where there is one.
    #[inline]
    pub fn line(&self, closed: usize, forming: Option<i64>) -> Line {
        let line = self.as_of(closed).map_or(Line::UNKNOWN, |known| known.line);
        match (&self.touch_ema, forming) {
            (Some(touch_ema), Some(close)) => touch_ema.with_forming(line, close),
            _ => line,
        }
    }

    /// Leaves a block of so many bars: forgets all of it but how it ended.
    pub fn settle(&mut self, rows: usize) {
        self.before = self.as_of(rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of bars that close at some prices, a tick around.
    fn standing(closes: &[i64], touch_ema: Option<TouchEma>) -> Standing {
        let mut standing = Standing::new(2, touch_ema);
        let mut prices = [1, -1, 0].map(|away| {
            let mut window = Window::new(1);
            window.begin(closes[0] + away);
            window
        });
        for block in closes.chunks(2) {
            for (window, away) in prices.iter_mut().zip([1, -1, 0]) {
                let mut column = [0; BLOCK];
                column.iter_mut().zip(block).for_each(|(price, close)| *price = close + away);
                window.take(&column, block.len());
            }
            standing.settle(0);
            standing.update(&prices, block.len());
            standing.settle(block.len());
        }
        standing
    }

    #[test]
    fn nothing_is_known_before_a_bar_has_closed() {
        assert!(Standing::new(2, None).as_of(0).is_none());
        let known = standing(&[10], Some(TouchEma::new(2))).as_of(0);
        assert!(known.is_some_and(|known| known.atr.is_nan() && known.line.level.is_nan()));
    }

    #[test]
    fn the_end_of_a_block_is_what_is_known_before_the_next() {
        // True ranges 2, 3, 3, 3; EMA of span 1, the close itself.
        let standing = standing(&[10, 12, 14, 16], Some(TouchEma::new(1)));
        let known = standing.as_of(0).unwrap();
        assert!((known.atr - 3.0).abs() < 1e-12 && (known.line.level - 16.0).abs() < 1e-12);
        assert!((known.line.slope - 2.0 / 3.0).abs() < 1e-12);
        assert!((standing.line(0, Some(20)).level - 20.0).abs() < 1e-12);
    }

    #[test]
    fn a_line_that_nobody_looks_at_is_unknown() {
        let standing = standing(&[10, 12, 14, 16], None);
        assert!(standing.as_of(0).is_some_and(|known| known.atr > 0.0));
        assert!(standing.line(0, Some(20)).level.is_nan());
    }
}

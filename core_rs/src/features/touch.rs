//! Touches: a base bar that pulls back to an EMA in the direction of the EMA's slope.

use serde::{Deserialize, Serialize};

use super::config::MarketConfig;
use super::families::{Definition, Family};
use super::history::History;
use crate::indicators::{Average, Column, Ema, ratio};
use crate::tape::Side;

/// Columns that a touch has of its own.
pub const COLUMNS: usize = 10;

/// When a base bar is a touch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchRule {
    /// Timeframes whose EMA can be touched, at or above the base; the highest that fires wins.
    pub timeframes_s: Vec<i64>,
    /// Span of the EMA.
    pub ema: usize,
    /// The slope must exceed this, in ATR of the EMA's timeframe per bar.
    pub min_slope_atr: f64,
    /// Farthest the bar's extreme may stay from the EMA, in ATR of the base.
    pub max_distance_atr: f64,
}

impl TouchRule {
    /// The side of the touch that this bar is, if it is one; nothing is one before everything is warm.
    #[must_use]
    pub fn side(&self, bar: &Prices, atr: f64, line: Line) -> Option<Side> {
        let near = |extreme: i64| (extreme as f64 - line.level).abs() <= self.max_distance_atr * atr;
        let close = bar.close as f64;
        if atr.is_nan() || atr <= 0.0 {
            None
        } else if line.slope > self.min_slope_atr && close >= line.level && near(bar.low) {
            Some(Side::Buy)
        } else if line.slope < -self.min_slope_atr && close <= line.level && near(bar.high) {
            Some(Side::Sell)
        } else {
            None
        }
    }
}

/// What a touch sees of a base bar, ticks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Prices {
    /// First price.
    pub open: i64,
    /// Highest price.
    pub high: i64,
    /// Lowest price.
    pub low: i64,
    /// Last price.
    pub close: i64,
}

/// An EMA as of a decision.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The EMA of closed bars, updated by the forming bar's close where there is one; ticks.
    pub level: f64,
    /// Change of the closed EMA over its last bar, in its timeframe's ATR.
    pub slope: f64,
}

impl Line {
    /// A line that is not there, or not yet.
    pub const UNKNOWN: Self = Self { level: f64::NAN, slope: f64::NAN };
}

/// The touchable EMA of one timeframe.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct TouchEma(Ema);

impl TouchEma {
    pub fn new(span: usize) -> Self {
        Self(Ema::new(Average::span(span)))
    }

    /// Takes the next closes; returns the EMA as of each, ticks.
    #[inline(always)]
    pub fn update(&mut self, closes: &Column, rows: usize) -> Column {
        self.0.update_all(closes, rows)
    }

    /// The EMA as of the last close, NaN until warm.
    #[inline(always)]
    pub const fn level(&self) -> f64 {
        self.0.value()
    }

    /// The EMA as of a closed bar and the close of the one that forms after it.
    #[inline]
    pub fn with_forming(&self, closed: Line, close: i64) -> Line {
        Line { level: self.0.step(closed.level, close as f64), ..closed }
    }
}

/// A touch and the bar that is one.
pub struct Touch {
    pub side: Side,
    pub timeframe_s: i64,
    pub base_s: i64,
    pub line: Line,
    pub bar: Prices,
    /// The close `flow` bars before; none so early in a segment.
    pub close_before: Option<i64>,
    pub atr: f64,
}

impl Touch {
    /// The touch's own columns, of a bar of the block at hand.
    pub fn cells(&self, row: usize, history: &History, confluence: f64) -> [f64; COLUMNS] {
        let side = self.side.sign() as f64;
        let Prices { open, high, low, close } = self.bar;
        let (extreme, wick) = match self.side {
            Side::Buy => (low, open.min(close) - low),
            Side::Sell => (high, high - open.max(close)),
        };
        [
            side * (close as f64 - self.line.level) / self.atr,
            side * (self.line.level - extreme as f64) / self.atr,
            side * self.line.slope,
            (self.timeframe_s as f64 / self.base_s as f64).log2(),
            ratio(wick as f64, (high - low) as f64),
            self.atr / close as f64,
            self.close_before.map_or(f64::NAN, |before| side * (before - close) as f64 / self.atr),
            history.since(row, self.side),
            history.crowding(row),
            confluence,
        ]
    }
}

/// The descriptions of `Touch::cells`, in order.
pub fn columns(config: &MarketConfig) -> [Definition; COLUMNS] {
    let (ema, atr, reach) = (config.touch.ema, config.windows.atr, config.touch.max_distance_atr);
    let (flow, swing) = (config.windows.flow, config.windows.swing);
    let column = |name: &str, formula: String| Definition::new(Family::Touch, name, formula);
    let level = format!("level the ema(close, {ema}) of the touch's timeframe with its forming close");
    [
        column("touch_distance", format!("side * (close - level) / atr({atr}), {level}")),
        column("touch_depth", format!("side * (level - extreme) / atr({atr}), {level}, extreme low or high")),
        column(
            "touch_slope",
            format!(
                "side * (ema(close, {ema}) - ema(close, {ema})[-1]) / atr({atr}), closed bars of the touch's timeframe"
            ),
        ),
        column("touch_tf", "log2(touch timeframe / base timeframe)".into()),
        column(
            "touch_rejection",
            "wick on the touched side / (high - low), 0 for a bar without range".into(),
        ),
        column("stop_scale", format!("atr({atr}) / close")),
        column(&format!("touch_approach_{flow}"), format!("side * (close[-{flow}] - close) / atr({atr})")),
        column(
            &format!("touch_since_{swing}"),
            format!("base bars since the last touch of this side, at most {swing}, / {swing}"),
        ),
        column(
            &format!("touch_crowding_{swing}"),
            format!("touches among the {swing} base bars before / {swing}"),
        ),
        column(
            "touch_confluence",
            format!(
                "share of the touchable emas, with their forming closes, \
                 within {reach} atr({atr}) of the level touched, itself included"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: TouchRule =
        TouchRule { timeframes_s: Vec::new(), ema: 2, min_slope_atr: 0.1, max_distance_atr: 0.5 };

    fn bar(high: i64, low: i64, close: i64) -> Prices {
        Prices { open: close, high, low, close }
    }

    fn side(bar: &Prices, atr: f64, level: f64, slope: f64) -> Option<Side> {
        RULE.side(bar, atr, Line { level, slope })
    }

    #[test]
    fn a_pullback_in_the_slopes_direction_is_a_touch() {
        assert_eq!(side(&bar(120, 105, 110), 10.0, 100.0, 0.2), Some(Side::Buy));
        assert_eq!(side(&bar(95, 80, 90), 10.0, 100.0, -0.2), Some(Side::Sell));
    }

    #[test]
    fn each_condition_is_needed() {
        assert_eq!(side(&bar(120, 106, 110), 10.0, 100.0, 0.2), None, "too far above");
        assert_eq!(side(&bar(120, 94, 110), 10.0, 100.0, 0.2), None, "too far below");
        assert_eq!(side(&bar(120, 98, 99), 10.0, 100.0, 0.2), None, "closed on the wrong side");
        assert_eq!(side(&bar(120, 105, 110), 10.0, 100.0, 0.1), None, "slope not above the least");
        assert_eq!(side(&bar(120, 100, 110), f64::NAN, 100.0, 0.2), None, "ATR not warm");
        assert_eq!(side(&bar(100, 100, 100), 0.0, 100.0, 0.2), None, "no range at all");
        assert_eq!(side(&bar(120, 105, 110), 10.0, f64::NAN, f64::NAN), None, "EMA not warm");
    }
}

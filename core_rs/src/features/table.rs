//! What the market machine emits: a row a base bar, a row a touch.

use serde::{Deserialize, Serialize};

use super::touch::Touch;

/// Columns of base bars (`n` rows, `k` features each) and of touches among them (`m` rows, `q` features each).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Close of the base bar: the time of the decision, at which the row is known.
    pub ts_us: Vec<i64>,
    /// Closes, ticks.
    pub close: Vec<i64>,
    /// ATR of the base timeframe in ticks, NaN until warm.
    pub atr: Vec<f64>,
    /// Segments, counted from zero since the machine began.
    pub segment: Vec<i32>,
    /// `n` rows of `k` features, NaN until warm.
    pub features: Vec<f64>,
    /// Rows of the touches in this table.
    pub touch_row: Vec<i64>,
    /// +1 long, -1 short.
    pub touch_side: Vec<i8>,
    /// Timeframes of the EMAs touched.
    pub touch_timeframe_s: Vec<i32>,
    /// Levels of the EMAs touched, ticks.
    pub touch_level: Vec<f64>,
    /// `m` rows of `q` features, turned to the touch's side.
    pub touch_features: Vec<f64>,
}

impl Table {
    /// Makes room for that many rows more, of that many features.
    pub fn reserve(&mut self, rows: usize, features: usize) {
        self.ts_us.reserve(rows);
        self.close.reserve(rows);
        self.atr.reserve(rows);
        self.segment.reserve(rows);
        self.features.reserve(rows * features);
    }

    /// Notes what the touch is that a row is; its features are appended beside.
    pub(super) fn note(&mut self, row: usize, touch: &Touch) {
        self.touch_row.push(row as i64);
        self.touch_side.push(touch.side as i8);
        self.touch_timeframe_s.push(touch.timeframe_s as i32);
        self.touch_level.push(touch.line.level);
    }
}

//! What the market machine emits: a row a base bar, a row a touch.

use serde::{Deserialize, Serialize};

use super::touch::Touch;

/// How many columns rows have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widths {
    /// Features of a base bar.
    pub features: usize,
    /// Features of a touch.
    pub touch_features: usize,
}

/// Columns of base bars (`n` rows, `k` features each) and of touches among them (`m` rows, `q` features each).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The numbers `k` and `q`.
    pub widths: Widths,
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
    /// A table without rows.
    #[must_use]
    pub fn new(widths: Widths) -> Self {
        Self { widths, ..Self::default() }
    }

    /// Makes room for that many rows more, with their features where it `is_dense`.
    pub fn reserve(&mut self, rows: usize, is_dense: bool) {
        self.ts_us.reserve(rows);
        self.close.reserve(rows);
        self.atr.reserve(rows);
        self.segment.reserve(rows);
        self.features.reserve(if is_dense { rows * self.widths.features } else { 0 });
    }

    /// Notes what the touch is that a row is; its features are appended beside.
    pub(super) fn note(&mut self, row: usize, touch: &Touch) {
        self.touch_row.push(row as i64);
        self.touch_side.push(touch.side as i8);
        self.touch_timeframe_s.push(touch.timeframe_s as i32);
        self.touch_level.push(touch.line.level);
    }
}

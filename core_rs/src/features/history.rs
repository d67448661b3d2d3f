//! What touches remember of the base bars before them.

use serde::{Deserialize, Serialize};

use super::config::Windows;
use crate::indicators::Ring;
use crate::tape::Side;

/// The last base bars of a segment: their closes, and which were touches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    closes: Ring<i64>,
    touches: Ring<bool>,
    in_window: i64,
    window: i64,
    /// Bars since the last long touch and the last short one.
    since: [i64; 2],
}

impl History {
    pub fn new(windows: &Windows) -> Self {
        let window = windows.swing as i64;
        Self {
            closes: Ring::new(windows.flow),
            touches: Ring::new(windows.swing),
            in_window: 0,
            window,
            since: [window; 2],
        }
    }

    /// Notes a base bar, after everything about it was asked.
    #[inline]
    pub fn push(&mut self, close: i64, touch: Option<Side>) {
        self.closes.push(close);
        let left = self.touches.push(touch.is_some());
        self.in_window += i64::from(touch.is_some()) - i64::from(left);
        for (side, since) in SIDES.iter().zip(&mut self.since) {
            *since = if touch == Some(*side) { 1 } else { (*since + 1).min(self.window) };
        }
    }

    /// The close `flow` bars before the bar at hand.
    pub fn close_before(&self) -> Option<i64> {
        self.closes.is_full().then(|| self.closes.oldest())
    }

    /// Bars since the last touch of a side, as a share of the window; 1 where it was earlier or never.
    pub fn since(&self, side: Side) -> f64 {
        let [long, short] = self.since;
        let bars = if side == Side::Buy { long } else { short };
        bars as f64 / self.window as f64
    }

    /// Touches of either side in the window before the bar at hand, as a share of it.
    pub fn crowding(&self) -> f64 {
        self.in_window as f64 / self.window as f64
    }
}

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];

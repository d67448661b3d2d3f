//! What touches remember of the base bars before them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::config::Windows;
use crate::indicators::keep;
use crate::tape::Side;

/// Closes and touches of the last base bars of a segment, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    closes: VecDeque<i64>,
    approach: usize,
    /// Signs of the touches, 0 for a bar that is none.
    touches: VecDeque<i8>,
    window: usize,
}

impl History {
    pub fn new(windows: &Windows) -> Self {
        Self {
            closes: VecDeque::with_capacity(windows.flow),
            approach: windows.flow,
            touches: VecDeque::with_capacity(windows.swing),
            window: windows.swing,
        }
    }

    /// Notes a base bar, after everything about it was asked.
    pub fn push(&mut self, close: i64, touch: Option<Side>) {
        keep(&mut self.closes, close, self.approach);
        keep(&mut self.touches, touch.map_or(0, |side| side as i8), self.window);
    }

    /// The close `approach` bars before the bar at hand.
    pub fn close_before(&self) -> Option<i64> {
        self.closes.front().copied().filter(|_| self.closes.len() == self.approach)
    }

    /// Bars since the last touch of a side, as a share of the window; 1 where it was earlier or never.
    pub fn since(&self, side: Side) -> f64 {
        let back = self.touches.iter().rev().position(|&sign| sign == side as i8);
        back.map_or(1.0, |bars| ((bars + 1) as f64 / self.window as f64).min(1.0))
    }

    /// Touches of either side in the window before the bar at hand, as a share of it.
    pub fn crowding(&self) -> f64 {
        let touches = self.touches.iter().filter(|&&sign| sign != 0).count();
        touches as f64 / self.window as f64
    }
}

//! What touches remember of the base bars before them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::config::Windows;
use crate::indicators::Ring;
use crate::tape::Side;

/// The last base bars of a segment: their closes, and which were touches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    closes: Ring<i64>,
    bars: usize,
    /// The numbers of those bars of the window that were touches.
    touches: VecDeque<usize>,
    window: usize,
    /// The numbers of the last long touch and the last short one.
    last: [Option<usize>; 2],
}

impl History {
    pub fn new(windows: &Windows) -> Self {
        let closes = Ring::new(windows.flow);
        Self { closes, bars: 0, touches: VecDeque::new(), window: windows.swing, last: [None; 2] }
    }

    /// Notes a base bar, after everything about it was asked.
    #[inline]
    pub fn push(&mut self, close: i64, touch: Option<Side>) {
        self.closes.push(close);
        if let Some(side) = touch {
            self.touches.push_back(self.bars);
            self.last[place(side)] = Some(self.bars);
        }
        self.bars += 1;
        if self.touches.front().is_some_and(|&touch| touch + self.window < self.bars) {
            self.touches.pop_front();
        }
    }

    /// The close `flow` bars before the bar at hand.
    pub fn close_before(&self) -> Option<i64> {
        self.closes.is_full().then(|| self.closes.oldest())
    }

    /// Bars since the last touch of a side, as a share of the window; 1 where it was earlier or never.
    pub fn since(&self, side: Side) -> f64 {
        let bars = self.last[place(side)].map_or(self.window, |touch| self.bars - touch);
        bars.min(self.window) as f64 / self.window as f64
    }

    /// Touches of either side in the window before the bar at hand, as a share of it.
    pub fn crowding(&self) -> f64 {
        self.touches.len() as f64 / self.window as f64
    }
}

fn place(side: Side) -> usize {
    usize::from(side == Side::Sell)
}

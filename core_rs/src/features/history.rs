//! What touches remember of those before them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::tape::Side;

/// The base bars of a segment that were touches.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct History {
    /// Base bars before the block at hand.
    bars: usize,
    /// The numbers of those bars of the window that were touches.
    touches: VecDeque<usize>,
    window: usize,
    /// The numbers of the last long touch and the last short one.
    last: [Option<usize>; 2],
}

impl History {
    /// The memory of a segment that begins: of the last touch of either side, and of all within so many base bars.
    pub fn new(window: usize) -> Self {
        Self { bars: 0, touches: VecDeque::new(), window, last: [None; 2] }
    }

    /// Notes the touch that a bar of the block is, after everything about it was asked.
    pub fn note(&mut self, row: usize, side: Side) {
        let number = self.bars + row;
        self.touches.drain(..self.gone(number));
        self.touches.push_back(number);
        self.last[place(side)] = Some(number);
    }

    /// Leaves a block of so many base bars.
    pub fn pass(&mut self, rows: usize) {
        self.bars += rows;
    }

    /// Bars of the last touch of a side before a bar of the block, as a share of the window; 1 where it was earlier or never.
    pub fn since(&self, row: usize, side: Side) -> f64 {
        let bars = self.last[place(side)].map_or(self.window, |touch| self.bars + row - touch);
        bars.min(self.window) as f64 / self.window as f64
    }

    /// Touches of either side in the window before a bar of the block, as a share of it.
    pub fn crowding(&self, row: usize) -> f64 {
        (self.touches.len() - self.gone(self.bars + row)) as f64 / self.window as f64
    }

    // How many touches are not in the window before a bar.
    fn gone(&self, number: usize) -> usize {
        self.touches.partition_point(|&touch| touch + self.window < number)
    }
}

fn place(side: Side) -> usize {
    usize::from(side == Side::Sell)
}

#[cfg(test)]
mod tests {
    use super::*;

    // In bars of a window of four.
    fn bars(share: f64) -> i64 {
        (4.0 * share).round() as i64
    }

    #[test]
    fn touches_leave_the_window_one_by_one() {
        let mut history = History::new(4);
        history.note(0, Side::Buy);
        history.note(1, Side::Sell);
        history.pass(3);
        assert_eq!([1, 2, 3].map(|row| bars(history.crowding(row))), [2, 1, 0]);
    }

    #[test]
    fn each_side_has_its_own_last_touch() {
        let mut history = History::new(4);
        assert_eq!(bars(history.since(0, Side::Buy)), 4);
        history.note(1, Side::Buy);
        history.pass(2);
        assert_eq!([0, 2, 9].map(|row| bars(history.since(row, Side::Buy))), [1, 3, 4]);
        assert_eq!(bars(history.since(0, Side::Sell)), 4);
    }
}

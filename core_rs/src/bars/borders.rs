//! Where the bars of a grid begin in a tape.

use crate::tape::Tape;

/// Borders sought at once: enough for their waits for memory to overlap.
const TOGETHER: usize = 32;

/// The rows of a tape at which bars begin, found some bars ahead.
#[derive(Clone, Debug)]
pub struct Borders<'t> {
    tape: &'t Tape,
    step_us: i64,
    ts_us: [i64; TOGETHER],
    rows: [usize; TOGETHER],
    next: usize,
}

impl<'t> Borders<'t> {
    /// The borders of bars `step_us` long.
    pub const fn new(tape: &'t Tape, step_us: i64) -> Self {
        Self { tape, step_us, ts_us: [0; TOGETHER], rows: [0; TOGETHER], next: TOGETHER }
    }

    /// The first row at or after `ts_us`, the start of a bar; fast where calls follow the bars.
    #[inline]
    pub fn row_at(&mut self, ts_us: i64) -> usize {
        if self.ts_us.get(self.next) != Some(&ts_us) {
            self.seek(ts_us);
        }
        let row = self.rows[self.next];
        self.next += 1;
        row
    }

    fn seek(&mut self, ts_us: i64) {
        self.ts_us = std::array::from_fn(|bar| ts_us.saturating_add(self.step_us.saturating_mul(bar as i64)));
        self.rows = self.tape.first_at_each(&self.ts_us);
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::{Side, TickDirection, Trade};

    #[test]
    fn borders_are_found_in_any_order() {
        let trade =
            |ts_us| Trade { ts_us, price: 1, size: 1, side: Side::Buy, tick: TickDirection::Plus, flags: 0 };
        let trades: Vec<Trade> = (0..1000).map(|row| trade(row * row % 7 + row * 3)).collect();
        let Ok(tape) = Tape::from_trades(&trades, 1.0, 1.0) else { return };
        let mut borders = Borders::new(&tape, 10);
        for ts_us in (0..900).step_by(10).chain([40, 50, 70, i64::MAX - 20, i64::MAX, 0]) {
            assert_eq!(borders.row_at(ts_us), tape.first_at(ts_us), "{ts_us}");
        }
    }
}

//! Bars of a longer timeframe, from the bars of a grid.

use serde::{Deserialize, Serialize};

use super::{Bar, align_up};

/// Merges the bars of a step into bars of a multiple of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rollup {
    part_us: i64,
    step_us: i64,
    first_open_us: i64,
    forming: Option<Bar>,
}

impl Rollup {
    /// Bars `step_us` long from bars `part_us` long, in a segment that begins at `first_ts_us`.
    #[must_use]
    pub const fn new(part_us: i64, step_us: i64, first_ts_us: i64) -> Self {
        Self { part_us, step_us, first_open_us: align_up(first_ts_us, step_us), forming: None }
    }

    /// Adds the next bar of the grid; returns the longer bar when this one ends it.
    pub fn add(&mut self, part: &Bar) -> Option<Bar> {
        if part.open_ts_us < self.first_open_us {
            return None;
        }
        match &mut self.forming {
            Some(bar) => bar.merge(part),
            None => self.forming = Some(*part),
        }
        if self.is_ended_by(part.open_ts_us) { self.forming.take() } else { None }
    }

    /// Whether the bar of the grid that opens then is the last part of a longer bar.
    #[must_use]
    pub const fn is_ended_by(&self, open_ts_us: i64) -> bool {
        open_ts_us >= self.first_open_us && (open_ts_us + self.part_us) % self.step_us == 0
    }

    /// The bar that has begun and not ended, as of the last part; `None` when a bar has just closed.
    #[must_use]
    pub const fn forming(&self) -> Option<&Bar> {
        self.forming.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Grid, Sink};
    use super::*;
    use crate::tape::{Side, TickDirection, Trade};
    use proptest::prelude::*;

    struct Rolled {
        step_us: i64,
        rollup: Rollup,
        bars: Vec<Bar>,
    }

    impl Sink for Rolled {
        fn start(&mut self, _segment: i32, first_ts_us: i64) {
            self.rollup = Rollup::new(10, self.step_us, first_ts_us);
        }
        fn close(&mut self, bar: &Bar) {
            self.bars.extend(self.rollup.add(bar));
        }
    }

    struct Direct(Vec<Bar>);

    impl Sink for Direct {
        fn start(&mut self, _segment: i32, _first_ts_us: i64) {}
        fn close(&mut self, bar: &Bar) {
            self.0.push(*bar);
        }
    }

    proptest! {
        #[test]
        fn rolled_up_bars_equal_bars_of_the_trades(
            steps in prop::collection::vec((0_i64..60, 1_i64..50, 1_i64..9, any::<bool>()), 1..200),
        ) {
            let mut rolled = Rolled { step_us: 40, rollup: Rollup::new(10, 40, 0), bars: Vec::new() };
            let mut direct = Direct(Vec::new());
            let (mut parts, mut whole, mut ts_us) = (Grid::new(10, 55), Grid::new(40, 55), 7);
            for (gap, price, size, buy) in steps {
                ts_us += gap;
                let side = if buy { Side::Buy } else { Side::Sell };
                let trade = Trade { ts_us, price, size, side, tick: TickDirection::ZeroPlus, flags: 0 };
                parts.push(&trade, &mut rolled).unwrap();
                whole.push(&trade, &mut direct).unwrap();
            }
            prop_assert_eq!(rolled.bars, direct.0);
        }
    }
}

//! One timeframe's state.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{AgreementSide, Cells, Closed, Families, Family, forming};
use super::touch::{Line, TouchEma};
use crate::bars::{Bar, Rollup};
use crate::indicators::Atr;

/// A timeframe from the start of a segment on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    timeframe_s: i64,
    shows_forming: bool,
    rollup: Rollup,
    average_range: Atr,
    atr: f64,
    any_closed: bool,
    families: Families,
    touch_ema: TouchEma,
}

impl Frame {
    pub fn new(config: &MarketConfig, timeframe_s: i64, first_ts_us: i64) -> Self {
        Self {
            timeframe_s,
            shows_forming: timeframe_s > config.base_s && config.families.contains(&Family::Forming),
            rollup: Rollup::new(config.part_us(), timeframe_s * SECOND_US, first_ts_us),
            average_range: Atr::new(config.windows.atr),
            atr: f64::NAN,
            any_closed: false,
            families: Families::new(&config.families, &config.windows),
            touch_ema: TouchEma::new(config.touch.ema),
        }
    }

    /// Takes the next bar of the smallest timeframe; returns the bar of this timeframe that it ends.
    pub fn add(&mut self, part: &Bar) -> Option<Bar> {
        let bar = self.rollup.add(part)?;
        self.atr = self.average_range.update(bar.high, bar.low, bar.close);
        self.any_closed = true;
        self.touch_ema.update(bar.close, self.atr);
        self.families.update(&Closed { bar: &bar, atr: self.atr });
        Some(bar)
    }

    /// Writes the columns of the last closed bar and those of the forming bar as of the last part, where they show.
    pub fn write(&self, cells: &mut Cells<'_>) {
        self.families.write(cells);
        if self.shows_forming {
            cells.write(forming(self.rollup.forming(), self.atr, self.any_closed));
        }
    }

    /// How the timeframe stands to the base, as of the last part.
    pub fn agreement_side(&self) -> AgreementSide {
        AgreementSide { timeframe_s: self.timeframe_s, atr: self.atr, line: self.line() }
    }

    /// The touchable EMA, as of the last part.
    pub fn line(&self) -> Line {
        self.touch_ema.line(self.rollup.forming())
    }

    /// ATR of closed bars in ticks, NaN until warm.
    pub const fn atr(&self) -> f64 {
        self.atr
    }

    pub const fn timeframe_s(&self) -> i64 {
        self.timeframe_s
    }
}

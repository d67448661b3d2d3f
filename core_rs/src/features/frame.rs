//! One timeframe's state.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{AgreementSide, Closed, Families, Family, forming};
use super::touch::{Line, Prices, TouchEma};
use crate::bars::{Bar, Rollup};
use crate::indicators::{Atr, ratio};

/// A timeframe from the start of a segment on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    timeframe_s: i64,
    is_touchable: bool,
    shows_forming: bool,
    /// None where a part is a whole bar.
    rollup: Option<Rollup>,
    average_range: Atr,
    atr: f64,
    any_closed: bool,
    families: Families,
    touch_ema: TouchEma,
}

impl Frame {
    pub fn new(config: &MarketConfig, timeframe_s: i64, first_ts_us: i64) -> Self {
        let (part_us, step_us) = (config.part_us(), timeframe_s * SECOND_US);
        Self {
            timeframe_s,
            is_touchable: config.touch.timeframes_s.contains(&timeframe_s),
            shows_forming: timeframe_s > config.base_s && config.families.contains(&Family::Forming),
            rollup: (step_us > part_us).then(|| Rollup::new(part_us, step_us, first_ts_us)),
            average_range: Atr::new(config.windows.atr),
            atr: f64::NAN,
            any_closed: false,
            families: Families::new(&config.families, &config.windows),
            touch_ema: TouchEma::new(config.touch.ema),
        }
    }

    /// Takes the next bar of the smallest timeframe; returns the prices of the bar of this timeframe that it ends.
    #[inline]
    pub fn add(&mut self, part: &Bar) -> Option<Prices> {
        match &mut self.rollup {
            None => Some(self.close(part)),
            Some(rollup) => rollup.add(part).map(|bar| self.close(&bar)),
        }
    }

    #[inline]
    fn close(&mut self, bar: &Bar) -> Prices {
        self.atr = self.average_range.update(bar.high, bar.low, bar.close);
        self.any_closed = true;
        let per_atr = ratio(1.0, self.atr);
        self.touch_ema.update(bar.close, per_atr);
        self.families.update(&Closed { bar, atr: self.atr, per_atr });
        Prices::of(bar)
    }

    /// Appends the columns of the last closed bar and those of the forming bar as of the last part, where they show.
    #[inline]
    pub fn write(&self, row: &mut Vec<f64>) {
        row.extend_from_slice(self.families.last());
        if self.shows_forming {
            row.extend(forming(self.forming(), self.atr, self.any_closed));
        }
    }

    fn forming(&self) -> Option<&Bar> {
        self.rollup.as_ref().and_then(Rollup::forming)
    }

    /// How the timeframe stands to the base, as of the last part.
    pub fn agreement_side(&self) -> AgreementSide {
        AgreementSide { timeframe_s: self.timeframe_s, atr: self.atr, line: self.line() }
    }

    /// The touchable EMA, as of the last part.
    pub fn line(&self) -> Line {
        self.touch_ema.line(self.forming())
    }

    /// Whether a touch of this timeframe's EMA counts.
    pub const fn is_touchable(&self) -> bool {
        self.is_touchable
    }

    /// ATR of closed bars in ticks, NaN until warm.
    pub const fn atr(&self) -> f64 {
        self.atr
    }

    pub const fn timeframe_s(&self) -> i64 {
        self.timeframe_s
    }
}

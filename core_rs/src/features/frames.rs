//! All timeframes of a segment, and the row that they make.

use serde::{Deserialize, Serialize};

use super::config::MarketConfig;
use super::families::{Family, agreement, clock};
use super::frame::Frame;
use super::touch::{Prices, Touch, TouchRule};
use crate::bars::Bar;

/// The timeframes from the start of a segment on, the shortest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frames {
    all: Vec<Frame>,
    /// The place of the base.
    base: usize,
    part_us: i64,
    shows_agreement: bool,
    shows_clock: bool,
}

/// A base bar that has closed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// Its end, at which it is known.
    pub ts_us: i64,
    /// Its prices.
    pub bar: Prices,
    /// ATR of the base in ticks, NaN until warm.
    pub atr: f64,
}

impl Frames {
    pub fn new(config: &MarketConfig, first_ts_us: i64) -> Self {
        let frame = |&seconds: &i64| Frame::new(config, seconds, first_ts_us);
        Self {
            all: config.timeframes_s.iter().map(frame).collect(),
            base: config.timeframes_s.iter().position(|&seconds| seconds == config.base_s).unwrap_or(0),
            part_us: config.part_us(),
            shows_agreement: config.families.contains(&Family::Agreement),
            shows_clock: config.families.contains(&Family::Clock),
        }
    }

    /// Takes the next bar of the smallest timeframe; returns the base bar that it ends.
    #[inline]
    pub fn add(&mut self, part: &Bar) -> Option<Decision> {
        let mut decision = None;
        for (place, frame) in self.all.iter_mut().enumerate() {
            let closed = frame.add(part);
            if place == self.base {
                let ts_us = part.open_ts_us + self.part_us;
                decision = closed.map(|bar| Decision { ts_us, bar, atr: frame.atr() });
            }
        }
        decision
    }

    /// Appends the row of a base bar.
    #[inline]
    pub fn write(&self, at: &Decision, row: &mut Vec<f64>) {
        for (place, frame) in self.all.iter().enumerate() {
            frame.write(row);
            if self.shows_agreement && place > self.base {
                let base = self.all[self.base].agreement_side();
                row.extend(agreement(frame.agreement_side(), base, at.bar.close));
            }
        }
        if self.shows_clock {
            row.extend(clock(at.ts_us));
        }
    }

    /// The touch that a base bar is, if it is one, by the highest timeframe that fires.
    #[inline]
    pub fn touch(&self, at: &Decision, rule: &TouchRule) -> Option<Touch> {
        let base_s = self.all[self.base].timeframe_s();
        let fires = |frame: &Frame| {
            let (timeframe_s, line) = (frame.timeframe_s(), frame.line());
            let side = rule.side(&at.bar, at.atr, line)?;
            Some(Touch { side, timeframe_s, base_s, line, bar: at.bar, atr: at.atr })
        };
        self.touchable().rev().find_map(fires)
    }

    /// The share of the touchable EMAs that lie near the level of a touch.
    pub fn confluence(&self, touch: &Touch, rule: &TouchRule) -> f64 {
        let reach = rule.max_distance_atr * touch.atr;
        let near = |frame: &&Frame| (frame.line().level - touch.line.level).abs() <= reach;
        self.touchable().filter(near).count() as f64 / rule.timeframes_s.len() as f64
    }

    fn touchable(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.all.iter().filter(|frame| frame.is_touchable())
    }
}

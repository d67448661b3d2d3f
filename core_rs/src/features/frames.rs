//! All timeframes of a segment, and the row that they make.

use serde::{Deserialize, Serialize};

use super::config::MarketConfig;
use super::families::{Family, agreement, clock};
use super::frame::{Frame, Place};
use super::touch::{Prices, Touch, TouchRule};
use crate::bars::BarsPart;

/// The timeframes from the start of a segment on, the shortest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frames {
    all: Vec<Frame>,
    /// The place of the base.
    base: usize,
    part_us: i64,
    shows_agreement: bool,
    shows_clock: bool,
    /// Where decisions fall in the block at hand.
    #[serde(skip)]
    places: Vec<Place>,
    /// Rows of the block at hand.
    #[serde(skip)]
    rows: Vec<f64>,
}

/// A base bar that has closed.
#[derive(Clone, Copy, Debug)]
pub struct Decision {
    place: Place,
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
            places: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Takes the next block of bars of the smallest timeframe; appends the base bars that it ends.
    pub fn add_all(&mut self, parts: &BarsPart<'_>, decisions: &mut Vec<Decision>) {
        let Self { all, places, .. } = self;
        places.clear();
        let ends = all[self.base].ends(parts).enumerate();
        places.extend(ends.map(|(decision, part)| Place { decision, part }));
        for frame in all.iter_mut() {
            frame.add_all(parts, places);
        }
        let (base, part_us) = (&all[self.base], self.part_us);
        let opens_us = parts.field(|bars| &bars.open_ts_us);
        decisions.extend(places.iter().map(|&place| Decision {
            place,
            ts_us: opens_us[place.part] + part_us,
            bar: base.prices(place, parts),
            atr: base.atr(place),
        }));
    }

    /// Leaves the block.
    pub fn settle(&mut self) {
        self.all.iter_mut().for_each(Frame::settle);
    }

    /// Appends the rows of base bars, `width` columns each.
    pub fn write(&mut self, decisions: &[Decision], width: usize, cells: &mut Vec<f64>) {
        if let ([base], false) = (self.all.as_slice(), self.shows_clock) {
            // Far memory takes whole lines faster than cells.
            self.rows.clear();
            base.write_parts(decisions.iter().map(|at| at.place.part), &mut self.rows);
            cells.extend_from_slice(&self.rows);
            return;
        }
        let mut before = None;
        for at in decisions {
            for (number, frame) in self.all.iter().enumerate() {
                frame.write(at.place, before, width, cells);
                if self.shows_agreement && number > self.base {
                    let [above, base] =
                        [frame, &self.all[self.base]].map(|frame| frame.agreement_side(at.place));
                    cells.extend(agreement(above, base, at.bar.close));
                }
            }
            if self.shows_clock {
                cells.extend(clock(at.ts_us));
            }
            before = Some(at.place);
        }
    }

    /// The touch that a base bar is, if it is one, by the highest timeframe that fires.
    #[inline]
    pub fn touch(&self, at: &Decision, rule: &TouchRule) -> Option<Touch> {
        let base_s = self.all[self.base].timeframe_s();
        let fires = |frame: &Frame| {
            let (timeframe_s, line) = (frame.timeframe_s(), frame.line(at.place));
            let side = rule.side(&at.bar, at.atr, line)?;
            Some(Touch { side, timeframe_s, base_s, line, bar: at.bar, atr: at.atr })
        };
        self.touchable().rev().find_map(fires)
    }

    /// The share of the touchable EMAs that lie near the level of a touch.
    pub fn confluence(&self, at: &Decision, touch: &Touch, rule: &TouchRule) -> f64 {
        let reach = rule.max_distance_atr * touch.atr;
        let near = |frame: &&Frame| (frame.line(at.place).level - touch.line.level).abs() <= reach;
        self.touchable().filter(near).count() as f64 / rule.timeframes_s.len() as f64
    }

    fn touchable(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.all.iter().filter(|frame| frame.is_touchable())
    }
}

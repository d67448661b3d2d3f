//! All timeframes of a segment, and the row that they make.

use serde::{Deserialize, Serialize};

use super::config::MarketConfig;
use super::families::{Family, agreement, clock};
use super::frame::{Decision, Frame};
use super::touch::{Touch, TouchRule};
use crate::bars::BarsPart;
use crate::indicators::BLOCK;

/// The timeframes from the start of a segment on, the shortest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Frames {
    all: Vec<Frame>,
    /// The place of the base.
    base: usize,
    part_us: i64,
    shows_agreement: bool,
    shows_clock: bool,
    /// Bars before which touches ask for a close.
    flow: usize,
    /// Those of the block at hand.
    #[serde(skip)]
    decisions: Vec<Decision>,
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
            flow: config.windows.flow,
            decisions: Vec::new(),
        }
    }

    /// Takes the next block of bars of the smallest timeframe.
    pub fn add_all(&mut self, parts: &BarsPart<'_>) {
        self.find_decisions(parts);
        for frame in &mut self.all {
            frame.add_all(parts, &self.decisions);
        }
    }

    // An array and a number: a growing vector would cost more than what it holds.
    fn find_decisions(&mut self, parts: &BarsPart<'_>) {
        let (mut found, mut row) = ([Decision::default(); BLOCK], 0);
        let opens_us = parts.field(|bars| &bars.open_ts_us).iter().take(BLOCK).enumerate();
        for (part, &open_us) in opens_us {
            if self.base().is_ended_by(open_us) {
                found[row] = Decision { row, part, ts_us: open_us + self.part_us };
                row += 1;
            }
        }
        self.decisions.clear();
        self.decisions.extend_from_slice(&found[..row]);
    }

    /// Leaves the block.
    pub fn settle(&mut self) {
        self.all.iter_mut().for_each(Frame::settle);
    }

    /// The base bars that the block ends.
    pub fn decisions(&self) -> &[Decision] {
        &self.decisions
    }

    /// The timeframe at whose closes decisions fall.
    pub fn base(&self) -> &Frame {
        &self.all[self.base]
    }

    /// Appends the rows of the block's base bars.
    pub fn write_all(&self, cells: &mut Vec<f64>) {
        if let ([base], false) = (self.all.as_slice(), self.shows_clock) {
            cells.extend_from_slice(base.rows());
        } else {
            self.decisions.iter().for_each(|at| self.write(at, cells));
        }
    }

    /// Appends the row of a base bar.
    #[inline]
    pub fn write(&self, at: &Decision, cells: &mut Vec<f64>) {
        for (number, frame) in self.all.iter().enumerate() {
            frame.write(at, cells);
            if self.shows_agreement && number > self.base {
                let [above, base] = [frame, self.base()].map(|frame| frame.agreement_side(at));
                cells.extend(agreement(above, base, self.base().closes()[at.row]));
            }
        }
        if self.shows_clock {
            cells.extend(clock(at.ts_us));
        }
    }

    /// The base bars of the block that are touches, each by the highest timeframe that fires.
    pub fn touches<'a>(
        &'a self,
        parts: &'a BarsPart<'a>,
        rule: &'a TouchRule,
    ) -> impl Iterator<Item = (&'a Decision, Touch)> {
        let decisions = if self.touchable().next().is_some() { self.decisions() } else { &[] };
        decisions.iter().filter_map(|at| Some((at, self.touch(at, parts, rule)?)))
    }

    fn touch(&self, at: &Decision, parts: &BarsPart<'_>, rule: &TouchRule) -> Option<Touch> {
        let (base, row) = (self.base(), at.row);
        let (base_s, bar, atr) = (base.timeframe_s(), base.prices(row, parts), base.atrs()[row]);
        let fires = |frame: &Frame| {
            let line = frame.line(at);
            Some((frame.timeframe_s(), line, rule.side(&bar, atr, line)?))
        };
        let (timeframe_s, line, side) = self.touchable().rev().find_map(fires)?;
        let close_before = base.close_before(row, self.flow);
        Some(Touch { side, timeframe_s, base_s, line, bar, close_before, atr })
    }

    /// The share of the touchable EMAs that lie near the level of a touch.
    pub fn confluence(&self, at: &Decision, touch: &Touch, rule: &TouchRule) -> f64 {
        let reach = rule.max_distance_atr * touch.atr;
        let near = |frame: &&Frame| (frame.line(at).level - touch.line.level).abs() <= reach;
        self.touchable().filter(near).count() as f64 / rule.timeframes_s.len() as f64
    }

    fn touchable(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.all.iter().filter(|frame| frame.is_touchable())
    }
}

//! What the machine knows between two bars of the smallest timeframe.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{Cells, Family, agreement, clock};
use super::frame::Frame;
use super::history::History;
use super::schema::schema;
use super::table::Table;
use super::touch::Touch;
use crate::bars::{Bar, Sink};

/// The timeframes of the current segment and the row that they write to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    config: MarketConfig,
    directional: Vec<bool>,
    segment: i32,
    frames: Vec<Frame>,
    row: Vec<f64>,
    history: History,
    table: Table,
}

impl State {
    pub fn new(config: MarketConfig) -> Self {
        let directional: Vec<bool> = schema(&config).iter().map(|column| column.directional).collect();
        let row = vec![f64::NAN; directional.len()];
        let history = History::new(&config.windows);
        Self { config, directional, segment: -1, frames: Vec::new(), row, history, table: Table::default() }
    }

    pub const fn config(&self) -> &MarketConfig {
        &self.config
    }

    pub fn take(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    fn decide(&mut self, bar: &Bar, base: usize) {
        let ts_us = bar.open_ts_us + self.config.base_s * SECOND_US;
        let atr = self.frames[base].atr();
        self.table.ts_us.push(ts_us);
        self.table.close.push(bar.close);
        self.table.atr.push(atr);
        self.table.segment.push(self.segment);
        let touch = self.touch(bar, atr);
        let side = touch.as_ref().map(|touch| touch.side);
        if self.config.dense || touch.is_some() {
            self.write_row(bar, base, ts_us);
        }
        if self.config.dense {
            self.table.features.extend_from_slice(&self.row);
        }
        if let Some(touch) = touch {
            let cells = touch.cells(&self.history, self.confluence(touch.line.level, atr));
            emit(&mut self.table, &touch, &cells, &self.row, &self.directional);
        }
        self.history.push(bar.close, side);
    }

    fn write_row(&mut self, bar: &Bar, base: usize, ts_us: i64) {
        let MarketConfig { base_s, families, .. } = &self.config;
        let base_side = self.frames[base].agreement_side();
        let mut cells = Cells::new(&mut self.row);
        for frame in &self.frames {
            frame.write(&mut cells);
            if frame.timeframe_s() > *base_s && families.contains(&Family::Agreement) {
                cells.write(agreement(frame.agreement_side(), base_side, bar.close));
            }
        }
        if families.contains(&Family::Clock) {
            cells.write(clock(ts_us));
        }
    }

    fn touch<'a>(&self, bar: &'a Bar, atr: f64) -> Option<Touch<'a>> {
        let MarketConfig { base_s, touch: rule, .. } = &self.config;
        let fires = |frame: &Frame| {
            let (timeframe_s, line) = (frame.timeframe_s(), frame.line());
            let side = rule.side(bar, atr, line)?;
            Some(Touch { side, timeframe_s, base_s: *base_s, line, bar, atr })
        };
        self.touchable().rev().find_map(fires)
    }

    fn touchable(&self) -> impl DoubleEndedIterator<Item = &Frame> {
        self.frames.iter().filter(|frame| self.config.touch.timeframes_s.contains(&frame.timeframe_s()))
    }

    // The share of the touchable EMAs that lie near a level.
    fn confluence(&self, level: f64, atr: f64) -> f64 {
        let reach = self.config.touch.max_distance_atr * atr;
        let near = self.touchable().filter(|frame| (frame.line().level - level).abs() <= reach).count();
        near as f64 / self.config.touch.timeframes_s.len() as f64
    }
}

#[allow(clippy::cast_possible_wrap)] // a count of rows
fn emit(table: &mut Table, touch: &Touch<'_>, cells: &[f64], row: &[f64], directional: &[bool]) {
    let side = touch.side.sign() as f64;
    let turned = row.iter().zip(directional).map(|(&x, &turns)| if turns { side * x } else { x });
    table.touch_row.push(table.ts_us.len() as i64 - 1);
    table.touch_side.push(touch.side as i8);
    table.touch_timeframe_s.push(touch.timeframe_s as i32);
    table.touch_level.push(touch.line.level);
    table.touch_features.extend(turned);
    table.touch_features.extend(cells);
}

impl Sink for State {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        let Self { config, .. } = self;
        let frame = |&seconds: &i64| Frame::new(config, seconds, first_ts_us);
        self.frames = config.timeframes_s.iter().map(frame).collect();
        self.history = History::new(&config.windows);
        self.segment = segment;
    }

    fn close(&mut self, part: &Bar) {
        let mut decision = None;
        for (index, frame) in self.frames.iter_mut().enumerate() {
            let closed = frame.add(part);
            if frame.timeframe_s() == self.config.base_s {
                decision = closed.map(|bar| (bar, index));
            }
        }
        if let Some((bar, base)) = decision {
            self.decide(&bar, base);
        }
    }
}

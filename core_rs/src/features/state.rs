//! What the machine knows between two bars of the smallest timeframe.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{Cells, Family, clock};
use super::frame::Frame;
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
    table: Table,
}

impl State {
    pub fn new(config: MarketConfig) -> Self {
        let directional: Vec<bool> = schema(&config).iter().map(|column| column.directional).collect();
        let row = vec![f64::NAN; directional.len()];
        Self { config, directional, segment: -1, frames: Vec::new(), row, table: Table::default() }
    }

    pub const fn config(&self) -> &MarketConfig {
        &self.config
    }

    pub fn take(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    fn decide(&mut self, bar: &Bar, base: usize) {
        let ts_us = bar.open_ts_us + self.config.base_s * SECOND_US;
        let mut cells = Cells::new(&mut self.row);
        self.frames.iter().for_each(|frame| frame.write(&mut cells));
        if self.config.families.contains(&Family::Clock) {
            cells.write(clock(ts_us));
        }
        let atr = self.frames[base].atr();
        self.table.ts_us.push(ts_us);
        self.table.close.push(bar.close);
        self.table.atr.push(atr);
        self.table.segment.push(self.segment);
        if self.config.dense {
            self.table.features.extend_from_slice(&self.row);
        }
        if let Some(touch) = self.touch(bar, atr) {
            emit(&mut self.table, &touch, &self.row, &self.directional);
        }
    }

    fn touch<'a>(&self, bar: &'a Bar, atr: f64) -> Option<Touch<'a>> {
        let MarketConfig { base_s, touch: rule, .. } = &self.config;
        let fires = |frame: &Frame| {
            let (timeframe_s, line) = (frame.timeframe_s(), frame.line());
            let side = rule.side(bar, atr, line)?;
            Some(Touch { side, timeframe_s, base_s: *base_s, line, bar, atr })
        };
        let touchable = |frame: &&Frame| rule.timeframes_s.contains(&frame.timeframe_s());
        self.frames.iter().rev().filter(touchable).find_map(fires)
    }
}

#[allow(clippy::cast_possible_wrap)] // a count of rows
fn emit(table: &mut Table, touch: &Touch<'_>, row: &[f64], directional: &[bool]) {
    let side = touch.side.sign() as f64;
    let turned = row.iter().zip(directional).map(|(&x, &turns)| if turns { side * x } else { x });
    table.touch_row.push(table.ts_us.len() as i64 - 1);
    table.touch_side.push(touch.side as i8);
    table.touch_timeframe_s.push(touch.timeframe_s as i32);
    table.touch_level.push(touch.line.level);
    table.touch_features.extend(turned);
    table.touch_features.extend(touch.cells());
}

impl Sink for State {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        let Self { config, .. } = self;
        let frame = |&seconds: &i64| Frame::new(config, seconds, first_ts_us);
        self.frames = config.timeframes_s.iter().map(frame).collect();
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

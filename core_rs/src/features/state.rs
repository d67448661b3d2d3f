//! What the machine knows between two bars of the smallest timeframe.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::frames::{Decision, Frames};
use super::history::History;
use super::schema::schema;
use super::table::Table;
use super::touch::Touch;
use crate::bars::{Bar, Sink};
use crate::tape::Side;

/// The timeframes of the current segment and the rows that they have made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    config: MarketConfig,
    directional: Vec<bool>,
    segment: i32,
    frames: Frames,
    history: History,
    /// The base bar whose row is still to be written.
    pending: Option<Decision>,
    table: Table,
}

impl State {
    pub fn new(config: MarketConfig) -> Self {
        let directional: Vec<bool> = schema(&config).iter().map(|column| column.directional).collect();
        let history = History::new(&config.windows);
        Self {
            config,
            directional,
            segment: -1,
            frames: Frames::default(),
            history,
            pending: None,
            table: Table::default(),
        }
    }

    pub const fn config(&self) -> &MarketConfig {
        &self.config
    }

    pub fn take(&mut self) -> Table {
        self.write_pending();
        std::mem::take(&mut self.table)
    }

    /// Makes room for the rows of some bars of the smallest timeframe: growing later would copy them.
    pub fn reserve(&mut self, parts: usize) {
        let rows = parts * (self.config.part_us() / SECOND_US) as usize / self.config.base_s as usize;
        self.table.reserve(rows, if self.config.dense { self.directional.len() } else { 0 });
    }

    #[inline]
    fn decide(&mut self, at: &Decision) {
        let Self { config, frames, table, .. } = self;
        table.ts_us.push(at.ts_us);
        table.close.push(at.bar.close);
        table.atr.push(at.atr);
        table.segment.push(self.segment);
        self.pending = config.dense.then_some(*at);
        let touch = frames.touch(at, &config.touch);
        let side = touch.as_ref().map(|touch| touch.side);
        if let Some(touch) = touch {
            self.emit(at, &touch);
        }
        self.history.push(at.bar.close, side);
    }

    // A row is copied when the next bar comes: to read cells that have only just been stored is to wait for them.
    #[inline]
    fn write_pending(&mut self) {
        if let Some(at) = self.pending.take() {
            self.frames.write(&at, &mut self.table.features);
        }
    }

    fn emit(&mut self, at: &Decision, touch: &Touch) {
        let Self { config, frames, history, table, .. } = self;
        let begin = table.touch_features.len();
        frames.write(at, &mut table.touch_features);
        turn(&mut table.touch_features[begin..], touch.side, &self.directional);
        let confluence = frames.confluence(touch, &config.touch);
        table.touch_features.extend(touch.cells(history, confluence));
        table.touch_row.push(table.ts_us.len() as i64 - 1);
        table.touch_side.push(touch.side as i8);
        table.touch_timeframe_s.push(touch.timeframe_s as i32);
        table.touch_level.push(touch.line.level);
    }
}

/// Turns a row to the side of a touch.
fn turn(row: &mut [f64], side: Side, directional: &[bool]) {
    let side = side.sign() as f64;
    for (cell, &turns) in row.iter_mut().zip(directional) {
        *cell *= if turns { side } else { 1.0 };
    }
}

impl Sink for State {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        self.write_pending();
        self.frames = Frames::new(&self.config, first_ts_us);
        self.history = History::new(&self.config.windows);
        self.segment = segment;
    }

    #[inline]
    fn close(&mut self, part: &Bar) {
        self.write_pending();
        if let Some(decision) = self.frames.add(part) {
            self.decide(&decision);
        }
    }
}

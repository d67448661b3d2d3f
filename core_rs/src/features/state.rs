//! What the machine knows between two bars of the smallest timeframe.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::frames::{Decision, Frames};
use super::history::History;
use super::schema::schema;
use super::table::Table;
use super::touch::Touch;
use crate::bars::{Bar, BarColumns, BarsPart, Sink};
use crate::indicators::BLOCK;
use crate::tape::Side;

/// The timeframes of the current segment and the rows that they have made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    config: MarketConfig,
    directional: Vec<bool>,
    segment: i32,
    frames: Frames,
    history: History,
    table: Table,
    /// Bars that have closed since the last block.
    #[serde(skip)]
    pending: BarColumns,
    /// Those of the block at hand.
    #[serde(skip)]
    decisions: Vec<Decision>,
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
            table: Table::default(),
            pending: BarColumns::default(),
            decisions: Vec::new(),
        }
    }

    pub const fn config(&self) -> &MarketConfig {
        &self.config
    }

    pub fn take(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    /// Makes room for the rows of some bars of the smallest timeframe: growing later would copy them.
    pub fn reserve(&mut self, parts: usize) {
        let rows = parts * (self.config.part_us() / SECOND_US) as usize / self.config.base_s as usize;
        self.table.reserve(rows, if self.config.dense { self.directional.len() } else { 0 });
    }

    /// Makes the rows of all bars that have closed.
    #[inline]
    pub fn settle(&mut self) {
        if !self.pending.is_empty() {
            let mut pending = std::mem::take(&mut self.pending);
            self.take_in(&pending.all());
            pending.clear();
            self.pending = pending;
        }
    }

    /// Makes the rows of the next bars.
    pub fn take_in(&mut self, parts: &BarsPart<'_>) {
        let mut decisions = std::mem::take(&mut self.decisions);
        for parts in parts.chunks(BLOCK) {
            decisions.clear();
            self.frames.add_all(&parts, &mut decisions);
            self.decide(&decisions);
            self.frames.settle();
        }
        self.decisions = decisions;
    }

    fn decide(&mut self, decisions: &[Decision]) {
        let Self { config, frames, table, .. } = self;
        let row = table.ts_us.len();
        table.ts_us.extend(decisions.iter().map(|at| at.ts_us));
        table.close.extend(decisions.iter().map(|at| at.bar.close));
        table.atr.extend(decisions.iter().map(|at| at.atr));
        table.segment.resize(row + decisions.len(), self.segment);
        if config.dense {
            frames.write(decisions, self.directional.len(), &mut table.features);
        }
        for (row, at) in (row..).zip(decisions) {
            let touch = self.frames.touch(at, &self.config.touch);
            let side = touch.as_ref().map(|touch| touch.side);
            if let Some(touch) = touch {
                self.emit(row, at, &touch);
            }
            self.history.push(at.bar.close, side);
        }
    }

    fn emit(&mut self, row: usize, at: &Decision, touch: &Touch) {
        let Self { config, frames, history, table, .. } = self;
        let begin = table.touch_features.len();
        frames.write(std::slice::from_ref(at), self.directional.len(), &mut table.touch_features);
        turn(&mut table.touch_features[begin..], touch.side, &self.directional);
        let confluence = frames.confluence(at, touch, &config.touch);
        table.touch_features.extend(touch.cells(history, confluence));
        table.touch_row.push(row as i64);
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
        self.settle();
        self.frames = Frames::new(&self.config, first_ts_us);
        self.history = History::new(&self.config.windows);
        self.segment = segment;
    }

    fn close(&mut self, part: &Bar) {
        self.pending.push(part);
        if self.pending.len() == BLOCK {
            self.settle();
        }
    }
}

//! What the machine knows between two bars of the smallest timeframe.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::frames::Frames;
use super::history::History;
use super::schema::schema;
use super::table::{Table, Widths};
use super::touch;
use crate::bars::{Bar, BarColumns, BarsPart, Sink};
use crate::indicators::BLOCK;
use crate::tape::Side;

/// Cells that are kept near at most before they are appended to the table: far memory takes many at once faster.
const NEAR: usize = 8192;

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
    /// Rows that are not yet in the table; none between two calls.
    #[serde(skip)]
    near: Vec<f64>,
}

impl State {
    pub fn new(config: MarketConfig) -> Self {
        let directional: Vec<bool> = schema(&config).iter().map(|column| column.directional).collect();
        let features = directional.len();
        let widths = Widths { features, touch_features: features + touch::COLUMNS };
        let history = History::new(config.windows.swing);
        Self {
            config,
            directional,
            segment: -1,
            frames: Frames::default(),
            history,
            table: Table::new(widths),
            pending: BarColumns::default(),
            near: Vec::new(),
        }
    }

    pub const fn config(&self) -> &MarketConfig {
        &self.config
    }

    pub fn take(&mut self) -> Table {
        let widths = self.table.widths;
        std::mem::replace(&mut self.table, Table::new(widths))
    }

    /// Makes room for the rows of some bars of the smallest timeframe: growing later would copy them.
    pub fn reserve(&mut self, parts: usize) {
        let rows = parts * (self.config.part_us() / SECOND_US) as usize / self.config.base_s as usize;
        self.table.reserve(rows, self.config.dense);
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
        for parts in parts.chunks(BLOCK) {
            self.frames.add_all(&parts);
            self.decide(&parts);
            self.frames.settle();
            if self.near.len() >= NEAR {
                self.table.features.append(&mut self.near);
            }
        }
        self.table.features.append(&mut self.near);
    }

    fn decide(&mut self, parts: &BarsPart<'_>) {
        let Self { config, directional, segment, frames, history, table, near, .. } = self;
        let (row, decisions, base) = (table.ts_us.len(), frames.decisions(), frames.base());
        table.ts_us.extend(decisions.iter().map(|at| at.ts_us));
        table.close.extend_from_slice(base.closes());
        table.atr.extend_from_slice(base.atrs());
        table.segment.resize(row + decisions.len(), *segment);
        if config.dense {
            frames.write_all(near);
        }
        for (at, touch) in frames.touches(parts, &config.touch) {
            let begin = table.touch_features.len();
            frames.write(at, &mut table.touch_features);
            turn(&mut table.touch_features[begin..], touch.side, directional);
            let confluence = frames.confluence(at, &touch, &config.touch);
            table.touch_features.extend(touch.cells(at.row, history, confluence));
            table.note(row + at.row, &touch);
            history.note(at.row, touch.side);
        }
        history.pass(decisions.len());
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
        self.history = History::new(self.config.windows.swing);
        self.segment = segment;
    }

    fn close(&mut self, part: &Bar) {
        self.pending.push(part);
        if self.pending.len() == BLOCK {
            self.settle();
        }
    }
}

//! Bars on a regular grid, closed by a watermark.
//!
//! `Grid` turns trades into bars of one step, `Rollup` turns those into bars of a multiple of it, `Columns` holds
//! bars a column a field, `Ladder` fills columns of several timeframes in one pass. An interval is `[open, open + step)`, aligned to the UTC epoch.

mod bar;
mod bar_columns;
mod borders;
mod columns;
mod grid;
mod ladder;
mod rollup;
mod sums;

pub use bar::{Bar, tick_sum};
pub use bar_columns::{BarColumns, BarsPart};
pub use columns::Columns;
pub use grid::{Grid, LateTrade, Sink};
pub use ladder::{Ladder, LadderError};
pub use rollup::Rollup;

/// The first multiple of `step_us` at or after `ts_us`.
#[must_use]
pub const fn align_up(ts_us: i64, step_us: i64) -> i64 {
    align_down(ts_us + step_us - 1, step_us)
}

/// The last multiple of `step_us` at or before `ts_us`.
#[must_use]
pub const fn align_down(ts_us: i64, step_us: i64) -> i64 {
    ts_us.div_euclid(step_us) * step_us
}

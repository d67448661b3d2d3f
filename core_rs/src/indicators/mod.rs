//! Streaming indicators, one file each.
//!
//! Recursive ones take one bar's values at a time, the others those of a block of bars. Inputs are integers of ticks and lots
//! wherever the market gives integers: windows over them are exact sums, so nothing drifts and the order of
//! arithmetic does not matter. Averages that are recursive by definition (EMA, Wilder) are floats folded in one
//! order from the segment's start, by this code alone: batch and stream agree bit for bit. No float is ever
//! subtracted from a running sum.

mod adx;
mod atr;
mod block;
mod bollinger;
mod ema;
mod exact;
mod highest;
mod impact;
mod macd;
mod moments;
mod parkinson;
mod rank;
mod regression;
mod returns;
mod roll;
mod rolling_mean;
mod rsi;
mod streak;
mod variation;

pub use adx::{Adx, Directional, movement};
pub use atr::{Atr, true_range};
pub use block::{BLOCK, Column, Totals, Window, by_row, changes};
pub use bollinger::{Bands, Bollinger};
pub use ema::{Average, Ema, Emas};
pub use exact::to_f64;
pub use highest::{Highest, Peaks, Ties};
pub use impact::{Impact, Slope};
pub use macd::{Convergence, Macd};
pub use moments::Moments;
pub use parkinson::{Parkinson, Ranges};
pub use rank::RollingRank;
pub use regression::{Fit, Regression};
pub use returns::{Path, Returns};
pub use roll::Roll;
pub use rolling_mean::RollingMean;
pub use rsi::Rsi;
pub use streak::Streak;
pub use variation::{Shares, Variation};

/// `part / whole`, and 0 where the whole is 0: nothing moved or nothing traded. NaN if either is.
#[must_use]
#[inline(always)]
pub fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 && !part.is_nan() { 0.0 } else { part / whole }
}

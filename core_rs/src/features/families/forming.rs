//! The forming bar of a timeframe above the base, as of the decision.

use super::{Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::ratio;

const FAMILY: Family = Family::Forming;

pub fn columns(windows: &Windows) -> [Definition; 3] {
    let atr = windows.atr;
    let column = |name, formula: &str| {
        Definition::new(FAMILY, name, format!("{formula}, forming bar, 0 where the last one has just closed"))
    };
    [
        column("forming_return", &format!("(close - open) / atr({atr})")).warm_after(atr + 1).directional(),
        column("forming_range", &format!("(high - low) / atr({atr})")).warm_after(atr + 1),
        column("forming_flow", "(buy_volume - sell_volume) / volume").warm_after(1).directional(),
    ]
}

/// The forming bar's columns; zeros when its timeframe's bar has just closed, NaN before the first one has,
/// which has no ATR either.
pub fn forming(bar: Option<&Bar>, atr: Option<f64>) -> [f64; 3] {
    let Some(atr) = atr else { return [f64::NAN; 3] };
    let moved = |of: fn(&Bar) -> i64| bar.map_or(0, of) as f64;
    let flow = ratio(moved(Bar::signed_volume), moved(|bar| bar.volume));
    [ratio(moved(|bar| bar.close - bar.open), atr), ratio(moved(|bar| bar.high - bar.low), atr), flow]
}

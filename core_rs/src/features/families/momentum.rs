//! Momentum: how far price has come.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Ring, Rsi, ratio};

const FAMILY: Family = Family::Momentum;
const SHORT: usize = 1;
const LONG: usize = 5;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Momentum {
    short: Ring<i64>,
    long: Ring<i64>,
    rsi: Rsi,
}

impl Momentum {
    pub fn new(windows: &Windows) -> Self {
        Self { short: Ring::new(SHORT), long: Ring::new(LONG), rsi: Rsi::new(windows.rsi) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 3] {
        let (rsi, atr) = (windows.rsi, windows.atr);
        let back = |bars: usize| {
            let formula = format!("(close - close[-{bars}]) / atr({atr})");
            let warm = bars.max(atr) + 1;
            Definition::new(FAMILY, format!("return_{bars}"), formula).warm_after(warm).directional()
        };
        let strength = Definition::new(FAMILY, format!("rsi_{rsi}"), format!("rsi(close, {rsi}) / 50 - 1"));
        [back(SHORT), back(LONG), strength.warm_after(rsi + 1).directional()]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 3] {
        let close = now.bar.close;
        let since = |ring: &mut Ring<i64>| match ring.push(close) {
            Some(before) => ratio((close - before) as f64, now.atr),
            None => f64::NAN,
        };
        [since(&mut self.short), since(&mut self.long), self.rsi.update(close) / 50.0 - 1.0]
    }
}

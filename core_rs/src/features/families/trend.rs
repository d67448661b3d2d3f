//! Trend: where price stands to its average, where the average goes, how directed the moves are.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Adx, Ema, ratio};

const FAMILY: Family = Family::Trend;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trend {
    ema: Ema,
    adx: Adx,
}

impl Trend {
    pub fn new(windows: &Windows) -> Self {
        Self { ema: Ema::span(windows.ema), adx: Adx::new(windows.adx) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 4] {
        let (n, adx, atr) = (windows.ema, windows.adx, windows.atr);
        let ema = format!("ema(close, {n})");
        let column = |name: String, formula: String| Definition::new(FAMILY, name, formula);
        [
            column(format!("ema_{n}_distance"), format!("(close - {ema}) / atr({atr})"))
                .warm_after(n.max(atr + 1))
                .directional(),
            column(format!("ema_{n}_slope"), format!("({ema} - {ema}[-1]) / atr({atr})"))
                .warm_after(n.max(atr) + 1)
                .directional(),
            column(format!("adx_{adx}"), format!("adx({adx}) / 100")).warm_after(2 * adx),
            column(format!("di_{adx}"), format!("(plus_di({adx}) - minus_di({adx})) / 100"))
                .warm_after(adx + 1)
                .directional(),
        ]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 4] {
        let close = now.bar.close as f64;
        let before = self.ema.value();
        let ema = self.ema.update(close);
        let directional = self.adx.update(now.bar.high, now.bar.low, now.bar.close);
        [
            ratio(close - ema, now.atr),
            ratio(ema - before, now.atr),
            directional.adx / 100.0,
            (directional.plus_di - directional.minus_di) / 100.0,
        ]
    }
}

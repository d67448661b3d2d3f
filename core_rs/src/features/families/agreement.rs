//! Agreement: how a timeframe above the base stands to the base, as of the decision.

use super::{Definition, Family};
use crate::features::config::MarketConfig;
use crate::features::touch::Line;
use crate::indicators::ratio;

const FAMILY: Family = Family::Agreement;

pub fn columns(config: &MarketConfig) -> [Definition; 3] {
    let (ema, atr) = (config.touch.ema, config.windows.atr);
    let column =
        |name: String, formula: String, bars: usize| Definition::new(FAMILY, name, formula).warm_after(bars);
    [
        column(
            format!("agreement_{ema}"),
            format!(
                "product of the signs of the last changes of ema(close, {ema}) of closed bars here and on the base"
            ),
            ema.max(atr) + 1,
        ),
        column(
            format!("stretch_{ema}"),
            format!("(base close - ema(close, {ema}) with the forming close) / atr({atr})"),
            ema.max(atr + 1),
        )
        .directional(),
        column(
            format!("volatility_slope_{atr}"),
            format!("log2(atr({atr}) / (base atr({atr}) sqrt(timeframe / base))), 0 where either is 0"),
            atr + 1,
        ),
    ]
}

/// A timeframe as the agreement sees it.
#[derive(Clone, Copy)]
pub struct Side {
    pub timeframe_s: i64,
    pub atr: f64,
    pub line: Line,
}

/// The columns of one timeframe above the base.
pub fn agreement(above: Side, base: Side, close: i64) -> [f64; 3] {
    let scaled = base.atr * (above.timeframe_s as f64 / base.timeframe_s as f64).sqrt();
    [
        sign(above.line.slope) * sign(base.line.slope),
        ratio(close as f64 - above.line.level, above.atr),
        if above.atr == 0.0 || scaled == 0.0 { 0.0 } else { (above.atr / scaled).log2() },
    ]
}

// Not `signum`, which knows no zero.
fn sign(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value.signum() }
}

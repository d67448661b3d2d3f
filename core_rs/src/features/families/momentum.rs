//! Momentum: how far price has come, how straight, and whether it gathers or loses speed.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Macd, Path, Returns, Ring, Rsi, ratio};

const FAMILY: Family = Family::Momentum;
const SHORT: usize = 1;
const LONG: usize = 5;
/// Independent changes spread by the root of their number.
const ROOT_LONG: f64 = 2.236_067_977_499_79;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Momentum {
    short: Ring<i64>,
    long: Ring<i64>,
    returns: Returns,
    rsi: Rsi,
    macd: Macd,
}

// How far the close has come since the oldest one held.
fn since(closes: &mut Ring<i64>, close: i64) -> Option<i64> {
    let known = closes.is_full();
    let before = closes.push(close);
    known.then_some(close - before)
}

impl Momentum {
    pub fn new(windows: &Windows) -> Self {
        Self {
            short: Ring::new(SHORT),
            long: Ring::new(LONG),
            returns: Returns::new(windows.returns),
            rsi: Rsi::new(windows.rsi),
            macd: Macd::new(windows.macd_fast, windows.macd_slow, windows.macd_signal),
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 8] {
        let &Windows { rsi, atr, returns, macd_fast, macd_slow, macd_signal, .. } = windows;
        let column = |name: String, formula: String, bars: usize| {
            Definition::new(FAMILY, name, formula).warm_after(bars).directional()
        };
        let back = |bars: usize| {
            let formula = format!("(close - close[-{bars}]) / atr({atr})");
            column(format!("return_{bars}"), formula, bars.max(atr) + 1)
        };
        let score = |bars: usize| {
            let moved = format!("(close - close[-{bars}])");
            let spread =
                format!("(sqrt({bars}) sd(close - close[-1], {returns})), population sd, 0 where it is 0");
            column(format!("return_{bars}_z_{returns}"), format!("{moved} / {spread}"), bars.max(returns) + 1)
        };
        let straight = format!("(close - close[-{returns}]) / sum(|close - close[-1]|, {returns})");
        let macd = format!("macd(close, {macd_fast}, {macd_slow})");
        let line = format!("{macd} / atr({atr}), both EMAs seeded at close {macd_slow}");
        let histogram = format!("({macd} - ema({macd}, {macd_signal})) / atr({atr})");
        [
            back(SHORT),
            back(LONG),
            score(SHORT),
            score(LONG),
            column(format!("efficiency_{returns}"), straight, returns + 1),
            column(format!("rsi_{rsi}"), format!("rsi(close, {rsi}) / 50 - 1"), rsi + 1),
            column(format!("macd_{macd_fast}_{macd_slow}"), line, macd_slow.max(atr + 1)),
            column(
                format!("macd_histogram_{macd_fast}_{macd_slow}_{macd_signal}"),
                histogram,
                (macd_slow + macd_signal - 1).max(atr + 1),
            ),
        ]
    }

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 8] {
        let (close, per_atr) = (now.bar.close, now.per_atr);
        let (short, long) = (since(&mut self.short, close), since(&mut self.long, close));
        let path = short.map_or(Path::UNKNOWN, |change| self.returns.update(change));
        let [short, long] = [short, long].map(|change| change.map_or(f64::NAN, |change| change as f64));
        let macd = self.macd.update(close as f64);
        [
            short * per_atr,
            long * per_atr,
            ratio(short, path.deviation),
            ratio(long, ROOT_LONG * path.deviation),
            path.efficiency,
            self.rsi.update(close) * 0.02 - 1.0,
            macd.line * per_atr,
            macd.histogram * per_atr,
        ]
    }
}

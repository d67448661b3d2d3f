//! Momentum: how far price has come, how straight, and whether it gathers or loses speed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Macd, Returns, Rsi, Window, by_row, ratio};

const FAMILY: Family = Family::Momentum;
const SHORT: usize = 1;
const LONG: usize = 5;
/// Independent changes spread by the root of their number: one over that of the long ones.
const PER_ROOT_LONG: f64 = 0.447_213_595_499_957_9;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Momentum {
    closes: Window<i64>,
    returns: Returns,
    rsi: Rsi,
    macd: Macd,
}

impl Momentum {
    pub fn new(windows: &Windows) -> Self {
        Self {
            closes: Window::new(LONG),
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
            column(
                format!("rsi_{rsi}"),
                format!("rsi(close, {rsi}) / 50 - 1, 0 where close never changed"),
                rsi + 1,
            ),
            column(format!("macd_{macd_fast}_{macd_slow}"), line, macd_slow.max(atr + 1)),
            column(
                format!("macd_histogram_{macd_fast}_{macd_slow}_{macd_signal}"),
                histogram,
                (macd_slow + macd_signal - 1).max(atr + 1),
            ),
        ]
    }

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 8]) {
        let (changes, close) = (now.changes(), now.close.now());
        self.closes.take(close, now.rows());
        let path = self.returns.update(&changes, now.rows());
        let Averages { gain, loss, line, histogram } = self.averages(now, &changes);
        let before = self.closes.before(LONG);
        for row in 0..BLOCK {
            let (short, long) = (changes[row] as f64, (close[row] - before[row]) as f64);
            let (per_atr, per_deviation) = (now.per_atr[row], ratio(1.0, path.deviation[row]));
            out[0][row] = short * per_atr;
            out[1][row] = long * per_atr;
            out[2][row] = short * per_deviation;
            out[3][row] = long * (PER_ROOT_LONG * per_deviation);
            out[4][row] = path.efficiency[row];
            out[5][row] = Rsi::of([gain[row], loss[row]]) * 0.02 - 1.0;
            out[6][row] = line[row] * per_atr;
            out[7][row] = histogram[row] * per_atr;
        }
    }

    #[inline(always)]
    fn averages(&mut self, now: &Closed<'_>, changes: &Column<i64>) -> Averages {
        let (closes, mut averages) = (now.closes(), Averages::default());
        let gains = by_row(|row| changes[row].max(0) as f64);
        let losses = by_row(|row| (-changes[row]).max(0) as f64);
        let cold = now.rows().min(self.rsi.warming().max(self.macd.warming()));
        self.average_rows::<false>(0..cold, [&gains, &losses, &closes], &mut averages);
        self.average_rows::<true>(cold..now.rows(), [&gains, &losses, &closes], &mut averages);
        averages
    }

    // What depends on the bar before: all of it in one loop, so that its waits overlap.
    #[inline(always)]
    fn average_rows<const WARM: bool>(
        &mut self,
        rows: Range<usize>,
        [gains, losses, closes]: [&Column; 3],
        averages: &mut Averages,
    ) {
        let (mut rsi, mut macd) = (self.rsi, self.macd);
        for row in rows {
            [averages.gain[row], averages.loss[row]] = rsi.update::<WARM>([gains[row], losses[row]]);
            let convergence = macd.update::<WARM>(closes[row]);
            averages.line[row] = convergence.line;
            averages.histogram[row] = convergence.histogram;
        }
        (self.rsi, self.macd) = (rsi, macd);
    }
}

#[derive(Default)]
struct Averages {
    gain: Column,
    loss: Column,
    line: Column,
    histogram: Column,
}

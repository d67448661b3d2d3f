//! Trend: where price stands to its averages, where they go, how directed and how straight the moves are.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Adx, Average, BLOCK, Column, Directional, Emas, Regression, changes, movement};

const FAMILY: Family = Family::Trend;
/// Averages nearer to each other than this, in ATR, differ by rounding alone.
const SAME: f64 = 1e-9;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Trend {
    /// The fast, the middle and the slow one.
    averages: Emas<3>,
    adx: Adx,
    regression: Regression,
}

impl Trend {
    pub fn new(windows: &Windows) -> Self {
        Self {
            averages: Emas::new([windows.ema_fast, windows.ema, windows.ema_slow].map(Average::span)),
            adx: Adx::new(windows.adx),
            regression: Regression::new(windows.regression),
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 13] {
        let [fast_distance, fast_slope] = of_average(windows.ema_fast, windows.atr);
        let [distance, slope] = of_average(windows.ema, windows.atr);
        let [slow_distance, slow_slope] = of_average(windows.ema_slow, windows.atr);
        let [alignment, spread] = of_averages(windows);
        let [adx, di] = of_movement(windows.adx);
        let [line_slope, r2, residual] = of_regression(windows.regression, windows.atr);
        [
            fast_distance,
            fast_slope,
            distance,
            slope,
            slow_distance,
            slow_slope,
            alignment,
            spread,
            adx,
            di,
            line_slope,
            r2,
            residual,
        ]
    }

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 13]) {
        let (close, before) = (now.close.now(), self.averages.values());
        let fit = self.regression.update(close, now.rows());
        let Smoothed { averages, plus, minus, range, adx } = self.smooth(now);
        let [fast, middle, slow] = &averages;
        for row in 0..BLOCK {
            let per_atr = now.per_atr[row];
            let order = direction((fast[row] - middle[row]) * per_atr)
                + direction((middle[row] - slow[row]) * per_atr);
            let [plus_di, minus_di] = Directional::indicators([plus[row], minus[row], range[row]]);
            out[6][row] = 0.5 * order;
            out[7][row] = (fast[row] - slow[row]) * per_atr;
            out[8][row] = 0.01 * adx[row];
            out[9][row] = 0.01 * (plus_di - minus_di);
            out[10][row] = fit.slope[row] * per_atr;
            out[11][row] = fit.r2[row];
            out[12][row] = fit.residual[row] * per_atr;
        }
        for (i, average) in averages.iter().enumerate() {
            let changes = changes(average, before[i]);
            for row in 0..BLOCK {
                out[2 * i][row] = (close[row] as f64 - average[row]) * now.per_atr[row];
                out[2 * i + 1][row] = changes[row] * now.per_atr[row];
            }
        }
    }

    #[inline(always)]
    fn smooth(&mut self, now: &Closed<'_>) -> Smoothed {
        let (closes, moves, mut smoothed) = (now.closes(), moves(now), Smoothed::default());
        let cold = now.rows().min(self.averages.warming().max(self.adx.warming()));
        let inputs = [&closes, &moves[0], &moves[1], now.true_range];
        self.smooth_rows::<false>(0..cold, inputs, &mut smoothed);
        self.smooth_rows::<true>(cold..now.rows(), inputs, &mut smoothed);
        smoothed
    }

    // What depends on the bar before: all of it in one loop, so that its waits overlap.
    #[inline(always)]
    fn smooth_rows<const WARM: bool>(
        &mut self,
        rows: Range<usize>,
        [closes, up, down, range]: [&Column; 4],
        smoothed: &mut Smoothed,
    ) {
        let (mut averages, mut adx) = (self.averages, self.adx);
        for row in rows {
            let values = averages.update::<WARM>([closes[row]; 3]);
            for (column, value) in smoothed.averages.iter_mut().zip(values) {
                column[row] = value;
            }
            let directional = adx.update::<WARM>([up[row], down[row], range[row]]);
            [smoothed.plus[row], smoothed.minus[row], smoothed.range[row]] = directional.smoothed;
            smoothed.adx[row] = directional.adx;
        }
        (self.averages, self.adx) = (averages, adx);
    }
}

#[derive(Default)]
struct Smoothed {
    averages: [Column; 3],
    plus: Column,
    minus: Column,
    range: Column,
    adx: Column,
}

// Upward and downward movement, ticks.
#[inline(always)]
fn moves(now: &Closed<'_>) -> [Column; 2] {
    let ([high, low], mut moves) = ([now.high, now.low], [[0.0; BLOCK]; 2]);
    for row in 0..BLOCK {
        let (up, down) = (high.now()[row] - high.before(1)[row], low.before(1)[row] - low.now()[row]);
        [moves[0][row], moves[1][row]] = movement(up, down);
    }
    moves
}

// The sign of a distance in ATR, NaN of NaN.
#[inline(always)]
fn direction(distance: f64) -> f64 {
    if distance.abs() < SAME { 0.0 } else { distance.signum() }
}

fn of_average(n: usize, atr: usize) -> [Definition; 2] {
    let ema = format!("ema(close, {n})");
    let column = |name: &str, formula: String, bars: usize| {
        Definition::new(FAMILY, format!("ema_{n}_{name}"), formula).warm_after(bars).directional()
    };
    [
        column("distance", format!("(close - {ema}) / atr({atr})"), n.max(atr + 1)),
        column("slope", format!("({ema} - {ema}[-1]) / atr({atr})"), n.max(atr) + 1),
    ]
}

fn of_averages(windows: &Windows) -> [Definition; 2] {
    let &Windows { ema_fast: fast, ema: middle, ema_slow: slow, atr, .. } = windows;
    let ema = |n: usize| format!("ema(close, {n})");
    let column = |name: String, formula: String| {
        Definition::new(FAMILY, name, formula).warm_after(slow.max(atr + 1)).directional()
    };
    let [f, m, s] = [ema(fast), ema(middle), ema(slow)];
    let order = format!("(sign({f} - {m}) + sign({m} - {s})) / 2, equal within 1e-9 atr({atr})");
    [
        column(format!("ema_alignment_{fast}_{middle}_{slow}"), order),
        column(format!("ema_spread_{fast}_{slow}"), format!("({f} - {s}) / atr({atr})")),
    ]
}

fn of_movement(n: usize) -> [Definition; 2] {
    let column = |name: &str, formula: String| Definition::new(FAMILY, format!("{name}_{n}"), formula);
    [
        column("adx", format!("adx({n}) / 100")).warm_after(2 * n),
        column("di", format!("(plus_di({n}) - minus_di({n})) / 100")).warm_after(n + 1).directional(),
    ]
}

fn of_regression(n: usize, atr: usize) -> [Definition; 3] {
    let column =
        |name: &str, formula: String| Definition::new(FAMILY, format!("regression_{name}_{n}"), formula);
    let of = format!("of the last {n} closes on their bars' numbers");
    [
        column("slope", format!("slope / atr({atr}) {of}")).warm_after(n.max(atr + 1)).directional(),
        column("r2", format!("squared correlation {of}, 0 where no close differs")).warm_after(n),
        column("residual", format!("(close - end of the regression line) / atr({atr}) {of}"))
            .warm_after(n.max(atr + 1))
            .directional(),
    ]
}

//! Trend: where price stands to its averages, where they go, how directed and how straight the moves are.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Adx, Average, Emas, Regression};

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

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 13] {
        let (close, per_atr) = (now.bar.close as f64, now.per_atr);
        let before = self.averages.values();
        let [fast, middle, slow] = self.averages.update([close; 3]);
        let directional = self.adx.update(now.bar.high, now.bar.low, now.bar.close);
        let fit = self.regression.update(now.bar.close);
        let order = direction((fast - middle) * per_atr) + direction((middle - slow) * per_atr);
        [
            (close - fast) * per_atr,
            (fast - before[0]) * per_atr,
            (close - middle) * per_atr,
            (middle - before[1]) * per_atr,
            (close - slow) * per_atr,
            (slow - before[2]) * per_atr,
            0.5 * order,
            (fast - slow) * per_atr,
            0.01 * directional.adx,
            0.01 * (directional.plus_di - directional.minus_di),
            fit.slope * per_atr,
            fit.r2,
            fit.residual * per_atr,
        ]
    }
}

// The sign of a distance in ATR, NaN of NaN.
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

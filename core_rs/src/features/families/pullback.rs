//! Pullback: the last swing of a window, as an impulse leg and the leg that gives part of it back.
//!
//! The later of the window's highest high and lowest low ends the impulse, the earlier one begins it. Among equal
//! extremes the latest counts; where both are of one bar there is no impulse.

use std::cmp::Ordering;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::{keep, ratio};

const FAMILY: Family = Family::Pullback;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pullback {
    window: usize,
    bars: VecDeque<Part>,
}

/// What a swing needs of a bar: a whole one is ten times as large.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Part {
    high: i64,
    low: i64,
    signed_count: i64,
    count: i64,
}

impl Part {
    const fn of(bar: &Bar) -> Self {
        Self { high: bar.high, low: bar.low, signed_count: bar.signed_count(), count: bar.count }
    }
}

/// Both extremes of a window: their prices, and their places counted from the oldest bar.
#[derive(Clone, Copy)]
struct Extremes {
    high: i64,
    low: i64,
    high_at: usize,
    low_at: usize,
}

impl Pullback {
    pub fn new(windows: &Windows) -> Self {
        Self { window: windows.swing, bars: VecDeque::with_capacity(windows.swing) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 6] {
        let (n, atr) = (windows.swing, windows.atr);
        let column = |name: &str, formula: &str| {
            Definition::new(FAMILY, format!("{name}_{n}"), formula.to_owned()).warm_after(n)
        };
        let position =
            format!("(2 close - max(high, {n}) - min(low, {n})) / (max(high, {n}) - min(low, {n}))");
        let impulse = format!(
            "(max(high, {n}) - min(low, {n})) / atr({atr}), negative where the low is the later, 0 where neither is"
        );
        let later = "the later of the highest high and the lowest low";
        let flow = "sum(buy_count - sell_count) / sum(count) of the bars";
        [
            column("swing_position", &position).directional(),
            column("swing_impulse", &impulse).warm_after(n.max(atr + 1)).directional(),
            column(
                "swing_retraced",
                &format!("|close - extreme| / (max(high, {n}) - min(low, {n})), {later}"),
            ),
            column("swing_age", &format!("bars since {later} / {n}")),
            column("impulse_flow", &format!("{flow} after the earlier extreme, up to the later"))
                .directional(),
            column("pullback_flow", &format!("{flow} after {later}")).directional(),
        ]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 6] {
        keep(&mut self.bars, Part::of(now.bar), self.window);
        match self.extremes() {
            Some(extremes) if self.bars.len() == self.window => self.describe(extremes, now),
            _ => [f64::NAN; 6],
        }
    }

    fn extremes(&self) -> Option<Extremes> {
        let mut bars = self.bars.iter().enumerate();
        let (_, first) = bars.next()?;
        let start = Extremes { high: first.high, low: first.low, high_at: 0, low_at: 0 };
        Some(bars.fold(start, |mut found, (at, bar)| {
            if bar.high >= found.high {
                (found.high, found.high_at) = (bar.high, at);
            }
            if bar.low <= found.low {
                (found.low, found.low_at) = (bar.low, at);
            }
            found
        }))
    }

    fn describe(&self, found: Extremes, now: &Closed<'_>) -> [f64; 6] {
        let Extremes { high, low, high_at, low_at } = found;
        let (close, range) = (now.bar.close, (high - low) as f64);
        let (direction, back) = match high_at.cmp(&low_at) {
            Ordering::Greater => (1.0, high - close),
            Ordering::Less => (-1.0, close - low),
            Ordering::Equal => (0.0, 0),
        };
        let (begin, end) = (high_at.min(low_at) + 1, high_at.max(low_at) + 1);
        [
            ratio((2 * close - high - low) as f64, range),
            ratio(direction * range, now.atr),
            ratio(back as f64, range),
            (self.window - end) as f64 / self.window as f64,
            self.flow(begin, end),
            self.flow(end, self.window),
        ]
    }

    // The imbalance of the bars from place `begin` until before `end`.
    fn flow(&self, begin: usize, end: usize) -> f64 {
        let leg = self.bars.range(begin.min(end)..end);
        let (signed, count) =
            leg.fold((0, 0), |(signed, count), bar| (signed + bar.signed_count, count + bar.count));
        ratio(signed as f64, count as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::config::tests::small;

    fn last(prices: &[(i64, i64, i64)]) -> [f64; 6] {
        let mut pullback = Pullback::new(&Windows { swing: prices.len(), ..small().windows });
        let mut cells = [f64::NAN; 6];
        for &(high, low, close) in prices {
            let mut bar = Bar::flat(0, close);
            (bar.high, bar.low) = (high, low);
            cells = pullback.update(&Closed { bar: &bar, atr: 5.0 });
        }
        cells
    }

    #[test]
    fn a_swing_up_that_gives_back_a_quarter() {
        let [position, impulse, retraced, age, ..] =
            last(&[(105, 100, 103), (120, 104, 118), (118, 114, 115)]);
        assert!((position - 0.5).abs() < 1e-12);
        assert!((impulse - 4.0).abs() < 1e-12);
        assert!((retraced - 0.25).abs() < 1e-12);
        assert!((age - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn one_bar_that_holds_both_extremes_is_no_impulse() {
        let [_, impulse, retraced, age, flow, _] = last(&[(105, 100, 103), (120, 90, 118)]);
        assert!([impulse, retraced, age, flow].iter().all(|cell| cell.abs() < 1e-12));
    }
}

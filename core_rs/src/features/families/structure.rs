//! Structure: the swings that the market has left behind, and the mean price of what was traded.
//!
//! A swing high is a bar whose high exceeds those of the `pivot` bars before it and is not exceeded by those of the
//! `pivot` bars after it; it is known when the last of these has closed. Lows mirror highs.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::{keep, ratio, to_f64};

const FAMILY: Family = Family::Structure;

/// How far back swings count, in swing windows.
const MEMORY: usize = 3;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Structure {
    pivot: usize,
    memory: usize,
    seen: usize,
    /// The last `2 pivot + 1` highs, and lows with their sign turned, oldest first.
    highs: VecDeque<i64>,
    lows: VecDeque<i64>,
    tops: Swings,
    bottoms: Swings,
    vwap: MeanPrice,
}

/// The last two swings of one kind: price and age in bars, the later first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Swings {
    last: Option<(i64, usize)>,
    before: Option<(i64, usize)>,
}

impl Swings {
    fn age(&mut self, memory: usize) {
        let older = |swing: Option<(i64, usize)>| swing.map(|(price, age)| (price, age + 1));
        let remembered = |swing: &(i64, usize)| swing.1 <= memory;
        self.last = older(self.last).filter(remembered);
        self.before = older(self.before).filter(remembered);
    }

    fn push(&mut self, swing: (i64, usize)) {
        self.before = self.last.replace(swing);
    }

    /// The sign of the change from swing to swing, 0 where there are no two.
    fn direction(&self) -> i64 {
        self.last.zip(self.before).map_or(0, |((last, _), (before, _))| (last - before).signum())
    }
}

impl Structure {
    pub fn new(windows: &Windows) -> Self {
        let room = 2 * windows.pivot + 1;
        Self {
            pivot: windows.pivot,
            memory: MEMORY * windows.swing,
            seen: 0,
            highs: VecDeque::with_capacity(room),
            lows: VecDeque::with_capacity(room),
            tops: Swings::default(),
            bottoms: Swings::default(),
            vwap: MeanPrice::new(windows.vwap),
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 5] {
        let Windows { pivot, swing, atr, vwap, .. } = *windows;
        let memory = MEMORY * swing;
        let warm = memory + pivot + 1;
        let column = |name: String, formula: String| Definition::new(FAMILY, name, formula).warm_after(warm);
        let swings = format!(
            "of the last swing high (low) that {pivot} bars on either side confirm, 0 without one in {memory} bars"
        );
        let level = format!("up and down the distances of the close to the level {swings}");
        [
            column(
                format!("swing_room_{pivot}"),
                format!("(up + down) / (|up + down| + atr({atr})), {level}"),
            )
            .warm_after(warm.max(atr + 1)),
            column(format!("swing_skew_{pivot}"), format!("(down - up) / (|down| + |up|), {level}"))
                .directional(),
            column(
                format!("swing_lead_{pivot}"),
                format!(
                    "(bars since the low - bars since the high) / {memory}, {memory} without one: {swings}"
                ),
            )
            .directional(),
            column(
                format!("swing_trend_{pivot}"),
                format!(
                    "mean of the signs of the changes from swing high to high and from low to low, {swings}"
                ),
            )
            .directional(),
            column(
                format!("vwap_{vwap}_distance"),
                format!(
                    "(close - sum(turnover, {vwap}) / sum(volume, {vwap})) / atr({atr}), 0 without volume"
                ),
            )
            .warm_after(vwap.max(atr + 1))
            .directional(),
        ]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 5] {
        let Bar { high, low, close, .. } = *now.bar;
        self.seen += 1;
        let (pivot, memory) = (self.pivot, self.memory);
        keep(&mut self.highs, high, 2 * pivot + 1);
        keep(&mut self.lows, -low, 2 * pivot + 1);
        for (swings, window) in [(&mut self.tops, &self.highs), (&mut self.bottoms, &self.lows)] {
            swings.age(memory);
            if let Some(price) = confirmed(window, pivot) {
                swings.push((price, pivot));
            }
        }
        let vwap = ratio(self.vwap.distance(now.bar), now.atr);
        if self.seen <= memory + pivot {
            return [f64::NAN, f64::NAN, f64::NAN, f64::NAN, vwap];
        }
        self.seen = memory + pivot + 1;
        let up = self.tops.last.map_or(0, |(price, _)| price - close);
        let down = self.bottoms.last.map_or(0, |(price, _)| close + price);
        let age = |swings: &Swings| swings.last.map_or(memory, |(_, age)| age) as f64;
        [
            squash((up + down) as f64, now.atr),
            ratio((down - up) as f64, (down.abs() + up.abs()) as f64),
            (age(&self.bottoms) - age(&self.tops)) / memory as f64,
            (self.tops.direction() - self.bottoms.direction()) as f64 / 2.0,
            vwap,
        ]
    }
}

// A distance in units, brought between -1 and 1: in a market that falls asleep distances in ATR know no bound.
fn squash(distance: f64, unit: f64) -> f64 {
    ratio(distance, distance.abs() + unit)
}

/// The middle of a full window, where it exceeds what came before and nothing after exceeds it.
fn confirmed(window: &VecDeque<i64>, pivot: usize) -> Option<i64> {
    let middle = *window.get(pivot).filter(|_| window.len() == 2 * pivot + 1)?;
    let before = window.range(..pivot).all(|&value| value < middle);
    (before && window.range(pivot + 1..).all(|&value| value <= middle)).then_some(middle)
}

/// The mean price by volume of the last bars, from exact sums.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MeanPrice {
    bars: usize,
    window: VecDeque<(i128, i64)>,
    turnover: i128,
    volume: i128,
}

impl MeanPrice {
    fn new(bars: usize) -> Self {
        Self { bars, window: VecDeque::with_capacity(bars), turnover: 0, volume: 0 }
    }

    /// How far the close lies above it, 0 where nothing was traded, NaN before the window is full.
    fn distance(&mut self, bar: &Bar) -> f64 {
        if let Some((turnover, volume)) = keep(&mut self.window, (bar.turnover, bar.volume), self.bars) {
            self.turnover -= turnover;
            self.volume -= i128::from(volume);
        }
        self.turnover += bar.turnover;
        self.volume += i128::from(bar.volume);
        if self.window.len() < self.bars {
            return f64::NAN;
        }
        ratio(to_f64(i128::from(bar.close) * self.volume - self.turnover), to_f64(self.volume))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swing_is_confirmed_by_what_follows() {
        let window = |values: [i64; 5]| confirmed(&values.into(), 2);
        assert_eq!(window([1, 2, 5, 4, 3]), Some(5));
        assert_eq!(window([1, 2, 5, 5, 3]), Some(5));
        assert_eq!(window([1, 5, 5, 4, 3]), None);
        assert_eq!(window([1, 2, 5, 6, 3]), None);
        assert_eq!(confirmed(&[1, 2, 5, 4].into(), 2), None);
    }

    #[test]
    fn a_swing_that_is_too_old_is_forgotten() {
        let mut swings = Swings::default();
        swings.push((5, 2));
        swings.age(3);
        assert_eq!(swings.last, Some((5, 3)));
        swings.age(3);
        assert_eq!(swings.last, None);
    }
}

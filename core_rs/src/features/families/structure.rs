//! Structure: the swings that the market has left behind, and the mean price of what was traded.
//!
//! A swing high is a bar whose high exceeds those of the `pivot` bars before it and is not exceeded by those of the
//! `pivot` bars after it; it is known when the last of these has closed. Lows mirror highs.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::{Highest, Ring, Ties, ratio, to_f64};

const FAMILY: Family = Family::Structure;

/// How far back swings count, in swing windows.
const MEMORY: usize = 3;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Structure {
    pivot: usize,
    memory: usize,
    seen: usize,
    /// The highest of the last `2 pivot + 1` highs, and of lows with their sign turned.
    highs: Highest<()>,
    lows: Highest<()>,
    tops: Swings,
    bottoms: Swings,
    vwap: MeanPrice,
}

/// The last two swings of one kind, the later first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Swings {
    last: Option<Swing>,
    before: Option<Swing>,
}

/// The price of a swing and the number of its bar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Swing {
    price: i64,
    bar: usize,
}

impl Swings {
    fn push(&mut self, swing: Swing) {
        self.before = self.last.replace(swing);
    }

    /// The last swing, unless its bar is before `oldest`.
    fn last(&self, oldest: usize) -> Option<Swing> {
        self.last.filter(|swing| swing.bar >= oldest)
    }

    /// The sign of the change from swing to swing, 0 where there are no two.
    fn direction(&self, oldest: usize) -> i64 {
        let before = self.before.filter(|swing| swing.bar >= oldest);
        self.last.zip(before).map_or(0, |(last, before)| (last.price - before.price).signum())
    }
}

impl Structure {
    pub fn new(windows: &Windows) -> Self {
        let highest = || Highest::new(2 * windows.pivot + 1, Ties::Earliest);
        Self {
            pivot: windows.pivot,
            memory: MEMORY * windows.swing,
            seen: 0,
            highs: highest(),
            lows: highest(),
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

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 5] {
        let Bar { high, low, close, .. } = *now.bar;
        let (pivot, memory, bar) = (self.pivot, self.memory, self.seen);
        self.seen += 1;
        for (swings, highest, price) in
            [(&mut self.tops, &mut self.highs, high), (&mut self.bottoms, &mut self.lows, -low)]
        {
            let peak = highest.update(price, ());
            if peak.age == pivot && highest.is_full() {
                swings.push(Swing { price: peak.value, bar: bar - pivot });
            }
        }
        let vwap = self.vwap.distance(now.bar) * now.per_atr;
        if bar < memory + pivot {
            return [f64::NAN, f64::NAN, f64::NAN, f64::NAN, vwap];
        }
        let oldest = bar - memory;
        let (top, bottom) = (self.tops.last(oldest), self.bottoms.last(oldest));
        let up = top.map_or(0, |swing| swing.price - close);
        let down = bottom.map_or(0, |swing| close + swing.price);
        let at = |swing: Option<Swing>| swing.map_or(oldest, |swing| swing.bar) as f64;
        [
            squash((up + down) as f64, now.atr),
            ratio((down - up) as f64, (down.abs() + up.abs()) as f64),
            (at(top) - at(bottom)) / memory as f64,
            (self.tops.direction(oldest) - self.bottoms.direction(oldest)) as f64 / 2.0,
            vwap,
        ]
    }
}

// A distance in units, brought between -1 and 1: in a market that falls asleep distances in ATR know no bound.
fn squash(distance: f64, unit: f64) -> f64 {
    ratio(distance, distance.abs() + unit)
}

/// The mean price by volume of the last bars, from exact sums.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MeanPrice {
    window: Ring<(i128, i64)>,
    turnover: i128,
    volume: i128,
}

impl MeanPrice {
    fn new(bars: usize) -> Self {
        Self { window: Ring::new(bars), turnover: 0, volume: 0 }
    }

    /// How far the close lies above it, 0 where nothing was traded, NaN before the window is full.
    fn distance(&mut self, bar: &Bar) -> f64 {
        let (turnover, volume) = self.window.push((bar.turnover, bar.volume));
        self.turnover += bar.turnover - turnover;
        self.volume += i128::from(bar.volume) - i128::from(volume);
        if !self.window.is_full() {
            return f64::NAN;
        }
        ratio(to_f64(i128::from(bar.close) * self.volume - self.turnover), to_f64(self.volume))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::config::tests::small;

    // The swing high that the last of some highs confirms.
    fn confirmed(highs: [i64; 5]) -> Option<i64> {
        let mut structure = Structure::new(&Windows { pivot: 2, ..small().windows });
        for high in highs {
            let mut bar = Bar::flat(0, 0);
            bar.high = high;
            structure.update(&Closed { bar: &bar, atr: 1.0, per_atr: 1.0 });
        }
        structure.tops.last(0).map(|swing| swing.price)
    }

    #[test]
    fn a_swing_is_confirmed_by_what_follows() {
        assert_eq!(confirmed([1, 2, 5, 4, 3]), Some(5));
        assert_eq!(confirmed([1, 2, 5, 5, 3]), Some(5));
        assert_eq!(confirmed([1, 5, 5, 4, 3]), None);
        assert_eq!(confirmed([1, 2, 5, 6, 3]), None);
        assert_eq!(confirmed([0, 1, 2, 5, 4]), None);
    }

    #[test]
    fn a_swing_that_is_too_old_is_forgotten() {
        let mut swings = Swings::default();
        swings.push(Swing { price: 5, bar: 2 });
        swings.push(Swing { price: 7, bar: 4 });
        assert_eq!((swings.last(4).map(|swing| swing.price), swings.direction(2)), (Some(7), 1));
        assert_eq!((swings.last(5), swings.direction(3)), (None, 0));
    }
}

//! Structure: the swings that the market has left behind, and the mean price of what was traded.
//!
//! A swing high is a bar whose high exceeds those of the `pivot` bars before it and is not exceeded by those of the
//! `pivot` bars after it; it is known when the last of these has closed. Lows mirror highs.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Highest, Ties, Totals, Window, by_row, ratio, to_f64};

const FAMILY: Family = Family::Structure;

/// How far back swings count, in swing windows.
const MEMORY: usize = 3;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Structure {
    pivot: usize,
    memory: usize,
    /// The highest of the last `2 pivot + 1` highs, and of lows with their sign turned.
    highs: Highest,
    lows: Highest,
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
    /// Takes a bar and the highest of the last ones: it confirms a swing where that is `pivot` bars old.
    #[inline(always)]
    fn update(&mut self, price: i64, age: i64, pivot: usize, bar: usize) {
        if age == pivot as i64 && bar >= 2 * pivot {
            self.push(Swing { price, bar: bar - pivot });
        }
    }

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
            "a swing high being above the {pivot} highs before it and not below the {pivot} after it, \
             a low likewise"
        );
        let level = format!(
            "up = swing high - close, down = close - swing low, of the last ones, \
             0 without one in {memory} bars; {swings}"
        );
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
                    "(bars since the last swing low - bars since the last swing high) / {memory}, {memory} bars \
                     without one; {swings}"
                ),
            )
            .directional(),
            column(
                format!("swing_trend_{pivot}"),
                format!(
                    "mean of the signs of the changes from the last swing high but one to the last and from \
                     low to low, 0 without two in {memory} bars; {swings}"
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

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 5]) {
        let close = now.close.now();
        let levels = self.levels(now);
        for row in 0..BLOCK {
            let (up, down) = (levels.up[row], levels.down[row]);
            out[0][row] = squash((up + down) as f64, now.atr[row]);
            out[1][row] = ratio((down - up) as f64, (down.abs() + up.abs()) as f64);
            out[2][row] = levels.lead[row] as f64 / self.memory as f64;
            out[3][row] = levels.trend[row] as f64 / 2.0;
        }
        let distances = self.vwap.distances(close, now);
        out[4] = by_row(|row| distances[row] * now.per_atr[row]);
    }

    #[inline(always)]
    fn levels(&mut self, now: &Closed<'_>) -> Levels {
        let (rows, [high, low, close]) = (now.rows(), [now.high, now.low, now.close].map(Window::now));
        let (tops, bottoms) =
            (self.highs.update(high, rows), self.lows.update(&by_row(|row| -low[row]), rows));
        let mut levels = Levels::default();
        for row in 0..rows {
            let bar = now.seen + row;
            self.tops.update(tops.value[row], tops.age[row], self.pivot, bar);
            self.bottoms.update(bottoms.value[row], bottoms.age[row], self.pivot, bar);
            let oldest = bar.saturating_sub(self.memory);
            let (top, bottom) = (self.tops.last(oldest), self.bottoms.last(oldest));
            let at = |swing: Option<Swing>| swing.map_or(oldest, |swing| swing.bar) as i64;
            levels.up[row] = top.map_or(0, |swing| swing.price - close[row]);
            levels.down[row] = bottom.map_or(0, |swing| close[row] + swing.price);
            levels.lead[row] = at(top) - at(bottom);
            levels.trend[row] = self.tops.direction(oldest) - self.bottoms.direction(oldest);
        }
        levels
    }
}

/// What the swings say as of each row.
#[derive(Default)]
struct Levels {
    /// Distances up to the last high, and down to the last low.
    up: Column<i64>,
    down: Column<i64>,
    /// Bars since the low less bars since the high.
    lead: Column<i64>,
    /// Signs of the changes from high to high and from low to low, added.
    trend: Column<i64>,
}

// A distance in units, brought between -1 and 1: in a market that falls asleep distances in ATR know no bound.
#[inline(always)]
fn squash(distance: f64, unit: f64) -> f64 {
    ratio(distance, distance.abs() + unit)
}

/// The mean price by volume of the last bars, from exact sums.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct MeanPrice {
    turnover: Totals<i128>,
    volume: Totals,
    n: usize,
}

impl MeanPrice {
    fn new(n: usize) -> Self {
        Self { turnover: Totals::new(n), volume: Totals::new(n), n }
    }

    /// How far closes lie above it, 0 where nothing was traded.
    #[inline(always)]
    fn distances(&mut self, close: &Column<i64>, now: &Closed<'_>) -> Column {
        let (turnover, volume) = (now.field(|bars| &bars.turnover), now.volume());
        self.turnover.take(now.rows(), |row| turnover[row]);
        self.volume.take(now.rows(), |row| volume[row]);
        let (turnovers, volumes, mut distances) =
            (self.turnover.sums(self.n), self.volume.sums(self.n), [0.0; BLOCK]);
        for (row, distance) in distances.iter_mut().enumerate().take(now.rows()) {
            let above = i128::from(close[row]) * i128::from(volumes(row)) - turnovers(row);
            *distance = ratio(to_f64(above), volumes(row) as f64);
        }
        distances
    }
}

#[cfg(test)]
mod tests {
    use super::super::closed::tests::closed;
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;

    // The swing high that the last of some highs confirms.
    fn confirmed(highs: [i64; 5]) -> Option<i64> {
        let mut structure = Structure::new(&Windows { pivot: 2, ..small().windows });
        let bars = highs.map(|high| {
            let mut bar = Bar::flat(0, 0);
            bar.high = high;
            bar
        });
        closed(&bars, |now| structure.update(now, &mut [[f64::NAN; BLOCK]; 5]));
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

//! Pullback: the last swing of a window, as an impulse leg and the leg that gives part of it back.
//!
//! The later of the window's highest high and lowest low ends the impulse, the earlier one begins it. Among equal
//! extremes the latest counts; where both are of one bar there is no impulse.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Highest, Peak, Ties, ratio};

const FAMILY: Family = Family::Pullback;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pullback {
    window: usize,
    highs: Highest<Taken>,
    /// Of lows with their sign turned.
    lows: Highest<Taken>,
    taken: Taken,
}

/// Trades up to the end of a bar, since the segment began.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Taken {
    signed_count: i64,
    count: i64,
}

impl Taken {
    /// The imbalance of the trades since.
    fn imbalance_since(self, before: Self) -> f64 {
        ratio((self.signed_count - before.signed_count) as f64, (self.count - before.count) as f64)
    }
}

impl Pullback {
    pub fn new(windows: &Windows) -> Self {
        let highest = || Highest::new(windows.swing, Ties::Latest);
        Self { window: windows.swing, highs: highest(), lows: highest(), taken: Taken::default() }
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

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 6] {
        self.taken.signed_count += now.bar.signed_count();
        self.taken.count += now.bar.count;
        let high = self.highs.update(now.bar.high, self.taken);
        let low = self.lows.update(-now.bar.low, self.taken);
        if self.highs.is_full() { self.describe(&high, &low, now) } else { [f64::NAN; 6] }
    }

    #[inline]
    fn describe(&self, high: &Peak<Taken>, turned_low: &Peak<Taken>, now: &Closed<'_>) -> [f64; 6] {
        let (close, top, bottom) = (now.bar.close, high.value, -turned_low.value);
        let range = (top - bottom) as f64;
        let (rises, falls) = (turned_low.age > high.age, high.age > turned_low.age);
        let (begin, end) = if rises { (turned_low, high) } else { (high, turned_low) };
        let direction = f64::from(i8::from(rises) - i8::from(falls));
        let back = i64::from(rises) * (top - close) + i64::from(falls) * (close - bottom);
        let per_range = ratio(1.0, range);
        [
            (2 * close - top - bottom) as f64 * per_range,
            direction * range * now.per_atr,
            back as f64 * per_range,
            end.age as f64 / self.window as f64,
            end.with.imbalance_since(begin.with),
            self.taken.imbalance_since(end.with),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;

    fn last(prices: &[(i64, i64, i64)]) -> [f64; 6] {
        let mut pullback = Pullback::new(&Windows { swing: prices.len(), ..small().windows });
        let mut cells = [f64::NAN; 6];
        for &(high, low, close) in prices {
            let mut bar = Bar::flat(0, close);
            (bar.high, bar.low) = (high, low);
            cells = pullback.update(&Closed { bar: &bar, atr: 5.0, per_atr: 0.2 });
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

//! Pullback: the last swing of a window, as an impulse leg and the leg that gives part of it back.
//!
//! The later of the window's highest high and lowest low ends the impulse, the earlier one begins it. Among equal
//! extremes the latest counts; where both are of one bar there is no impulse.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Highest, Ties, Totals, Window, by_row, ratio};

const FAMILY: Family = Family::Pullback;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pullback {
    n: usize,
    highs: Highest,
    /// Of lows with their sign turned.
    lows: Highest,
    signed_count: Totals,
    count: Totals,
}

impl Pullback {
    pub fn new(windows: &Windows) -> Self {
        let (n, highest) = (windows.swing, || Highest::new(windows.swing, Ties::Latest));
        Self { n, highs: highest(), lows: highest(), signed_count: Totals::new(n), count: Totals::new(n) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 6] {
        let (n, atr) = (windows.swing, windows.atr);
        let column = |name: &str, formula: &str| {
            Definition::new(FAMILY, format!("{name}_{n}"), formula.to_owned()).warm_after(n)
        };
        let ties = "of equal extremes the latest counts";
        let position =
            format!("(2 close - max(high, {n}) - min(low, {n})) / (max(high, {n}) - min(low, {n}))");
        let impulse = format!(
            "(max(high, {n}) - min(low, {n})) / atr({atr}), negative where the low was the later, \
             0 where one bar has both; {ties}"
        );
        let later = "the later of the highest high and the lowest low";
        let flow = "sum(buy_count - sell_count) / sum(count) of the bars";
        [
            column("swing_position", &position).directional(),
            column("swing_impulse", &impulse).warm_after(n.max(atr + 1)).directional(),
            column(
                "swing_retraced",
                &format!(
                    "|close - extreme| / (max(high, {n}) - min(low, {n})), {later}, 0 where one bar has both; {ties}"
                ),
            ),
            column("swing_age", &format!("bars since {later} / {n}; {ties}")),
            column(
                "impulse_flow",
                &format!(
                    "{flow} after the earlier of the highest high and the lowest low, up to the later; {ties}"
                ),
            )
            .directional(),
            column("pullback_flow", &format!("{flow} after {later}; {ties}")).directional(),
        ]
    }

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 6]) {
        let (rows, [high, low, close]) = (now.rows(), [now.high, now.low, now.close].map(Window::now));
        let (signed_count, count) = (now.signed_count(), now.field(|bars| &bars.count));
        self.signed_count.take(rows, |row| signed_count[row]);
        self.count.take(rows, |row| count[row]);
        let (tops, bottoms) =
            (self.highs.update(high, rows), self.lows.update(&by_row(|row| -low[row]), rows));
        for row in 0..BLOCK {
            let (close, top, bottom) = (close[row], tops.value[row], -bottoms.value[row]);
            let (top_age, bottom_age) = (tops.age[row], bottoms.age[row]);
            let (rises, falls) = (bottom_age > top_age, top_age > bottom_age);
            let direction = f64::from(i8::from(rises) - i8::from(falls));
            let back = if rises { top - close } else { 0 } + if falls { close - bottom } else { 0 };
            let range = (top - bottom) as f64;
            let per_range = ratio(1.0, range);
            out[0][row] = (2 * close - top - bottom) as f64 * per_range;
            out[1][row] = direction * range * now.per_atr[row];
            out[2][row] = back as f64 * per_range;
            out[3][row] = top_age.min(bottom_age) as f64 / self.n as f64;
        }
        for row in 0..rows {
            let (one, other) = (tops.age[row] as usize, bottoms.age[row] as usize);
            let (begin, end) = (one.max(other), one.min(other));
            out[4][row] = self.imbalance(row, begin, end);
            out[5][row] = self.imbalance(row, end, 0);
        }
    }

    // The imbalance of the trades after the bar of one age up to the bar of another.
    #[inline(always)]
    fn imbalance(&self, row: usize, after: usize, to: usize) -> f64 {
        let sum = |totals: &Totals| totals.between(row, after, to) as f64;
        ratio(sum(&self.signed_count), sum(&self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::super::closed::tests::closed;
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;

    fn last(prices: &[(i64, i64, i64)]) -> [f64; 6] {
        let mut pullback = Pullback::new(&Windows { swing: prices.len(), ..small().windows });
        let mut out = [[f64::NAN; BLOCK]; 6];
        let bar = |&(high, low, close): &(i64, i64, i64)| {
            let mut bar = Bar::flat(0, close);
            (bar.high, bar.low) = (high, low);
            bar
        };
        let bars: Vec<Bar> = prices.iter().map(bar).collect();
        closed(&bars, |now| pullback.update(now, &mut out));
        out.map(|column| column[prices.len() - 1])
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

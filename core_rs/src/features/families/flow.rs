//! Order flow: which side takes. A bar without a trade leans to neither side.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Streak, Totals, ratio};

const FAMILY: Family = Family::Flow;

/// The long horizon, in flow windows: pressure outlives the bars that show it first.
const LONG: usize = 3;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    signed_volume: Totals,
    volume: Totals,
    signed_count: Totals,
    count: Totals,
    runs: Totals,
    ticks: Totals,
    streak: Streak,
    short: usize,
    /// The window of liquidity.
    usual: usize,
}

impl Flow {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            signed_volume: Totals::new(LONG * n),
            volume: Totals::new(LONG * n),
            signed_count: Totals::new(LONG * n),
            count: Totals::new(m.max(LONG * n)),
            runs: Totals::new(n),
            ticks: Totals::new(n),
            streak: Streak::new(n),
            short: n,
            usual: m,
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 12] {
        let (n, m, long) = (windows.flow, windows.liquidity, LONG * windows.flow);
        let column = |name: String, formula: String, bars: usize| {
            Definition::new(FAMILY, name, formula).warm_after(bars)
        };
        let volumes = |bars: usize| format!("sum(buy_volume - sell_volume, {bars}) / sum(volume, {bars})");
        let counts = |bars: usize| format!("sum(buy_count - sell_count, {bars}) / sum(count, {bars})");
        let ticks = "mean over trades of 1, 0.5, -0.5, -1 for plus, zero-plus, zero-minus, minus ticks";
        let streak =
            format!("bars in a row whose buy_count - sell_count has one sign, signed, at most {n}, / {n}");
        [
            column("volume_imbalance_1".into(), "(buy_volume - sell_volume) / volume".into(), 1)
                .directional(),
            column(format!("volume_imbalance_{n}"), volumes(n), n).directional(),
            column(format!("volume_imbalance_{long}"), volumes(long), long).directional(),
            column("count_imbalance_1".into(), "(buy_count - sell_count) / count".into(), 1).directional(),
            column(format!("count_imbalance_{n}"), counts(n), n).directional(),
            column(format!("count_imbalance_{long}"), counts(long), long).directional(),
            column("tick_balance_1".into(), ticks.into(), 1).directional(),
            column(format!("tick_balance_{n}"), format!("{ticks}, of {n} bars"), n).directional(),
            column(
                format!("flow_change_{n}"),
                format!("volume_imbalance_{n} - volume_imbalance_{long}"),
                long,
            )
            .directional(),
            column(format!("flow_streak_{n}"), streak, n).directional(),
            column(
                format!("run_length_{n}"),
                format!(
                    "sum(count, {n}) / (2 sum(runs, {n})), runs of trades by takers of one side; 1 at random"
                ),
                n,
            ),
            column(format!("intensity_{n}_{m}"), format!("mean(count, {n}) / mean(count, {m})"), n.max(m)),
        ]
    }

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 12]) {
        let (rows, n, long) = (now.rows(), self.short, LONG * self.short);
        let (signed_volume, volume) = (now.signed_volume(), now.volume());
        let (signed_count, count) = (now.signed_count(), now.field(|bars| &bars.count));
        let (runs, ticks) = (now.field(|bars| &bars.runs), now.tick_sums());
        self.signed_volume.take(rows, |row| signed_volume[row]);
        self.volume.take(rows, |row| volume[row]);
        self.signed_count.take(rows, |row| signed_count[row]);
        self.count.take(rows, |row| count[row]);
        self.runs.take(rows, |row| runs[row]);
        self.ticks.take(rows, |row| ticks[row]);
        shares(&self.signed_volume, &self.volume, n, &mut out[1]);
        shares(&self.signed_volume, &self.volume, long, &mut out[2]);
        shares(&self.signed_count, &self.count, long, &mut out[5]);
        let (leanings, trades, usual) =
            (self.signed_count.sums(n), self.count.sums(n), self.count.sums(self.usual));
        let (runs, tick_sums) = (self.runs.sums(n), self.ticks.sums(n));
        let (n, m) = (n as f64, self.usual as f64);
        for row in 0..BLOCK {
            let (per_trade, trades) = (ratio(1.0, trades(row) as f64), trades(row) as f64);
            let per_bar_trade = ratio(1.0, count[row] as f64);
            out[0][row] = ratio(signed_volume[row] as f64, volume[row] as f64);
            out[3][row] = signed_count[row] as f64 * per_bar_trade;
            out[4][row] = leanings(row) as f64 * per_trade;
            out[6][row] = 0.5 * ticks[row] as f64 * per_bar_trade;
            out[7][row] = 0.5 * tick_sums(row) as f64 * per_trade;
            out[8][row] = out[1][row] - out[2][row];
            out[10][row] = ratio(trades, 2.0 * runs(row) as f64);
            out[11][row] = ratio(trades * m, usual(row) as f64 * n);
        }
        out[9] = self.streak.update(&signed_count.map(i64::signum), rows);
    }
}

// The sums of one quantity as shares of those of another.
#[inline(always)]
fn shares(part: &Totals, whole: &Totals, bars: usize, out: &mut Column) {
    let (parts, wholes) = (part.sums(bars), whole.sums(bars));
    for (row, share) in out.iter_mut().enumerate() {
        *share = ratio(parts(row) as f64, wholes(row) as f64);
    }
}

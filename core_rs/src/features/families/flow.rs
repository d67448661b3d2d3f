//! Order flow: which side takes. A bar without a trade leans to neither side.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::{RollingSum, Streak, ratio};

const FAMILY: Family = Family::Flow;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    short: Window,
    long: Window,
    /// Trades and runs of one side over the short window, trades over the window of liquidity.
    counts: [RollingSum; 3],
    ticks: RollingSum,
    streak: Streak,
    windows: [f64; 2],
}

/// Signed and total volumes and trades over a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Window {
    volume: [RollingSum; 2],
    count: [RollingSum; 2],
}

impl Window {
    fn new(bars: usize) -> Self {
        let pair = || [RollingSum::new(bars), RollingSum::new(bars)];
        Self { volume: pair(), count: pair() }
    }

    /// The imbalances of volume and of count.
    fn update(&mut self, bar: &Bar) -> [f64; 2] {
        let share = |[signed, total]: &mut [RollingSum; 2], part: i64, whole: i64| {
            ratio(signed.update(part), total.update(whole))
        };
        [
            share(&mut self.volume, bar.signed_volume(), bar.volume),
            share(&mut self.count, bar.signed_count(), bar.count),
        ]
    }
}

/// The long horizon, in flow windows: pressure outlives the bars that show it first.
const LONG: usize = 3;

impl Flow {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            short: Window::new(n),
            long: Window::new(LONG * n),
            counts: [RollingSum::new(n), RollingSum::new(n), RollingSum::new(m)],
            ticks: RollingSum::new(n),
            streak: Streak::new(n),
            windows: [n as f64, m as f64],
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

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 12] {
        let bar = now.bar;
        let share = |part: i64, whole: i64| ratio(part as f64, whole as f64);
        let [volume, count] = self.short.update(bar);
        let [long_volume, long_count] = self.long.update(bar);
        let [trades, runs, usual] = &mut self.counts;
        let (trades, runs, usual) =
            (trades.update(bar.count), runs.update(bar.runs), usual.update(bar.count));
        let [n, m] = self.windows;
        [
            share(bar.signed_volume(), bar.volume),
            volume,
            long_volume,
            share(bar.signed_count(), bar.count),
            count,
            long_count,
            share(bar.tick_sum(), 2 * bar.count),
            ratio(self.ticks.update(bar.tick_sum()), 2.0 * trades),
            volume - long_volume,
            self.streak.update(bar.signed_count().signum()),
            ratio(trades, 2.0 * runs),
            ratio(trades * m, usual * n),
        ]
    }
}

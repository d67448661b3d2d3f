//! Order flow: which side takes. A bar without a trade leans to neither side.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{RollingSums, Streak, ratio};

const FAMILY: Family = Family::Flow;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// Signed and total volume, signed and total count, runs of one side, and ticks, over the short window.
    short: RollingSums<6>,
    /// The first four of them over the long one.
    long: RollingSums<4>,
    /// Trades over the window of liquidity.
    usual: RollingSums<1>,
    streak: Streak,
    windows: [f64; 2],
}

/// The long horizon, in flow windows: pressure outlives the bars that show it first.
const LONG: usize = 3;

impl Flow {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            short: RollingSums::new(n),
            long: RollingSums::new(LONG * n),
            usual: RollingSums::new(m),
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

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 12] {
        let bar = now.bar;
        let share = |part: i64, whole: i64| ratio(part as f64, whole as f64);
        let (signed_volume, signed_count, ticks) = (bar.signed_volume(), bar.signed_count(), bar.tick_sum());
        let sums = [signed_volume, bar.volume, signed_count, bar.count];
        let [sv, v, sc, c] = sums;
        let [short_signed, short_volume, short_leaning, trades, runs, tick_sum] =
            self.short.update([sv, v, sc, c, bar.runs, ticks]);
        let [long_signed, long_volume, long_leaning, long_trades] = self.long.update(sums);
        let [usual] = self.usual.update([bar.count]);
        let [n, m] = self.windows;
        let (per_trade, per_bar_trade) = (ratio(1.0, trades), ratio(1.0, bar.count as f64));
        let (volume, long) = (ratio(short_signed, short_volume), ratio(long_signed, long_volume));
        [
            share(signed_volume, bar.volume),
            volume,
            long,
            signed_count as f64 * per_bar_trade,
            short_leaning * per_trade,
            ratio(long_leaning, long_trades),
            0.5 * ticks as f64 * per_bar_trade,
            0.5 * tick_sum * per_trade,
            volume - long,
            self.streak.update(signed_count.signum()),
            ratio(trades, 2.0 * runs),
            ratio(trades * m, usual * n),
        ]
    }
}

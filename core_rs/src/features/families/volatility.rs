//! Volatility: how large the moves are against their own past, how rough, which way, how far price has strayed.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Bollinger, Parkinson, RollingMean, RollingRank, RollingSums, Variation, ratio};

const FAMILY: Family = Family::Volatility;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volatility {
    rank: RollingRank,
    mean: RollingMean,
    ranges: Parkinson,
    last_ranges: RollingSums<1>,
    per_last_range: f64,
    bollinger: Bollinger,
    variation: Variation,
}

impl Volatility {
    pub fn new(windows: &Windows) -> Self {
        Self {
            rank: RollingRank::new(windows.rank),
            mean: RollingMean::new(windows.rank),
            ranges: Parkinson::new(windows.returns),
            last_ranges: RollingSums::new(windows.flow),
            per_last_range: 1.0 / windows.flow as f64,
            bollinger: Bollinger::new(windows.bollinger, windows.bollinger_sd),
            variation: Variation::new(windows.returns),
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 10] {
        let [rank, fast_slow] = of_atr(windows);
        let [range, range_ratio, parkinson] = of_ranges(windows);
        let [position, width] = of_bands(windows);
        let [jumps, noise, balance] = of_variation(windows.returns);
        [rank, fast_slow, range, range_ratio, parkinson, position, width, jumps, noise, balance]
    }

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 10] {
        let per_atr = now.per_atr;
        let range = now.bar.high - now.bar.low;
        let ranges = self.ranges.update(range);
        let [last_ranges] = self.last_ranges.update([range]);
        let bands = self.bollinger.update(now.bar.close);
        let shares = self.variation.update(now.bar);
        [
            self.rank.update(now.atr),
            ratio(now.atr, self.mean.update(now.atr)),
            range as f64 * per_atr,
            ratio(last_ranges * self.per_last_range, ranges.mean),
            ranges.deviation * per_atr,
            bands.position,
            bands.width * per_atr,
            shares.jumps,
            shares.noise,
            shares.balance,
        ]
    }
}

fn column(name: String, formula: String, bars: usize) -> Definition {
    Definition::new(FAMILY, name, formula).warm_after(bars)
}

fn of_atr(windows: &Windows) -> [Definition; 2] {
    let &Windows { atr, rank: n, .. } = windows;
    let percentile = format!("share of the last {n} values of atr({atr}) below the newest, ties half");
    [
        column(format!("atr_{atr}_rank_{n}"), percentile, atr + n),
        column(format!("atr_{atr}_ratio_{n}"), format!("atr({atr}) / mean(atr({atr}), {n})"), atr + n),
    ]
}

fn of_ranges(windows: &Windows) -> [Definition; 3] {
    let &Windows { atr, flow, returns: n, .. } = windows;
    let share = format!("mean(high - low, {flow}) / mean(high - low, {n}), 0 where that is 0");
    let parkinson = format!("sqrt(sum((high - low)^2, {n}) / (4 ln 2 * {n})) / atr({atr})");
    [
        column("range_1".into(), format!("(high - low) / atr({atr})"), atr + 1),
        column(format!("range_ratio_{flow}_{n}"), share, flow.max(n)),
        column(format!("parkinson_{n}"), parkinson, n.max(atr + 1)),
    ]
}

fn of_bands(windows: &Windows) -> [Definition; 2] {
    let &Windows { atr, bollinger: n, bollinger_sd: k, .. } = windows;
    let position = format!("(close - mean(close, {n})) / ({k} sd(close, {n})), population sd");
    let width = format!("2 * {k} sd(close, {n}) / atr({atr}), population sd");
    [
        column(format!("bollinger_{n}_{k}"), position, n).directional(),
        column(format!("bollinger_{n}_{k}_width"), width, n.max(atr + 1)),
    ]
}

fn of_variation(n: usize) -> [Definition; 3] {
    let squares = format!("sum(r^2, {n})");
    let r = "r = close - close[-1]";
    let pairs = format!("sum(|r| |r[-1]|, {})", n - 1);
    let jumps = format!("max(0, 1 - pi/2 * {n}/{} * {pairs} / {squares}), {r}, 0 where nothing moved", n - 1);
    let noise = format!("log2(sum(realised_variance, {n}) / {squares}), {r}, 0 where close never changed");
    let balance = format!("(sum(r^2 where r > 0, {n}) - sum(r^2 where r < 0, {n})) / {squares}, {r}");
    [
        column(format!("jump_share_{n}"), jumps, n + 1),
        column(format!("noise_ratio_{n}"), noise, n + 1),
        column(format!("semivariance_balance_{n}"), balance, n + 1).directional(),
    ]
}

//! Volatility: how large the moves are against their own past, how rough, which way, how far price has strayed.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{
    BLOCK, Bollinger, Column, Parkinson, RollingMean, RollingRank, Totals, Variation, ratio,
};

const FAMILY: Family = Family::Volatility;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volatility {
    rank: RollingRank,
    mean: RollingMean,
    ranges: Parkinson,
    last_ranges: Totals,
    last: usize,
    bollinger: Bollinger,
    variation: Variation,
}

impl Volatility {
    pub fn new(windows: &Windows) -> Self {
        Self {
            rank: RollingRank::new(windows.rank),
            mean: RollingMean::new(windows.rank),
            ranges: Parkinson::new(windows.returns),
            last_ranges: Totals::new(windows.flow),
            last: windows.flow,
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

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 10]) {
        let (ranges, rows) = (now.ranges(), now.rows());
        let of_range = self.ranges.update(&ranges, rows);
        self.last_ranges.take(rows, |row| ranges[row]);
        let bands = self.bollinger.update(now.close.now(), rows);
        let shares = self.variation.update(&now.changes(), &now.field(|bars| &bars.realised_variance), rows);
        let (last_ranges, per_last) = (self.last_ranges.sums(self.last), 1.0 / self.last as f64);
        let means = self.mean.update(now.atr, rows);
        for row in 0..BLOCK {
            let per_atr = now.per_atr[row];
            out[1][row] = ratio(now.atr[row], means[row]);
            out[2][row] = ranges[row] as f64 * per_atr;
            out[3][row] = ratio(last_ranges(row) as f64 * per_last, of_range.mean[row]);
            out[4][row] = of_range.deviation[row] * per_atr;
            out[6][row] = bands.width[row] * per_atr;
        }
        out[0] = self.rank.update(now.atr, rows);
        out[5] = bands.position;
        [out[7], out[8], out[9]] = [shares.jumps, shares.noise, shares.balance];
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
    let noise = format!(
        "log2(sum(realised_variance, {n}) / {squares}), {r}, 0 where close never changed; \
             realised_variance = sum of squared changes from trade to trade"
    );
    let balance = format!("(sum(r^2 where r > 0, {n}) - sum(r^2 where r < 0, {n})) / {squares}, {r}");
    [
        column(format!("jump_share_{n}"), jumps, n + 1),
        column(format!("noise_ratio_{n}"), noise, n + 1),
        column(format!("semivariance_balance_{n}"), balance, n + 1).directional(),
    ]
}

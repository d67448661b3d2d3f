//! Liquidity: how far price goes for what is traded, and in what sizes.
//!
//! Toxicity is the imbalance of Easley, Lopez de Prado and O'Hara (Review of Financial Studies 2012) with the true side of
//! each trade, over bars of time instead of buckets of equal volume; its mean is weighted by volume, so that equal bars
//! give their VPIN. Impact is that of Kyle (Econometrica 1985) and of Amihud (Journal of Financial Markets 2002), the
//! spread that of Roll (Journal of Finance 1984). They are scaled by the ATR and by the mean volume of their own window,
//! so that they compare markets of any price and size; returns are replaced by changes in ticks and money by volume, so
//! that a reflected tape is as liquid as the tape itself.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Impact, Roll, RollingMean, RollingSums, ratio};

const FAMILY: Family = Family::Liquidity;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Liquidity {
    close: Option<i64>,
    /// Volume, trades and largest trades over the short window.
    short: RollingSums<3>,
    /// One-sided volume, volume, and trades over the long one.
    long: RollingSums<3>,
    impact: Impact,
    roll: Roll,
    moves: Moves,
    per_bar: f64,
}

/// Absolute changes of price by volume, of bars that traded.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Moves {
    per_volume: RollingMean,
    traded: RollingSums<1>,
    bars: f64,
}

impl Moves {
    fn new(bars: usize) -> Self {
        Self { per_volume: RollingMean::new(bars), traded: RollingSums::new(bars), bars: bars as f64 }
    }

    /// The mean over bars that traded, NaN before the window is full.
    #[inline]
    fn update(&mut self, change: i64, volume: i64) -> f64 {
        let mean = self.per_volume.update(ratio(change.abs() as f64, volume as f64));
        let [traded] = self.traded.update([i64::from(volume > 0)]);
        ratio(mean * self.bars, traded)
    }
}

impl Liquidity {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            close: None,
            short: RollingSums::new(n),
            long: RollingSums::new(m),
            impact: Impact::new(m),
            roll: Roll::new(m),
            moves: Moves::new(m),
            per_bar: 1.0 / m as f64,
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 7] {
        let (n, m, atr) = (windows.flow, windows.liquidity, windows.atr);
        let column = |name: String, formula: String, bars: usize| {
            Definition::new(FAMILY, name, formula).warm_after(bars)
        };
        let scale = format!("mean(volume, {m}) / atr({atr})");
        let change = "(close - close[-1])";
        let signed = "(buy_volume - sell_volume)";
        [
            column(
                format!("toxicity_{m}"),
                format!("sum(|buy_volume - sell_volume|, {m}) / sum(volume, {m}), VPIN on bars of time"),
                m,
            ),
            column(
                format!("kyle_{m}"),
                format!("slope of {change} on {signed} over {m} bars, times {scale}"),
                m.max(atr) + 1,
            ),
            column(format!("kyle_fit_{m}"), format!("R2 of {change} on {signed} over {m} bars"), m + 1),
            column(
                format!("amihud_{m}"),
                format!("mean of |{change}| / volume over those of {m} bars that traded, times {scale}"),
                m.max(atr) + 1,
            ),
            column(
                format!("roll_{m}"),
                format!("2 sqrt(max(0, -mean({change} {change}[-1], {m}))) / atr({atr})"),
                (m + 2).max(atr + 1),
            ),
            column(format!("large_share_{n}"), format!("sum(largest trade, {n}) / sum(volume, {n})"), n),
            column(
                format!("trade_size_{n}_{m}"),
                format!("sum(volume, {n}) / sum(count, {n}), by the same over {m} bars"),
                n.max(m),
            ),
        ]
    }

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 7] {
        let bar = now.bar;
        let (volume, count, signed_volume) = (bar.volume, bar.count, bar.signed_volume());
        let [short_volume, short_count, short_largest] = self.short.update([volume, count, bar.largest]);
        let [one_sided, long_volume, long_count] = self.long.update([signed_volume.abs(), volume, count]);
        let scale = long_volume * self.per_bar * now.per_atr;
        let [lambda, fit, per_volume, spread] = match self.close.replace(bar.close) {
            Some(before) => self.changed(bar.close - before, signed_volume, volume),
            None => [f64::NAN; 4],
        };
        [
            ratio(one_sided, long_volume),
            lambda * scale,
            fit,
            per_volume * scale,
            spread * now.per_atr,
            ratio(short_largest, short_volume),
            ratio(short_volume * long_count, short_count * long_volume),
        ]
    }

    #[inline]
    fn changed(&mut self, change: i64, signed_volume: i64, volume: i64) -> [f64; 4] {
        let [lambda, fit] = self.impact.update(signed_volume, change);
        [lambda, fit, self.moves.update(change, volume), self.roll.update(change)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;
    use crate::tape::{Side, TickDirection, Trade};

    #[test]
    fn vector_s6_vpin() {
        // The buckets of the vector, as bars of 100 lots bought and sold.
        let mut liquidity = Liquidity::new(&Windows { liquidity: 4, ..small().windows });
        let toxicity = [70, 30, 90, 40].map(|bought| {
            let mut bar = Bar::flat(0, 5);
            for (side, size) in [(Side::Buy, bought), (Side::Sell, 100 - bought)] {
                let tick = TickDirection::Unknown;
                bar.add(&Trade { ts_us: 0, price: 5, size, side, tick, flags: 0 });
            }
            liquidity.update(&Closed { bar: &bar, atr: 1.0, per_atr: 1.0 })[0]
        });
        assert!(toxicity[2].is_nan() && (toxicity[3] - 0.45).abs() < 1e-9);
    }

    #[test]
    fn vector_s6_amihud() {
        // Log returns by money there; here they are the changes, as integers, and the money is the volume.
        let changes = [99_503_309, -49_627_893, 148_150_858, -98_522_964];
        let mut moves = Moves::new(4);
        let said = changes
            .into_iter()
            .zip([1_200_000, 800_000, 1_500_000, 1_100_000])
            .map(|(r, d)| moves.update(r, d));
        assert!((said.last().unwrap() / 1e10 - 8.332_196_510_517_953e-9).abs() < 1e-15);
    }
}

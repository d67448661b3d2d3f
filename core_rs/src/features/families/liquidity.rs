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
use crate::indicators::{Impact, Ring, Roll, RollingSum, ratio};

const FAMILY: Family = Family::Liquidity;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Liquidity {
    close: Option<i64>,
    one_sided: RollingSum,
    /// Volume, trades and largest trades over the short window, volume and trades over the long one.
    short: [RollingSum; 3],
    long: [RollingSum; 2],
    impact: Impact,
    roll: Roll,
    moves: Moves,
    bars: f64,
}

/// Absolute changes of price by volume, of bars that traded.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Moves {
    per_volume: Ring<f64>,
    traded: RollingSum,
}

impl Moves {
    fn new(bars: usize) -> Self {
        Self { per_volume: Ring::new(bars), traded: RollingSum::new(bars) }
    }

    /// The mean over bars that traded, NaN before the window is full.
    fn update(&mut self, change: i64, volume: i64) -> f64 {
        self.per_volume.push(ratio(change.abs() as f64, volume as f64));
        let traded = self.traded.update(i64::from(volume > 0));
        ratio(sum(self.per_volume.values()), traded)
    }
}

// Four sums side by side, since each waits for itself.
fn sum(values: &[f64]) -> f64 {
    let quads = values.chunks_exact(4);
    let rest: f64 = quads.remainder().iter().sum();
    let lanes = quads.fold([0.0; 4], |lanes, quad| std::array::from_fn(|lane| lanes[lane] + quad[lane]));
    lanes.iter().sum::<f64>() + rest
}

impl Liquidity {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            close: None,
            one_sided: RollingSum::new(m),
            short: std::array::from_fn(|_| RollingSum::new(n)),
            long: std::array::from_fn(|_| RollingSum::new(m)),
            impact: Impact::new(m),
            roll: Roll::new(m),
            moves: Moves::new(m),
            bars: m as f64,
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

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 7] {
        let bar = now.bar;
        let one_sided = self.one_sided.update(bar.signed_volume().abs());
        let [volume, count, largest] = [bar.volume, bar.count, bar.largest];
        let [short_volume, short_count, short_largest] = each(&mut self.short, [volume, count, largest]);
        let [long_volume, long_count] = each(&mut self.long, [volume, count]);
        let scale = ratio(long_volume / self.bars, now.atr);
        let [lambda, fit, per_volume, spread] = match self.close.replace(bar.close) {
            Some(before) => self.changed(bar.close - before, bar.signed_volume(), volume),
            None => [f64::NAN; 4],
        };
        [
            ratio(one_sided, long_volume),
            lambda * scale,
            fit,
            per_volume * scale,
            ratio(spread, now.atr),
            ratio(short_largest, short_volume),
            ratio(ratio(short_volume, short_count), ratio(long_volume, long_count)),
        ]
    }

    fn changed(&mut self, change: i64, signed_volume: i64, volume: i64) -> [f64; 4] {
        let [lambda, fit] = self.impact.update(signed_volume, change);
        [lambda, fit, self.moves.update(change, volume), self.roll.update(change)]
    }
}

fn each<const N: usize>(sums: &mut [RollingSum; N], values: [i64; N]) -> [f64; N] {
    let mut found = values.map(|_| f64::NAN);
    for ((found, sum), value) in found.iter_mut().zip(sums).zip(values) {
        *found = sum.update(value);
    }
    found
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
            liquidity.update(&Closed { bar: &bar, atr: 1.0 })[0]
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

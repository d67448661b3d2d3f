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
use crate::indicators::{BLOCK, Column, Impact, Roll, RollingMean, Totals, by_row, ratio};

const FAMILY: Family = Family::Liquidity;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Liquidity {
    volume: Totals,
    count: Totals,
    largest: Totals,
    one_sided: Totals,
    impact: Impact,
    roll: Roll,
    moves: Moves,
    short: usize,
    long: usize,
}

/// Absolute changes of price by volume, of bars that traded.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Moves {
    per_volume: RollingMean,
    traded: Totals,
    n: usize,
}

impl Moves {
    fn new(n: usize) -> Self {
        Self { per_volume: RollingMean::new(n), traded: Totals::new(n), n }
    }

    /// The means over bars that traded, without the first of a segment, whose change is unknown.
    #[inline(always)]
    fn update(&mut self, changes: &Column<i64>, volume: &Column<i64>, rows: usize, is_first: bool) -> Column {
        let mut moves: Column = by_row(|row| ratio(changes[row].abs() as f64, volume[row] as f64));
        if is_first {
            moves[0] = f64::NAN;
        }
        self.traded.take(rows, |row| i64::from(volume[row] > 0));
        let (means, traded) = (self.per_volume.update(&moves, rows), self.traded.sums(self.n));
        by_row(|row| ratio(means[row] * self.n as f64, traded(row) as f64))
    }
}

impl Liquidity {
    pub fn new(windows: &Windows) -> Self {
        let (n, m) = (windows.flow, windows.liquidity);
        Self {
            volume: Totals::new(n.max(m)),
            count: Totals::new(n.max(m)),
            largest: Totals::new(n),
            one_sided: Totals::new(m),
            impact: Impact::new(m),
            roll: Roll::new(m),
            moves: Moves::new(m),
            short: n,
            long: m,
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

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 7]) {
        let (rows, n, m, changes) = (now.rows(), self.short, self.long, now.changes());
        let (volume, count) = (now.volume(), now.field(|bars| &bars.count));
        let (signed_volume, largest) = (now.signed_volume(), now.field(|bars| &bars.largest));
        self.volume.take(rows, |row| volume[row]);
        self.count.take(rows, |row| count[row]);
        self.largest.take(rows, |row| largest[row]);
        self.one_sided.take(rows, |row| signed_volume[row].abs());
        let slope = self.impact.update(&signed_volume, &changes, rows);
        let per_volume = self.moves.update(&changes, &volume, rows, now.seen == 0);
        let spread = self.roll.update(&changes, rows);
        let (volumes, counts, largest) = (self.volume.sums(n), self.count.sums(n), self.largest.sums(n));
        let (long_volumes, long_counts) = (self.volume.sums(m), self.count.sums(m));
        let (one_sided, per_bar) = (self.one_sided.sums(m), 1.0 / m as f64);
        for row in 0..BLOCK {
            let (volume, long_volume) = (volumes(row) as f64, long_volumes(row) as f64);
            let per_atr = now.per_atr[row];
            let scale = long_volume * per_bar * per_atr;
            out[0][row] = ratio(one_sided(row) as f64, long_volume);
            out[1][row] = slope.lambda[row] * scale;
            out[3][row] = per_volume[row] * scale;
            out[4][row] = spread[row] * per_atr;
            out[5][row] = ratio(largest(row) as f64, volume);
            out[6][row] = ratio(volume * long_counts(row) as f64, counts(row) as f64 * long_volume);
        }
        out[2] = slope.fit;
    }
}

#[cfg(test)]
mod tests {
    use super::super::closed::tests::closed;
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;
    use crate::tape::{Side, TickDirection, Trade};

    #[test]
    fn vector_s6_vpin() {
        // The buckets of the vector, as bars of 100 lots bought and sold.
        let bars = [70, 30, 90, 40].map(|bought| {
            let mut bar = Bar::flat(0, 5);
            for (side, size) in [(Side::Buy, bought), (Side::Sell, 100 - bought)] {
                let tick = TickDirection::Unknown;
                bar.add(&Trade { ts_us: 0, price: 5, size, side, tick, flags: 0 });
            }
            bar
        });
        let mut liquidity = Liquidity::new(&Windows { liquidity: 4, ..small().windows });
        let mut out = [[f64::NAN; BLOCK]; 7];
        closed(&bars, |now| liquidity.update(now, &mut out));
        assert!((out[0][3] - 0.45).abs() < 1e-9);
    }

    #[test]
    fn vector_s6_amihud() {
        // Log returns by money there; here they are the changes, as integers, and the money is the volume.
        let mut columns = [[0; BLOCK]; 2];
        columns[0][..4].copy_from_slice(&[99_503_309, -49_627_893, 148_150_858, -98_522_964]);
        columns[1][..4].copy_from_slice(&[1_200_000, 800_000, 1_500_000, 1_100_000]);
        let said = Moves::new(4).update(&columns[0], &columns[1], 4, false)[3];
        assert!((said / 1e10 - 8.332_196_510_517_953e-9).abs() < 1e-15);
    }
}

//! Order flow: which side takes. A bar without a trade leans to neither side.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{RollingSum, ratio};

const FAMILY: Family = Family::Flow;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    signed: RollingSum,
    volume: RollingSum,
    counts: [CountFlow; 2],
}

/// Signed and total trade counts over a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct CountFlow {
    signed: RollingSum,
    count: RollingSum,
}

impl CountFlow {
    fn new(bars: usize) -> Self {
        Self { signed: RollingSum::new(bars), count: RollingSum::new(bars) }
    }

    fn update(&mut self, signed: i64, count: i64) -> f64 {
        ratio(self.signed.update(signed), self.count.update(count))
    }
}

/// The long horizon of the count imbalance, in flow windows: pressure outlives the bars that show it first.
const LONG: usize = 3;

impl Flow {
    pub fn new(windows: &Windows) -> Self {
        let n = windows.flow;
        Self {
            signed: RollingSum::new(n),
            volume: RollingSum::new(n),
            counts: [CountFlow::new(n), CountFlow::new(LONG * n)],
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 6] {
        let n = windows.flow;
        let column = |name: String, formula: String, bars: usize| {
            Definition::new(FAMILY, name, formula).warm_after(bars).directional()
        };
        let over = format!("sum(buy_volume - sell_volume, {n}) / sum(volume, {n})");
        let counts = |bars: usize| format!("sum(buy_count - sell_count, {bars}) / sum(count, {bars})");
        let ticks = "mean over trades of 1, 0.5, -0.5, -1 for plus, zero-plus, zero-minus, minus ticks";
        [
            column("volume_imbalance_1".into(), "(buy_volume - sell_volume) / volume".into(), 1),
            column(format!("volume_imbalance_{n}"), over, n),
            column("count_imbalance_1".into(), "(buy_count - sell_count) / count".into(), 1),
            column(format!("count_imbalance_{n}"), counts(n), n),
            column(format!("count_imbalance_{}", LONG * n), counts(LONG * n), LONG * n),
            column("tick_balance_1".into(), ticks.into(), 1),
        ]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 6] {
        let bar = now.bar;
        let share = |part: i64, whole: i64| ratio(part as f64, whole as f64);
        let signed = self.signed.update(bar.signed_volume());
        [
            share(bar.signed_volume(), bar.volume),
            ratio(signed, self.volume.update(bar.volume)),
            share(bar.signed_count(), bar.count),
            self.counts[0].update(bar.signed_count(), bar.count),
            self.counts[1].update(bar.signed_count(), bar.count),
            share(bar.tick_sum(), 2 * bar.count),
        ]
    }
}

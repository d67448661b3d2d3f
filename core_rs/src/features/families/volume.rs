//! Volume: how busy the last bar was.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Moments, RollingSums, ratio};

const FAMILY: Family = Family::Volume;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    lots: Busy,
    trades: Busy,
    recent: RollingSums<1>,
    windows: [f64; 2],
}

/// The last values of a bar's sum.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Busy(Moments);

/// Larger sums count as this, which keeps the moments exact.
const MOST: i64 = (1 << 52) - 1;

impl Busy {
    fn new(bars: usize) -> Self {
        Self(Moments::new(bars))
    }

    /// The sum of the window and the z-score of the value.
    #[inline]
    fn update(&mut self, value: i64) -> [f64; 2] {
        let (value, moments) = (value.min(MOST), &mut self.0);
        moments.push(value);
        if !moments.is_full() {
            return [f64::NAN; 2];
        }
        [moments.sum() as f64, ratio(moments.deviation(value), moments.scatter().sqrt())]
    }
}

impl Volume {
    pub fn new(windows: &Windows) -> Self {
        let (n, recent) = (windows.volume, windows.flow);
        Self {
            lots: Busy::new(n),
            trades: Busy::new(n),
            recent: RollingSums::new(recent),
            windows: [n as f64, recent as f64],
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 5] {
        let (n, recent) = (windows.volume, windows.flow);
        let column = |name: String, formula: String| Definition::new(FAMILY, name, formula).warm_after(n);
        let against = |sum: &str| {
            column(format!("{sum}_ratio_{n}"), format!("{sum} / mean({sum}, {n}), 0 where the mean is 0"))
        };
        let score = |sum: &str| {
            let formula = format!("({sum} - mean({sum}, {n})) / sd({sum}, {n}), 0 where nothing varies");
            column(format!("{sum}_z_{n}"), formula)
        };
        [
            against("volume"),
            against("count"),
            score("volume"),
            score("count"),
            column(
                format!("volume_trend_{recent}_{n}"),
                format!("mean(volume, {recent}) / mean(volume, {n})"),
            )
            .warm_after(n.max(recent)),
        ]
    }

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 5] {
        let (volume, count) = (now.bar.volume, now.bar.count);
        let ([volumes, volume_score], [counts, count_score]) =
            (self.lots.update(volume), self.trades.update(count));
        let [recent_volumes] = self.recent.update([volume]);
        let [n, recent] = self.windows;
        [
            ratio(volume as f64 * n, volumes),
            ratio(count as f64 * n, counts),
            volume_score,
            count_score,
            ratio(recent_volumes * n, volumes * recent),
        ]
    }
}

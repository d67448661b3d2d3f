//! Volume: how busy the last bar was.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Bollinger, RollingSum, ratio};

const FAMILY: Family = Family::Volume;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    lots: Busy,
    trades: Busy,
    recent: RollingSum,
    windows: [f64; 2],
}

/// A sum of a bar against the same of the last bars.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Busy {
    sum: RollingSum,
    /// One deviation around the mean: the position between such bands is the z-score.
    bands: Bollinger,
}

impl Busy {
    fn new(bars: usize) -> Self {
        Self { sum: RollingSum::new(bars), bands: Bollinger::new(bars, 1.0) }
    }

    /// The sum of the window and the z-score.
    fn update(&mut self, value: i64) -> [f64; 2] {
        [self.sum.update(value), self.bands.update(value)]
    }
}

impl Volume {
    pub fn new(windows: &Windows) -> Self {
        let (n, recent) = (windows.volume, windows.flow);
        Self {
            lots: Busy::new(n),
            trades: Busy::new(n),
            recent: RollingSum::new(recent),
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

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 5] {
        let (volume, count) = (now.bar.volume, now.bar.count);
        let ([volumes, volume_score], [counts, count_score]) =
            (self.lots.update(volume), self.trades.update(count));
        let [n, recent] = self.windows;
        [
            ratio(volume as f64 * n, volumes),
            ratio(count as f64 * n, counts),
            volume_score,
            count_score,
            ratio(self.recent.update(volume) * n, volumes * recent),
        ]
    }
}

//! Volume: how busy the last bar was.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{RollingSum, ratio};

const FAMILY: Family = Family::Volume;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    bars: f64,
    volumes: RollingSum,
    counts: RollingSum,
}

impl Volume {
    pub fn new(windows: &Windows) -> Self {
        let n = windows.volume;
        Self { bars: n as f64, volumes: RollingSum::new(n), counts: RollingSum::new(n) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 2] {
        let n = windows.volume;
        ["volume", "count"].map(|sum| {
            let formula = format!("{sum} / mean({sum}, {n}), 0 where the mean is 0");
            Definition::new(FAMILY, format!("{sum}_ratio_{n}"), formula).warm_after(n)
        })
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 2] {
        let against = |sum: &mut RollingSum, value: i64| ratio(value as f64 * self.bars, sum.update(value));
        [against(&mut self.volumes, now.bar.volume), against(&mut self.counts, now.bar.count)]
    }
}

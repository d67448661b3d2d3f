//! Volume: how busy the last bar was.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Moments, Totals, ratio};

const FAMILY: Family = Family::Volume;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    lots: Moments,
    trades: Moments,
    recent: Totals,
    n: usize,
    recent_n: usize,
}

impl Volume {
    pub fn new(windows: &Windows) -> Self {
        let (n, recent_n) = (windows.volume, windows.flow);
        let [lots, trades] = [Moments::new(n), Moments::new(n)];
        Self { lots, trades, recent: Totals::new(recent_n), n, recent_n }
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

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 5]) {
        let (volume, count, rows) = (now.volume(), now.field(|bars| &bars.count), now.rows());
        let (n, recent_n) = (self.n as f64, self.recent_n as f64);
        self.recent.take(rows, |row| volume[row]);
        self.lots.take(&volume, rows);
        self.trades.take(&count, rows);
        [out[0], out[2]] = busy(&self.lots, &volume, n);
        [out[1], out[3]] = busy(&self.trades, &count, n);
        let (volumes, recent_volumes) = (self.lots.sums(), self.recent.sums(self.recent_n));
        for row in 0..BLOCK {
            out[4][row] = ratio(recent_volumes(row) as f64 * n, volumes(row) as f64 * recent_n);
        }
    }
}

// The ratio of each value to the mean of its window, and its z-score there.
#[inline(always)]
fn busy(moments: &Moments, values: &Column<i64>, n: f64) -> [Column; 2] {
    let (sums, deviations, scatter) = (moments.sums(), moments.deviations(), moments.scatter());
    let mut busy = [[0.0; BLOCK]; 2];
    for row in 0..BLOCK {
        busy[0][row] = ratio(values[row] as f64 * n, sums(row) as f64);
        busy[1][row] = ratio(deviations(row), scatter[row].sqrt());
    }
    busy
}

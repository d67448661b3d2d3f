//! Candles: the shape of the last bar, and how it stands to the one before.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{BLOCK, Column, Streak, Window, ratio};

const FAMILY: Family = Family::Candle;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candle {
    streak: Streak,
}

impl Candle {
    pub fn new(windows: &Windows) -> Self {
        Self { streak: Streak::new(windows.flow) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 6] {
        let (n, atr) = (windows.flow, windows.atr);
        let column = |name: &str, formula: &str| Definition::new(FAMILY, name, formula).warm_after(1);
        let gap = format!("(open - close[-1]) / atr({atr})");
        let cover = "1 where the bar reaches as high and as low as the one before, -1 \
                     where that does, 0 where both or neither do";
        let streak = format!("closes in a row that went one way, signed, at most {n}, / {n}");
        [
            column("candle_body", "(close - open) / (high - low)").directional(),
            column("candle_wicks", "(lower wick - upper wick) / (high - low)").directional(),
            column("candle_location", "(2 close - high - low) / (high - low)").directional(),
            column("candle_gap", &gap).warm_after(atr + 1).directional(),
            column("candle_cover", cover).warm_after(2),
            column(&format!("close_streak_{n}"), &streak).warm_after(n + 1).directional(),
        ]
    }

    #[inline(always)]
    pub fn update(&mut self, now: &Closed<'_>, out: &mut [Column; 6]) {
        let (open, [high, low, close]) = (now.field(|bars| &bars.open), [now.high, now.low, now.close]);
        let [high_before, low_before, close_before] = [high, low, close].map(|price| price.before(1));
        let [high, low, close] = [high, low, close].map(Window::now);
        let signs = now.changes().map(i64::signum);
        for row in 0..BLOCK {
            let (open, high, low, close) = (open[row], high[row], low[row], close[row]);
            let wicks = (open.min(close) - low) - (high - open.max(close));
            let share = |part: i64| ratio(part as f64, (high - low) as f64);
            let covers = high >= high_before[row] && low <= low_before[row];
            let is_covered = high_before[row] >= high && low_before[row] <= low;
            out[0][row] = share(close - open);
            out[1][row] = share(wicks);
            out[2][row] = share(2 * close - high - low);
            out[3][row] = ratio((open - close_before[row]) as f64, now.atr[row]);
            out[4][row] = f64::from(i8::from(covers) - i8::from(is_covered));
        }
        out[5] = self.streak.update(&signs, now.rows());
    }
}

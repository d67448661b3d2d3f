//! Candles: the shape of the last bar, and how it stands to the one before.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::bars::Bar;
use crate::indicators::{Streak, ratio};

const FAMILY: Family = Family::Candle;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Candle {
    before: Option<Before>,
    streak: Streak,
}

/// What the bar before left.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Before {
    high: i64,
    low: i64,
    close: i64,
}

impl Candle {
    pub fn new(windows: &Windows) -> Self {
        Self { before: None, streak: Streak::new(windows.flow) }
    }

    pub fn columns(windows: &Windows) -> [Definition; 6] {
        let (n, atr) = (windows.flow, windows.atr);
        let column = |name: &str, formula: &str| Definition::new(FAMILY, name, formula).warm_after(1);
        let gap = format!("(open - close[-1]) / atr({atr})");
        let streak = format!("closes in a row that went one way, signed, at most {n}, / {n}");
        [
            column("candle_body", "(close - open) / (high - low)").directional(),
            column("candle_wicks", "(lower wick - upper wick) / (high - low)").directional(),
            column("candle_location", "(2 close - high - low) / (high - low)").directional(),
            column("candle_gap", &gap).warm_after(atr + 1).directional(),
            column("candle_cover", "1 where the bar covers the one before, -1 where that covers it, else 0")
                .warm_after(2),
            column(&format!("close_streak_{n}"), &streak).warm_after(n + 1).directional(),
        ]
    }

    #[inline(never)] // see `Kernel::update`
    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 6] {
        let bar = now.bar;
        let Bar { open, high, low, close, .. } = *bar;
        let share = |part: i64| ratio(part as f64, (high - low) as f64);
        let [gap, cover, streak] = match self.before.replace(Before { high, low, close }) {
            Some(before) => [
                ratio((open - before.close) as f64, now.atr),
                cover(bar, &before),
                self.streak.update((close - before.close).signum()),
            ],
            None => [f64::NAN; 3],
        };
        let wicks = (open.min(close) - low) - (high - open.max(close));
        [share(close - open), share(wicks), share(2 * close - high - low), gap, cover, streak]
    }
}

fn cover(bar: &Bar, before: &Before) -> f64 {
    let covers = bar.high >= before.high && bar.low <= before.low;
    let is_covered = before.high >= bar.high && before.low <= bar.low;
    f64::from(i8::from(covers) - i8::from(is_covered))
}

//! Volatility: how large the ranges are against their own past, how far price has strayed.

use serde::{Deserialize, Serialize};

use super::{Closed, Definition, Family, Windows};
use crate::indicators::{Bollinger, RollingRank};

const FAMILY: Family = Family::Volatility;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volatility {
    rank: RollingRank,
    bollinger: Bollinger,
}

impl Volatility {
    pub fn new(windows: &Windows) -> Self {
        Self {
            rank: RollingRank::new(windows.rank),
            bollinger: Bollinger::new(windows.bollinger, windows.bollinger_sd),
        }
    }

    pub fn columns(windows: &Windows) -> [Definition; 2] {
        let Windows { atr, rank, bollinger, bollinger_sd, .. } = windows;
        let percentile = format!("share of the last {rank} values of atr({atr}) below the newest, ties half");
        let position =
            format!("(close - mean(close, {bollinger})) / ({bollinger_sd} sd(close, {bollinger}))");
        [
            Definition::new(FAMILY, format!("atr_{atr}_rank_{rank}"), percentile).warm_after(atr + rank),
            Definition::new(FAMILY, format!("bollinger_{bollinger}_{bollinger_sd}"), position)
                .warm_after(*bollinger)
                .directional(),
        ]
    }

    pub fn update(&mut self, now: &Closed<'_>) -> [f64; 2] {
        [self.rank.update(now.atr), self.bollinger.update(now.bar.close)]
    }
}

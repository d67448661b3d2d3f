//! What to compute.

use serde::{Deserialize, Serialize};

use super::TouchRule;
use super::families::Family;
use crate::bars::align_down;

/// Microseconds in a second.
pub const SECOND_US: i64 = 1_000_000;

/// Sums over more bars might not fit, nor more places of extremes.
const MOST_BARS: usize = 1000;
const MOST_PIVOT: usize = 100;

/// Why a configuration makes no sense.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("expected {expected}, found {found}")]
pub struct ConfigError {
    /// What a configuration must have.
    pub expected: &'static str,
    /// What it has.
    pub found: String,
}

/// Windows of the features, in bars of each timeframe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "python", derive(pyo3::FromPyObject), pyo3(from_item_all))] // of keyword arguments
pub struct Windows {
    /// Span of the EMA.
    pub ema: usize,
    /// Wilder length of the RSI.
    pub rsi: usize,
    /// Wilder length of the ATR, the unit of all distances.
    pub atr: usize,
    /// Wilder length of the directional movement system.
    pub adx: usize,
    /// Closes in the Bollinger window.
    pub bollinger: usize,
    /// Standard deviations between the mean and a band.
    pub bollinger_sd: f64,
    /// Bars whose mean volume and trade count the last bar is compared with.
    pub volume: usize,
    /// Values of the ATR among which the last is ranked.
    pub rank: usize,
    /// Bars over which order flow is summed.
    pub flow: usize,
    /// Bars in which the last swing is sought, and those of the Donchian channel.
    pub swing: usize,
    /// Span of the fast EMA of the alignment.
    pub ema_fast: usize,
    /// Span of the slow EMA of the alignment.
    pub ema_slow: usize,
    /// Span of the fast EMA of the MACD.
    pub macd_fast: usize,
    /// Span of the slow EMA of the MACD.
    pub macd_slow: usize,
    /// Span of the MACD's signal line.
    pub macd_signal: usize,
    /// Closes in the regression on time.
    pub regression: usize,
    /// Returns in the window of their mean, deviation, realised and bipower variance.
    pub returns: usize,
    /// Bars in the windows of the liquidity estimators.
    pub liquidity: usize,
    /// Bars in the rolling volume-weighted average price.
    pub vwap: usize,
    /// Bars on either side that confirm a swing high or low.
    pub pivot: usize,
}

/// Everything that defines a market table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarketConfig {
    /// Timeframe at whose close decisions are taken; one of `timeframes_s`.
    pub base_s: i64,
    /// Timeframes that have features; multiples of the smallest.
    pub timeframes_s: Vec<i64>,
    /// A longer silence splits the tape.
    pub max_gap_us: i64,
    /// Families of features to compute, in any order; those of touches are always there.
    pub families: Vec<Family>,
    /// Whether every base bar has a row of features, or touches alone.
    pub dense: bool,
    /// Windows of the features.
    pub windows: Windows,
    /// When a base bar is a touch.
    pub touch: TouchRule,
}

impl MarketConfig {
    /// The same configuration, its timeframes in order (those of touches the highest first).
    ///
    /// # Errors
    /// A timeframe that is not a multiple of the smallest or is there twice, a base or touch timeframe that is not
    /// among them, a touch timeframe below the base, a window below 2 or above 1000 bars, a distance that is no positive
    /// number.
    pub fn checked(mut self) -> Result<Self, ConfigError> {
        self.timeframes_s.sort_unstable();
        self.families.sort_unstable();
        self.families.dedup();
        self.touch.timeframes_s.sort_unstable_by(|a, b| b.cmp(a));
        self.check_timeframes()?;
        self.check_windows()?;
        self.check_rule()?;
        Ok(self)
    }

    /// The smallest timeframe, from whose bars all others are rolled up.
    #[must_use]
    pub fn part_us(&self) -> i64 {
        self.timeframes_s.first().map_or(SECOND_US, |seconds| seconds * SECOND_US)
    }

    fn check_timeframes(&self) -> Result<(), ConfigError> {
        let all = &self.timeframes_s;
        let part_s = all.first().copied().unwrap_or(0);
        let grid = part_s > 0 && all.iter().all(|&seconds| align_down(seconds, part_s) == seconds);
        require(grid, "timeframes that are positive multiples of the smallest", all)?;
        require(all.windows(2).all(|pair| pair[0] < pair[1]), "each timeframe once", all)?;
        require(all.contains(&self.base_s), "a base among the timeframes", &self.base_s)
    }

    fn check_windows(&self) -> Result<(), ConfigError> {
        let w = &self.windows;
        let averages =
            [w.ema_fast, w.ema, w.ema_slow, w.macd_fast, w.macd_slow, w.macd_signal, self.touch.ema];
        let wilder = [w.rsi, w.atr, w.adx];
        let windows = [w.bollinger, w.volume, w.rank, w.flow, w.swing, w.vwap];
        let paired = [w.regression, w.returns, w.liquidity];
        let least = [averages.as_slice(), &wilder, &windows].concat();
        require(least.iter().all(|&window| window >= 2), "windows of at least 2 bars", &least)?;
        require(paired.iter().all(|&window| window >= 3), "windows of at least 3 bars", &paired)?;
        let all = [least.as_slice(), &paired].concat();
        require(all.iter().all(|&window| window <= MOST_BARS), "windows of at most 1000 bars", &all)?;
        require((1..=MOST_PIVOT).contains(&w.pivot), "a pivot of 1 to 100 bars", &w.pivot)?;
        let rising = w.ema_fast < w.ema && w.ema < w.ema_slow && w.macd_fast < w.macd_slow;
        require(rising, "ema_fast < ema < ema_slow and macd_fast < macd_slow", &averages)?;
        require(positive(w.bollinger_sd), "a positive bollinger_sd", &w.bollinger_sd)?;
        require(self.max_gap_us > 0, "a positive max_gap_us", &self.max_gap_us)
    }

    fn check_rule(&self) -> Result<(), ConfigError> {
        let rule = &self.touch;
        let known = |seconds: &i64| *seconds >= self.base_s && self.timeframes_s.contains(seconds);
        let expected = "touch timeframes among the timeframes, none below the base";
        require(rule.timeframes_s.iter().all(known), expected, &rule.timeframes_s)?;
        let once = rule.timeframes_s.windows(2).all(|pair| pair[0] > pair[1]);
        require(once, "each touch timeframe once", &rule.timeframes_s)?;
        let slope = rule.min_slope_atr;
        require(slope >= 0.0 && slope.is_finite(), "a min_slope_atr of at least 0", &slope)?;
        require(positive(rule.max_distance_atr), "a positive max_distance_atr", &rule.max_distance_atr)
    }
}

fn positive(value: f64) -> bool {
    value > 0.0 && value.is_finite()
}

fn require(holds: bool, expected: &'static str, found: &impl std::fmt::Debug) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError { expected, found: format!("{found:?}") }) }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A small configuration: base 2 s, features on 1, 2 and 6 s.
    pub fn small() -> MarketConfig {
        let windows = Windows {
            ema: 3,
            rsi: 3,
            atr: 2,
            adx: 2,
            bollinger: 3,
            bollinger_sd: 2.0,
            volume: 3,
            rank: 4,
            flow: 2,
            swing: 4,
            ema_fast: 2,
            ema_slow: 5,
            macd_fast: 2,
            macd_slow: 4,
            macd_signal: 2,
            regression: 3,
            returns: 3,
            liquidity: 3,
            vwap: 3,
            pivot: 1,
        };
        let touch = TouchRule { timeframes_s: vec![2, 6], ema: 2, min_slope_atr: 0.0, max_distance_atr: 2.0 };
        MarketConfig {
            base_s: 2,
            timeframes_s: vec![6, 1, 2],
            max_gap_us: 30 * SECOND_US,
            families: Family::ALL.to_vec(),
            dense: true,
            windows,
            touch,
        }
    }

    #[test]
    fn timeframes_come_out_in_order() {
        let config = small().checked().unwrap();
        assert_eq!((config.timeframes_s, config.touch.timeframes_s), (vec![1, 2, 6], vec![6, 2]));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let spoil: [fn(&mut MarketConfig); 10] = [
            |config| config.timeframes_s.clear(),
            |config| config.timeframes_s = vec![2, 5],
            |config| config.timeframes_s = vec![2, 2, 6],
            |config| config.base_s = 3,
            |config| config.touch.timeframes_s = vec![1],
            |config| config.touch.timeframes_s = vec![12],
            |config| config.windows.flow = 1,
            |config| config.windows.swing = 1001,
            |config| config.windows.bollinger_sd = f64::NAN,
            |config| config.max_gap_us = 0,
        ];
        for spoil in spoil {
            let mut config = small();
            spoil(&mut config);
            assert!(config.checked().is_err());
        }
    }
}

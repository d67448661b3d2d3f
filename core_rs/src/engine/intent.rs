//! What a touch proposes.

use serde::{Deserialize, Serialize};

use crate::tape::Side;

/// Sizes beyond would let sums of money leave their integers.
const MAX_LOTS: i64 = 1 << 40;

/// One proposed trade. Prices in ticks, times in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// When it is decided, and submitted.
    pub ts_us: i64,
    /// The side of the position.
    pub side: Side,
    /// Price of the post-only entry limit; 0 enters at market.
    pub limit: i64,
    /// From the entry price to the stop.
    pub stop_distance: i64,
    /// From the entry price to the target.
    pub target_distance: i64,
    /// Size in lots.
    pub lots: i64,
    /// How long the entry order works.
    pub entry_ttl_us: i64,
    /// How long the position may stay open.
    pub hold_us: i64,
    /// The limit follows the best price of its side where that has moved away by as much; 0 never.
    pub repeg: i64,
}

/// Why a row is no intent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected {expected}, found {found} in intent {row}")]
pub struct IntentError {
    /// Row of the offending intent.
    pub row: usize,
    /// What every intent must have.
    pub expected: &'static str,
    /// What was there.
    pub found: i64,
}

impl Intent {
    /// The risk, which is 1 R, in ticks x lots.
    #[must_use]
    pub fn risk(&self) -> f64 {
        (self.stop_distance * self.lots) as f64
    }

    /// Whether the entry provides liquidity.
    #[must_use]
    pub const fn is_maker(&self) -> bool {
        self.limit > 0
    }

    /// When the entry order is given up.
    #[must_use]
    pub const fn expires_us(&self) -> i64 {
        self.ts_us + self.entry_ttl_us
    }

    /// The side of the orders that leave the position.
    #[must_use]
    pub const fn exit_side(&self) -> Side {
        self.side.opposite()
    }

    /// Checks a column of intents: possible values, in time order.
    ///
    /// # Errors
    /// The first row that is none.
    pub fn check(intents: &[Self]) -> Result<(), IntentError> {
        let mut last_us = i64::MIN;
        for (row, intent) in intents.iter().enumerate() {
            let wrong = |expected, found| Err(IntentError { row, expected, found });
            match intent {
                Self { ts_us, .. } if *ts_us < last_us => return wrong("times in order", *ts_us),
                Self { limit, .. } if *limit < 0 => return wrong("a limit of at least 0 ticks", *limit),
                Self { stop_distance: found, .. } if *found < 1 => {
                    return wrong("a stop of at least 1 tick", *found);
                }
                Self { target_distance: found, .. } if *found < 1 => {
                    return wrong("a target of at least 1 tick", *found);
                }
                Self { lots, .. } if !(1..MAX_LOTS).contains(lots) => {
                    return wrong("at least 1 and fewer than 2^40 lots", *lots);
                }
                Self { repeg, .. } if *repeg < 0 => return wrong("a move of at least 0 ticks", *repeg),
                Self { entry_ttl_us: found, .. } if *found < 1 => {
                    return wrong("a positive time to live", *found);
                }
                Self { hold_us: found, .. } if *found < 1 => return wrong("a positive holding time", *found),
                _ => last_us = intent.ts_us,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
impl Intent {
    /// An intent for tests: entry at 1000, stop 4 and target 6 ticks away, 3 lots.
    pub(crate) fn sample(side: Side) -> Self {
        Self {
            ts_us: 1000,
            side,
            limit: 1000,
            stop_distance: 4,
            target_distance: 6,
            lots: 3,
            entry_ttl_us: 500,
            hold_us: 2000,
            repeg: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_out_of_order_are_refused() {
        let first = Intent::sample(Side::Buy);
        let second = Intent { ts_us: 999, ..first };
        assert_eq!(Intent::check(&[first, first]), Ok(()));
        assert_eq!(Intent::check(&[first, second]).unwrap_err().row, 1);
    }

    #[test]
    fn a_trade_without_risk_is_refused() {
        let intent = Intent { stop_distance: 0, ..Intent::sample(Side::Sell) };
        assert_eq!(Intent::check(&[intent]).unwrap_err().expected, "a stop of at least 1 tick");
    }
}

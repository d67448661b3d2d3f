//! What fills cost: a pair of rates, or tiers of them by the notional traded over thirty days.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Money, Rate};

const THIRTY_DAYS_US: i64 = 30 * 86_400 * 1_000_000;

/// Fee rates; a negative rate is a rebate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeRates {
    /// Rate of a fill that provided liquidity.
    pub maker: Rate,
    /// Rate of a fill that took it.
    pub taker: Rate,
}

impl FeeRates {
    /// The nearest pair of rates.
    #[must_use]
    pub fn new(maker: f64, taker: f64) -> Self {
        Self { maker: Rate::new(maker), taker: Rate::new(taker) }
    }

    /// The rate of a fill.
    #[must_use]
    pub const fn of(&self, maker: bool) -> Rate {
        if maker { self.maker } else { self.taker }
    }
}

/// The rates from a traded notional on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeTier {
    /// Notional of the last thirty days from which on it holds.
    pub min_notional: Money,
    /// Its rates.
    pub rates: FeeRates,
}

/// Rates by traded notional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeSchedule {
    base: FeeRates,
    tiers: Vec<FeeTier>,
}

impl FeeSchedule {
    /// One pair of rates, whatever is traded.
    #[must_use]
    pub const fn flat(base: FeeRates) -> Self {
        Self { base, tiers: Vec::new() }
    }

    /// `base` below the first of `tiers`, which come in any order.
    #[must_use]
    pub fn tiered(base: FeeRates, mut tiers: Vec<FeeTier>) -> Self {
        tiers.sort_by_key(|tier| tier.min_notional);
        Self { base, tiers }
    }

    /// The rates of who has traded nothing.
    #[must_use]
    pub const fn base(&self) -> FeeRates {
        self.base
    }

    /// The rates of who has traded `notional` over thirty days.
    #[must_use]
    pub fn at(&self, notional: Money) -> FeeRates {
        let reached = self.tiers.partition_point(|tier| tier.min_notional <= notional);
        reached.checked_sub(1).map_or(self.base, |tier| self.tiers[tier].rates)
    }

    fn is_flat(&self) -> bool {
        self.tiers.is_empty()
    }
}

/// The notional traded over the last thirty days.
#[derive(Clone, Debug, Default)]
pub struct Turnover {
    fills: VecDeque<(i64, Money)>,
    sum: Money,
}

impl Turnover {
    /// The fee of a fill of this value at `ts_us`, which then counts itself.
    pub fn charge(&mut self, schedule: &FeeSchedule, ts_us: i64, maker: bool, value: Money) -> Money {
        if schedule.is_flat() {
            return schedule.base.of(maker).of(value);
        }
        while let Some(&(_, old)) =
            self.fills.front().filter(|(filled_us, _)| *filled_us <= ts_us - THIRTY_DAYS_US)
        {
            self.fills.pop_front();
            self.sum -= old;
        }
        let fee = schedule.at(self.sum).of(maker).of(value);
        self.fills.push_back((ts_us, value));
        self.sum += value;
        fee
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_holds_from_its_notional_on_and_for_thirty_days() {
        let vip = FeeTier { min_notional: Money::value(100, 10), rates: FeeRates::new(0.0, 0.001) };
        let schedule = FeeSchedule::tiered(FeeRates::new(0.001, 0.002), vec![vip]);
        let (mut turnover, value) = (Turnover::default(), Money::value(100, 10));
        let mut rate = |ts_us| turnover.charge(&schedule, ts_us, false, value).units() / value.units();
        assert!((rate(0) - 0.002).abs() < 1e-12);
        assert!((rate(1) - 0.001).abs() < 1e-12);
        assert!((rate(THIRTY_DAYS_US) - 0.001).abs() < 1e-12);
        assert!((rate(3 * THIRTY_DAYS_US) - 0.002).abs() < 1e-12);
    }
}

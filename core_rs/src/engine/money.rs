//! Money, exactly: integers of a billionth of a tick x lot, so that books balance to the last unit.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

const BILLION: i128 = 1_000_000_000;

/// An amount in billionths of a tick x lot; the value of a tick cancels in every ratio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Money(i128);

/// A rate of fees or funding, to a billionth; a negative one is a rebate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The value of `lots` at a price in ticks; either may be negative.
    #[must_use]
    pub const fn value(price: i64, lots: i64) -> Self {
        Self(price as i128 * lots as i128 * BILLION)
    }

    /// The value of `lots` at a price between ticks.
    #[must_use]
    pub fn value_between(price: f64, lots: i64) -> Self {
        let whole = Self::value(price.trunc() as i64, lots);
        whole + Self::from_units(price.fract() * lots as f64)
    }

    /// The amount of so many ticks x lots, rounded to the unit.
    #[must_use]
    pub fn from_units(units: f64) -> Self {
        Self((units * BILLION as f64).round() as i128)
    }

    /// The amount of so many billionths.
    #[must_use]
    pub const fn from_billionths(billionths: i128) -> Self {
        Self(billionths)
    }

    /// In billionths of a tick x lot, exactly.
    #[must_use]
    pub const fn billionths(self) -> i128 {
        self.0
    }

    /// In ticks x lots.
    #[must_use]
    pub fn units(self) -> f64 {
        let (whole, part) = (self.0 / BILLION, self.0 % BILLION);
        whole as f64 + part as f64 / BILLION as f64
    }

    /// The amount on `side` of it: positive for a buy, negative for a sell.
    #[must_use]
    pub const fn signed(self, sign: i64) -> Self {
        Self(self.0 * sign as i128)
    }
}

impl Rate {
    /// The nearest rate.
    #[must_use]
    pub fn new(rate: f64) -> Self {
        Self((rate * BILLION as f64).round() as i64)
    }

    /// The rate of so many billionths.
    #[must_use]
    pub const fn from_billionths(billionths: i64) -> Self {
        Self(billionths)
    }

    /// In billionths, exactly.
    #[must_use]
    pub const fn billionths(self) -> i64 {
        self.0
    }

    /// The rate's share of an amount; exact where the amount is one of whole ticks x lots.
    #[must_use]
    pub const fn of(self, amount: Money) -> Money {
        let (whole, part) = (amount.0 / BILLION, amount.0 % BILLION);
        Money(whole * self.0 as i128 + part * self.0 as i128 / BILLION)
    }

    /// As a fraction.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0 as f64 / BILLION as f64
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_exact() {
        let fee = Rate::new(0.00055).of(Money::value(123_457, 3));
        assert_eq!(fee, Money(550_000 * 123_457 * 3));
        assert!((fee.units() - 0.00055 * 123_457.0 * 3.0).abs() < 1e-9);
    }

    #[test]
    fn prices_between_ticks_are_kept_to_a_billionth() {
        assert_eq!(Money::value_between(1000.0, 7), Money::value(1000, 7));
        assert_eq!(Money::value_between(0.25, 2), Money(BILLION / 2));
        assert_eq!(Rate::new(-0.0002).of(Money::from_units(0.5)), Money(-100_000));
    }
}

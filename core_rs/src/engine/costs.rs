//! What a trade earned: the one fee and payoff formula of ledger, labels and expectation.
//!
//! r = D(X-E)/R - (`f_E`*E + `f_X`*X)/R - D*sum(rate*mark)/R (METHOD 1.1 and 3.1). Prices are in ticks and amounts
//! in ticks x lots, so the value of a tick cancels.

use serde::{Deserialize, Serialize};

use super::fees::FeeRates;
use super::{Intent, Money, Rate};
use crate::tape::Side;

/// The money of one trade, leg by leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    side: Side,
    entered: Money,
    left: Money,
    /// Fees paid.
    pub fees: Money,
    /// Funding paid; negative where it was received.
    pub funding: Money,
}

impl Account {
    /// An empty account.
    #[must_use]
    pub const fn new(side: Side) -> Self {
        Self { side, entered: Money::ZERO, left: Money::ZERO, fees: Money::ZERO, funding: Money::ZERO }
    }

    /// Books an entry of this value.
    pub fn enter(&mut self, value: Money, fee: Money) {
        self.entered += value;
        self.fees += fee;
    }

    /// Books an exit of this value.
    pub fn exit(&mut self, value: Money, fee: Money) {
        self.left += value;
        self.fees += fee;
    }

    /// Books a funding stamp; longs pay positive rates.
    pub fn fund(&mut self, rate: Rate, marked: Money) {
        self.funding += rate.of(marked).signed(self.side.sign());
    }

    /// Value bought, or sold short.
    #[must_use]
    pub const fn entered(&self) -> Money {
        self.entered
    }

    /// Value of the exits.
    #[must_use]
    pub const fn left(&self) -> Money {
        self.left
    }

    /// Profit before costs, what is still open being worth `open`.
    #[must_use]
    pub fn gross(&self, open: Money) -> Money {
        (self.left + open - self.entered).signed(self.side.sign())
    }

    /// Profit after costs, likewise.
    #[must_use]
    pub fn net(&self, open: Money) -> Money {
        self.gross(open) - self.fees - self.funding
    }
}

// A round trip of `lots`: bought at `entry` and sold at `exit`, or the reverse.
fn round_trip(side: Side, lots: i64, entry: (f64, Rate), exit: (f64, Rate)) -> Account {
    let mut account = Account::new(side);
    let value = |price: f64| Money::value_between(price, lots);
    account.enter(value(entry.0), entry.1.of(value(entry.0)));
    account.exit(value(exit.0), exit.1.of(value(exit.0)));
    account
}

/// Net result in R of one unit bought and sold once; `funding` is the sum of rate x mark.
#[must_use]
pub fn net_r(side: Side, entry: f64, exit: f64, risk: f64, rates: (f64, f64), funding: f64) -> f64 {
    // So many lots that what is rounded away is far below any tolerance.
    let lots = 1_000_000;
    let (enter, leave) = (Rate::new(rates.0), Rate::new(rates.1));
    let mut account = round_trip(side, lots, (entry, enter), (exit, leave));
    account.funding = Money::from_units(funding * lots as f64).signed(side.sign());
    account.net(Money::ZERO).units() / (risk * lots as f64)
}

/// What `intent` earns in R, filled whole at `entry`: (at its target, at its stop after slippage); NaN where that is.
#[must_use]
pub fn payoff(intent: &Intent, entry: f64, rates: FeeRates, slippage_ticks: i64) -> (f64, f64) {
    if entry.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    let sign = intent.side.sign() as f64;
    let target = entry + sign * intent.target_distance as f64;
    let stop = entry - sign * (intent.stop_distance + slippage_ticks) as f64;
    let leave = |exit: f64, maker: bool| {
        let (enter, leave) = (rates.of(intent.is_maker()), rates.of(maker));
        let account = round_trip(intent.side, intent.lots, (entry, enter), (exit, leave));
        account.net(Money::ZERO).units() / intent.risk()
    };
    (leave(target, true), leave(stop, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_receives_positive_funding() {
        let net = |side| net_r(side, 100.0, 100.0, 1.0, (0.0, 0.0), 0.01);
        assert!((net(Side::Sell) - 0.01).abs() < 1e-12);
        assert!((net(Side::Buy) + 0.01).abs() < 1e-12);
        let mut account = Account::new(Side::Sell);
        account.fund(Rate::new(0.0001), Money::value(100, 1));
        assert_eq!(account.net(Money::ZERO), Money::from_units(0.01));
    }

    #[test]
    fn fees_follow_the_role_of_each_leg() {
        let intent = Intent { limit: 0, ..Intent::sample(Side::Buy) };
        let (win, loss) = payoff(&intent, 1000.0, FeeRates::new(0.0, 0.001), 2);
        let risk = intent.stop_distance as f64;
        let target = intent.target_distance as f64;
        assert!((win - (target - 1.0) / risk).abs() < 1e-12);
        assert!((loss - (-(risk + 2.0) - 1.0 - 0.001 * (998.0 - risk)) / risk).abs() < 1e-12);
        assert!(payoff(&intent, f64::NAN, FeeRates::new(0.0, 0.0), 0).0.is_nan());
    }

    #[test]
    fn what_is_open_counts_at_its_mark() {
        let mut account = Account::new(Side::Buy);
        account.enter(Money::value(100, 3), Money::from_units(0.5));
        account.exit(Money::value(110, 1), Money::ZERO);
        assert_eq!(account.gross(Money::value(105, 2)), Money::value(20, 1));
        assert_eq!(account.net(Money::value(105, 2)), Money::from_units(19.5));
    }
}

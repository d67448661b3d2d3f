//! What a trade earned, in R: the one fee and payoff formula of ledger, labels and expectation.
//!
//! r = D(X-E)/R - (`f_E`*E + `f_X`*X)/R - D*sum(rate*mark)/R (`METHOD.md` 1.1 and 3.1). Prices are in ticks and amounts
//! in ticks x lots, so the value of a tick cancels.

use crate::tape::Side;

use super::Intent;

/// Fee rates of a venue; a negative rate is a rebate.
#[derive(Clone, Copy, Debug)]
pub struct FeeRates {
    /// Rate of a fill that provided liquidity.
    pub maker: f64,
    /// Rate of a fill that took it.
    pub taker: f64,
}

impl FeeRates {
    /// The rate of a fill.
    #[must_use]
    pub const fn of(&self, maker: bool) -> f64 {
        if maker { self.maker } else { self.taker }
    }

    /// The fee of a fill.
    #[must_use]
    pub fn fee(&self, maker: bool, price: i64, lots: i64) -> f64 {
        fee(self.of(maker), price as f64, lots as f64)
    }
}

fn fee(rate: f64, price: f64, lots: f64) -> f64 {
    rate * price * lots
}

/// The money of one trade, leg by leg.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    side: f64,
    risk: f64,
    entry_value: f64,
    exit_value: f64,
    exit_lots: f64,
    fees: f64,
    funding: f64,
}

impl Account {
    /// An empty account of a trade that risks `risk`.
    #[must_use]
    pub fn new(side: Side, risk: f64) -> Self {
        let side = side.sign() as f64;
        Self { side, risk, entry_value: 0.0, exit_value: 0.0, exit_lots: 0.0, fees: 0.0, funding: 0.0 }
    }

    /// Books an entry fill.
    pub fn enter(&mut self, price: f64, lots: f64, fee: f64) {
        self.entry_value += price * lots;
        self.fees += fee;
    }

    /// Books an exit fill.
    pub fn exit(&mut self, price: f64, lots: f64, fee: f64) {
        self.exit_value += price * lots;
        self.exit_lots += lots;
        self.fees += fee;
    }

    /// Books funding: the sum of rate x mark over the stamps passed; longs pay positive rates.
    pub fn fund(&mut self, rate_times_mark: f64, lots: f64) {
        self.funding += self.side * rate_times_mark * lots;
    }

    /// Mean exit price.
    #[must_use]
    pub fn exit_price(&self) -> f64 {
        self.exit_value / self.exit_lots
    }

    /// Profit before costs, in R, once as much was sold as bought.
    #[must_use]
    pub fn gross_r(&self) -> f64 {
        self.side * (self.exit_value - self.entry_value) / self.risk
    }

    /// Fees and funding, in R.
    #[must_use]
    pub fn fee_r(&self) -> f64 {
        (self.fees + self.funding) / self.risk
    }

    /// Profit after costs, in R.
    #[must_use]
    pub fn net_r(&self) -> f64 {
        self.gross_r() - self.fee_r()
    }
}

/// Net result in R of one unit bought and sold once; `funding` is the sum of rate x mark.
#[must_use]
pub fn net_r(side: Side, entry: f64, exit: f64, risk: f64, rates: (f64, f64), funding: f64) -> f64 {
    let mut account = Account::new(side, risk);
    account.enter(entry, 1.0, fee(rates.0, entry, 1.0));
    account.exit(exit, 1.0, fee(rates.1, exit, 1.0));
    account.fund(funding, 1.0);
    account.net_r()
}

/// What `intent` earns in R, filled whole at `entry`: (at its target, at its stop after slippage).
#[must_use]
pub fn payoff(intent: &Intent, entry: f64, rates: FeeRates, slippage_ticks: i64) -> (f64, f64) {
    let sign = intent.side.sign() as f64;
    let target = entry + sign * intent.target_distance as f64;
    let stop = entry - sign * (intent.stop_distance + slippage_ticks) as f64;
    let leave = |exit: f64, maker: bool| {
        let lots = intent.lots as f64;
        let mut account = Account::new(intent.side, intent.risk());
        account.enter(entry, lots, fee(rates.of(intent.is_maker()), entry, lots));
        account.exit(exit, lots, fee(rates.of(maker), exit, lots));
        account.net_r()
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
    }

    #[test]
    fn fees_follow_the_role_of_each_leg() {
        let intent = Intent { limit: 0, ..Intent::sample(Side::Buy) };
        let rates = FeeRates { maker: 0.0, taker: 0.001 };
        let (win, loss) = payoff(&intent, 1000.0, rates, 2);
        let risk = intent.stop_distance as f64;
        let target = intent.target_distance as f64;
        assert!((win - (target - 1.0) / risk).abs() < 1e-12);
        assert!((loss - (-(risk + 2.0) - 1.0 - 0.001 * (998.0 - risk)) / risk).abs() < 1e-12);
    }
}

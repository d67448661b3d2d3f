//! The books of one trade: its executions, its funding and the prices it saw, from which all its money follows.
//!
//! Everything is computed from the set of what happened, so that the order in which it was heard of does not matter.

use serde::{Deserialize, Serialize};

use super::costs::Account;
use super::message::{Fill, FundingStamp};
use super::trade_row::{ExitReason, TradeRow};
use super::{Intent, Money};
use crate::tape::{PriceRange, Side};

/// One execution, with lots that are negative where they leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Leg {
    lots: i64,
    fill: Fill,
}

/// Executions, funding stamps and prices seen while open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    side: Side,
    lots: i64,
    first_entry: Option<Fill>,
    legs: Vec<Leg>,
    stamps: Vec<FundingStamp>,
    seen: PriceRange,
}

impl Books {
    pub const fn new(side: Side) -> Self {
        Self {
            side,
            lots: 0,
            first_entry: None,
            legs: Vec::new(),
            stamps: Vec::new(),
            seen: PriceRange::NONE,
        }
    }

    /// Open lots; negative while an exit is known whose entry is not yet.
    pub const fn lots(&self) -> i64 {
        self.lots
    }

    pub fn enter(&mut self, fill: &Fill) {
        self.add(fill.lots, fill);
        if self.first_entry.is_none_or(|first| fill.cumulative < first.cumulative) {
            self.first_entry = Some(*fill);
        }
    }

    pub fn exit(&mut self, fill: &Fill) {
        self.add(-fill.lots, fill);
    }

    fn add(&mut self, lots: i64, fill: &Fill) {
        self.lots += lots;
        self.legs.push(Leg { lots, fill: *fill });
    }

    /// Notes a funding stamp, once.
    pub fn fund(&mut self, stamp: &FundingStamp) {
        if !self.stamps.iter().any(|known| known.ts_us == stamp.ts_us) {
            self.stamps.push(*stamp);
        }
    }

    /// Notes prints while the position is open.
    pub fn observe(&mut self, prices: PriceRange) {
        if self.lots > 0 {
            self.seen = self.seen.widened(prices);
        }
    }

    /// The first execution of the entry, so far as is known.
    pub const fn first_entry(&self) -> Option<&Fill> {
        self.first_entry.as_ref()
    }

    fn last_exit(&self) -> Option<&Fill> {
        let exits = self.legs.iter().filter(|leg| leg.lots < 0);
        exits.map(|leg| &leg.fill).max_by_key(|fill| (fill.ts_us, fill.row, fill.execution))
    }

    /// The money of it all.
    pub fn account(&self) -> Account {
        let mut account = Account::new(self.side);
        for Leg { lots, fill } in &self.legs {
            let value = Money::value(fill.price, fill.lots);
            if *lots > 0 { account.enter(value, fill.fee) } else { account.exit(value, fill.fee) }
        }
        for stamp in &self.stamps {
            account.fund(stamp.rate, Money::value(stamp.mark, self.lots_before(stamp.ts_us)));
        }
        account
    }

    // What was entered before `ts_us` and had not left before it.
    fn lots_before(&self, ts_us: i64) -> i64 {
        self.legs.iter().filter(|leg| leg.fill.ts_us < ts_us).map(|leg| leg.lots).sum()
    }

    /// The finished trade, `None` where nothing was ever filled.
    pub fn summary(&self, intent: usize, terms: &Intent, reason: ExitReason) -> Option<TradeRow> {
        let (first, last, account) = (self.first_entry()?, self.last_exit()?, self.account());
        let lots: i64 = self.legs.iter().map(|leg| leg.lots.max(0)).sum();
        let excursion =
            |price: i64| (self.side.sign() * (price - first.price)) as f64 / terms.stop_distance as f64;
        let PriceRange { low, high } = self.seen.widened(PriceRange::at(first.price));
        let in_r = |money: Money| money.units() / terms.risk();
        Some(TradeRow {
            intent,
            side: self.side as i8,
            entry_ts_us: first.ts_us,
            exit_ts_us: last.ts_us,
            entry_row: first.row,
            exit_row: last.row,
            entry_ticks: account.entered().units() / lots as f64,
            exit_ticks: account.left().units() / lots as f64,
            lots,
            reason,
            gross_r: in_r(account.gross(Money::ZERO)),
            fee_r: in_r(account.fees),
            funding_r: in_r(account.funding),
            net_r: in_r(account.net(Money::ZERO)),
            mae_r: excursion(low).min(excursion(high)),
            mfe_r: excursion(low).max(excursion(high)),
        })
    }
}

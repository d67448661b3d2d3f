//! The account after every fill and funding stamp, marked at its price.
//!
//! Between two rows the account is worth `cash + lots x price`, and in R `cash_r + lots_r x price`: enough to mark it at
//! any time from the tape.

use crate::engine::{Fill, FundingStamp, Money};

/// The account after a fill or a funding stamp. Amounts in ticks x lots, and in R where the name says so.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the columns of the ledger say what they are
pub struct EquityRow {
    pub ts_us: i64,
    /// Row of the print on the tape, `None` for a funding stamp.
    pub row: Option<usize>,
    /// Price of the print's fill, or the stamp's mark.
    pub mark_ticks: i64,
    /// Net position, long positive.
    pub lots: i64,
    /// The position as a share of its trades' risk: what a tick moves it, in R.
    pub lots_r: f64,
    pub cash: f64,
    pub cash_r: f64,
    /// Fees paid so far.
    pub fees: f64,
    /// Funding paid so far.
    pub funding: f64,
    /// Worth of the account, what is open at the mark.
    pub equity: f64,
    pub equity_r: f64,
}

/// The account.
#[derive(Clone, Debug, Default)]
pub struct Equity {
    cash: Money,
    fees: Money,
    funding: Money,
    /// Intents with open lots, long positive, and their risks.
    open: Vec<(usize, i64, f64)>,
    cash_r: f64,
}

impl Equity {
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub const fn cash(&self) -> Money {
        self.cash
    }

    /// Books a fill of an intent that risks `risk`.
    pub fn fill(&mut self, fill: &Fill, risk: f64) -> EquityRow {
        let paid = Money::value(fill.price, fill.lots).signed(fill.side.sign()) + fill.fee;
        self.cash -= paid;
        self.cash_r -= paid.units() / risk;
        self.fees += fill.fee;
        let (intent, lots) = (fill.id.intent(), fill.side.sign() * fill.lots);
        match self.open.iter_mut().find(|(row, ..)| *row == intent) {
            Some((_, held, _)) => *held += lots,
            None => self.open.push((intent, lots, risk)),
        }
        self.open.retain(|(_, held, _)| *held != 0);
        self.row(fill.ts_us, Some(fill.row), fill.price)
    }

    /// Books a funding stamp.
    pub fn fund(&mut self, stamp: &FundingStamp) -> EquityRow {
        for (_, held, risk) in &self.open {
            let paid = stamp.rate.of(Money::value(stamp.mark, *held));
            self.cash -= paid;
            self.funding += paid;
            self.cash_r -= paid.units() / risk;
        }
        self.row(stamp.ts_us, None, stamp.mark)
    }

    fn row(&self, ts_us: i64, row: Option<usize>, mark_ticks: i64) -> EquityRow {
        let lots = self.open.iter().map(|(_, held, _)| held).sum();
        let lots_r: f64 = self.open.iter().map(|(_, held, risk)| *held as f64 / risk).sum();
        EquityRow {
            ts_us,
            row,
            mark_ticks,
            lots,
            lots_r,
            cash: self.cash.units(),
            cash_r: self.cash_r,
            fees: self.fees.units(),
            funding: self.funding.units(),
            equity: (self.cash + Money::value(mark_ticks, lots)).units(),
            equity_r: self.cash_r + lots_r * mark_ticks as f64,
        }
    }
}

//! Every order, fill, trade and passed-over verdict of a run, and what the account was worth after each of them.

use crate::engine::{
    Command, Event, Fill, FundingStamp, Money, Order, OrderId, OrderKind, OrderStatus, SkipReason, Terms,
    TradeRow,
};
use crate::tape::Side;

use super::equity::{Equity, EquityRow};

/// An order's life. Price and size are those it had last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the columns of the ledger say what they are
pub struct OrderRow {
    pub order_id: OrderId,
    pub kind: OrderKind,
    pub side: Side,
    /// Limit or trigger, 0 at market.
    pub price_ticks: i64,
    pub qty_lots: i64,
    pub filled_lots: i64,
    pub submitted_us: i64,
    pub status: OrderStatus,
    /// A code of the venue's reasons, 0 where it was not rejected.
    pub reject_reason: i8,
    pub closed_us: i64,
    /// How often it was amended.
    pub amends: i64,
}

/// An execution.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct FillRow {
    pub order_id: OrderId,
    pub execution_id: u64,
    pub side: Side,
    pub ts_us: i64,
    /// Row of the print on the tape.
    pub row: usize,
    pub price_ticks: i64,
    pub lots: i64,
    pub maker: bool,
    pub fee_r: f64,
}

/// A verdict that led to no order.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct SkipRow {
    pub intent: usize,
    pub reason: SkipReason,
}

/// What happened in a run, in order.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Ledger {
    pub orders: Vec<OrderRow>,
    pub fills: Vec<FillRow>,
    pub trades: Vec<TradeRow>,
    pub skips: Vec<SkipRow>,
    pub equity: Vec<EquityRow>,
    account: Equity,
    /// Rows and risks of the intents that were heard of.
    risks: Vec<(usize, f64)>,
}

impl Ledger {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.orders.clear();
        self.fills.clear();
        self.trades.clear();
        self.skips.clear();
        self.equity.clear();
        self.account.clear();
        self.risks.clear();
    }

    /// What all fills and funding left in the wallet, which began empty.
    #[must_use]
    pub fn cash(&self) -> Money {
        self.account.cash()
    }

    /// Takes note of an intent's risk.
    pub fn note_risk(&mut self, intent: usize, risk: f64) {
        self.risks.push((intent, risk));
    }

    /// Notes a command sent at `sent_us`.
    pub fn send(&mut self, sent_us: i64, command: &Command) {
        match command {
            Command::Place(order) => self.place(sent_us, order),
            Command::Amend(amendment) => {
                // One that crosses the order's end comes too late.
                let row = self.find(amendment.id).filter(|row| row.status == OrderStatus::Open);
                if let Some(row) = row {
                    row.price_ticks = amendment.terms.price();
                    row.qty_lots = amendment.lots;
                    row.amends += 1;
                }
            }
            Command::Cancel { .. } => {}
        }
    }

    fn place(&mut self, sent_us: i64, order: &Order) {
        self.orders.push(OrderRow {
            order_id: order.id,
            kind: order.kind,
            side: order.side,
            price_ticks: order.terms.price(),
            qty_lots: order.lots,
            filled_lots: 0,
            submitted_us: sent_us,
            status: OrderStatus::Open,
            reject_reason: 0,
            closed_us: i64::MAX,
            amends: 0,
        });
    }

    /// Notes what the venue said at `now_us`.
    pub fn note(&mut self, now_us: i64, event: &Event) {
        match event {
            Event::Filled(fill) => self.fill(now_us, fill),
            Event::Rejected { id, reason } => {
                self.end(now_us, *id, OrderStatus::Rejected);
                if let Some(row) = self.find(*id) {
                    row.reject_reason = *reason as i8;
                }
            }
            Event::Cancelled { id, .. } => self.end(now_us, *id, OrderStatus::Cancelled),
            Event::Funding(stamp) => self.fund(stamp),
            Event::Verdict { .. }
            | Event::Trade { .. }
            | Event::Accepted { .. }
            | Event::Triggered { .. }
            | Event::Clock => {}
        }
    }

    fn fill(&mut self, now_us: i64, fill: &Fill) {
        if fill.id == OrderId::liquidation(fill.id.intent()) {
            self.note_liquidation(now_us, fill);
        }
        let risk = self.risk_of(fill.id.intent());
        if let Some(order) = self.find(fill.id) {
            order.filled_lots = fill.cumulative;
        }
        self.fills.push(FillRow {
            order_id: fill.id,
            execution_id: fill.execution,
            side: fill.side,
            ts_us: fill.ts_us,
            row: fill.row,
            price_ticks: fill.price,
            lots: fill.lots,
            maker: fill.maker,
            fee_r: fill.fee.units() / risk,
        });
        if fill.left == 0 {
            self.end(now_us, fill.id, OrderStatus::Filled);
        }
        self.equity.push(self.account.fill(fill, risk));
    }

    // The venue's own order was never sent.
    fn note_liquidation(&mut self, now_us: i64, fill: &Fill) {
        let (id, kind, terms, lots) = (fill.id, OrderKind::Liquidation, Terms::Market, fill.lots);
        self.place(now_us, &Order { id, kind, side: fill.side, terms, lots, armed: true });
    }

    fn fund(&mut self, stamp: &FundingStamp) {
        self.equity.push(self.account.fund(stamp));
    }

    // Open orders are among the last.
    fn find(&mut self, id: OrderId) -> Option<&mut OrderRow> {
        self.orders.iter_mut().rev().find(|order| order.order_id == id)
    }

    fn end(&mut self, now_us: i64, id: OrderId, status: OrderStatus) {
        if let Some(order) = self.find(id) {
            order.status = status;
            order.closed_us = now_us;
        }
    }

    fn risk_of(&self, intent: usize) -> f64 {
        self.risks.iter().rev().find(|(row, _)| *row == intent).map_or(f64::NAN, |(_, risk)| *risk)
    }
}

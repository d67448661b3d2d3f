//! Every order, fill, trade and passed-over verdict of a run.

use crate::engine::{Event, Fill, Order, OrderId, OrderKind, SkipReason, TradeRow};

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum OrderStatus {
    /// Not yet.
    Open = 0,
    /// Nothing of it is left.
    Filled = 1,
    /// Expired, withdrawn, or nothing left to reduce; what was filled stays.
    Cancelled = 2,
    /// Post-only, and would have taken.
    Rejected = 3,
}

/// An order's life.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // the columns of the ledger say what they are
pub struct OrderRow {
    pub order_id: OrderId,
    pub intent: usize,
    pub kind: OrderKind,
    pub side: i8,
    /// Limit or trigger, 0 at market.
    pub price_ticks: i64,
    pub qty_lots: i64,
    pub submitted_us: i64,
    pub status: OrderStatus,
    pub closed_us: i64,
}

/// An execution.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct FillRow {
    pub order_id: OrderId,
    pub intent: usize,
    pub ts_us: i64,
    /// Row of the print on the tape.
    pub row: usize,
    pub price_ticks: i64,
    pub lots: i64,
    pub maker: bool,
    pub fee_r: f64,
}

/// A verdict that led to no order.
#[derive(Clone, Copy, Debug)]
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
}

impl Ledger {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.orders.clear();
        self.fills.clear();
        self.trades.clear();
        self.skips.clear();
    }

    /// Notes an order sent at `now_us`.
    pub fn place(&mut self, now_us: i64, order: &Order) {
        self.orders.push(OrderRow {
            order_id: order.id,
            intent: order.intent,
            kind: order.kind,
            side: order.side as i8,
            price_ticks: order.terms.price(),
            qty_lots: order.lots,
            submitted_us: now_us,
            status: OrderStatus::Open,
            closed_us: i64::MAX,
        });
    }

    /// Notes what the venue said at `now_us`; `risk` is the R of the running trade.
    pub fn note(&mut self, now_us: i64, event: &Event, risk: f64) {
        match event {
            Event::Filled(fill) => {
                self.fills.push(fill_row(fill, risk));
                if fill.left == 0 {
                    self.end(now_us, fill.id, OrderStatus::Filled);
                }
            }
            Event::Rejected(id) => self.end(now_us, *id, OrderStatus::Rejected),
            Event::Cancelled(id) => self.end(now_us, *id, OrderStatus::Cancelled),
        }
    }

    // Open orders are among the last.
    fn end(&mut self, now_us: i64, id: OrderId, status: OrderStatus) {
        if let Some(order) = self.orders.iter_mut().rev().find(|order| order.order_id == id) {
            order.status = status;
            order.closed_us = now_us;
        }
    }
}

fn fill_row(fill: &Fill, risk: f64) -> FillRow {
    FillRow {
        order_id: fill.id,
        intent: fill.intent,
        ts_us: fill.ts_us,
        row: fill.row,
        price_ticks: fill.price,
        lots: fill.lots,
        maker: fill.maker,
        fee_r: fill.fee / risk,
    }
}

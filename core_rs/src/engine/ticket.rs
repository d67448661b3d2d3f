//! An order as the trader knows it.
//!
//! ```text
//!  Sent ──accepted──> Working ──amend──> Amending ──accepted──> Working
//!    └───────┬───────────┴───────┬───────────┘
//!          cancel              (any) filled whole, cancelled, rejected
//!            v                   v
//!       Cancelling ──────────> Ended, once and for all; settled when every lot filled until then is booked
//! ```
//!
//! A fill is the stretch of lots `(cumulative - lots, cumulative]` of its order. A stretch is booked once, whenever
//! and however often it is heard of.

use serde::{Deserialize, Serialize};

use super::message::{Amendment, Command, Fill};
use super::order::{Order, OrderStatus, Terms};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Stage {
    Sent,
    Working,
    Amending,
    Cancelling,
    Ended { status: OrderStatus, filled: i64 },
}

/// An order with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// As last sent or amended.
    pub order: Order,
    version: u16,
    stage: Stage,
    /// Lots booked without a gap from the first on.
    booked: i64,
    /// Stretches beyond a gap: (from, to].
    early: Vec<(i64, i64)>,
}

impl Ticket {
    /// An order just sent; the venue has an armed one already.
    pub const fn new(order: Order) -> Self {
        let stage = if order.armed { Stage::Working } else { Stage::Sent };
        Self { order, version: 0, stage, booked: 0, early: Vec::new() }
    }

    /// Lots booked.
    pub fn filled(&self) -> i64 {
        self.booked + self.early.iter().map(|(from, to)| to - from).sum::<i64>()
    }

    /// Lots that may still fill.
    pub fn rest(&self) -> i64 {
        if self.is_open() { self.order.lots - self.filled() } else { 0 }
    }

    /// Lots that it filled before it ended in executions that were not yet heard of.
    pub fn missing(&self) -> i64 {
        match self.stage {
            Stage::Ended { filled, .. } => (filled - self.filled()).max(0),
            _ => 0,
        }
    }

    /// Whether it can fill, so far as is known.
    pub const fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Ended { .. })
    }

    /// Whether it can fill and is not to be taken back.
    pub const fn is_wanted(&self) -> bool {
        matches!(self.stage, Stage::Sent | Stage::Working | Stage::Amending)
    }

    /// Whether the venue has it as it was last sent.
    pub const fn is_resting(&self) -> bool {
        matches!(self.stage, Stage::Working)
    }

    /// Whether it ended and everything it did is booked.
    pub fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Ended { filled, .. } if self.filled() >= filled)
    }

    /// Whether it was refused.
    pub const fn is_rejected(&self) -> bool {
        matches!(self.stage, Stage::Ended { status: OrderStatus::Rejected, .. })
    }

    /// The venue has the order, or its amendment of this version.
    pub fn accept(&mut self, version: u16) {
        if matches!(self.stage, Stage::Sent | Stage::Amending) && version == self.version {
            self.stage = Stage::Working;
        }
    }

    /// Takes in an execution; whether it was news.
    pub fn book(&mut self, fill: &Fill) -> bool {
        let (from, to) = (fill.cumulative - fill.lots, fill.cumulative);
        let known = from < self.booked || self.early.iter().any(|&(start, end)| from < end && start < to);
        if known || from >= to {
            return false;
        }
        self.early.push((from, to));
        while let Some(next) = self.early.iter().position(|&(start, _)| start == self.booked) {
            self.booked = self.early.swap_remove(next).1;
        }
        self.early.sort_unstable();
        if fill.left == 0 {
            self.end(OrderStatus::Filled, fill.cumulative);
        }
        true
    }

    /// The order is over, `filled` lots of it filled; the first end holds.
    pub const fn end(&mut self, status: OrderStatus, filled: i64) {
        if self.is_open() {
            self.stage = Stage::Ended { status, filled };
        }
    }

    /// Takes back what is left.
    pub fn cancel(&mut self) -> Option<Command> {
        self.is_wanted().then(|| {
            self.stage = Stage::Cancelling;
            Command::Cancel { id: self.order.id, armed: self.order.armed }
        })
    }

    /// Makes terms and size what they should be.
    pub fn amend(&mut self, terms: Terms, lots: i64) -> Option<Command> {
        let is_so = self.order.terms == terms && self.order.lots == lots;
        (self.is_wanted() && !is_so).then(|| {
            self.order = Order { terms, lots, ..self.order };
            self.version += 1;
            if !self.order.armed {
                self.stage = Stage::Amending;
            }
            let (id, version, armed) = (self.order.id, self.version, self.order.armed);
            Command::Amend(Amendment { id, terms, lots, version, armed })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Money, OrderId, OrderKind};
    use crate::tape::Side;

    fn ticket(lots: i64) -> Ticket {
        let (id, kind, side) = (OrderId::new(0, 0), OrderKind::Entry, Side::Buy);
        Ticket::new(Order { id, kind, side, terms: Terms::Limit(100), lots, armed: false })
    }

    fn fill(lots: i64, cumulative: i64, left: i64) -> Fill {
        let (id, execution, fee) = (OrderId::new(0, 0), 0, Money::ZERO);
        Fill {
            id,
            execution,
            ts_us: 0,
            row: 0,
            side: Side::Buy,
            price: 100,
            lots,
            cumulative,
            left,
            maker: true,
            fee,
            queue: 0,
        }
    }

    #[test]
    fn fills_in_any_order_and_number_are_booked_once() {
        let mut ticket = ticket(6);
        assert!(ticket.book(&fill(1, 6, 0)));
        assert!(ticket.book(&fill(2, 5, 1)));
        assert!(!ticket.book(&fill(2, 5, 1)));
        assert!(!ticket.is_settled() && !ticket.is_open());
        assert!(ticket.book(&fill(3, 3, 3)));
        assert!(!ticket.book(&fill(3, 3, 3)) && !ticket.book(&fill(1, 6, 0)));
        assert_eq!((ticket.filled(), ticket.is_settled(), ticket.early.len()), (6, true, 0));
    }

    #[test]
    fn a_cancelled_order_waits_for_the_fills_it_had() {
        let mut ticket = ticket(6);
        assert!(ticket.cancel().is_some() && ticket.cancel().is_none());
        ticket.end(OrderStatus::Cancelled, 2);
        ticket.end(OrderStatus::Filled, 6);
        ticket.accept(0);
        assert!(!ticket.is_settled());
        assert!(ticket.book(&fill(2, 2, 4)));
        assert!(ticket.is_settled() && !ticket.is_rejected());
    }

    #[test]
    fn only_the_answer_to_the_last_amendment_counts() {
        let mut ticket = ticket(6);
        ticket.accept(0);
        assert!(ticket.is_resting());
        assert!(ticket.amend(Terms::Limit(100), 6).is_none());
        assert!(ticket.amend(Terms::Limit(101), 6).is_some());
        ticket.accept(0);
        assert!(!ticket.is_resting() && ticket.is_wanted());
        ticket.accept(1);
        assert!(ticket.is_resting());
    }
}

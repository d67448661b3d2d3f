//! One running trade: its orders, its position and the way out of it.
//!
//! After whatever happened, `settle` makes the orders what they should be: a stop and a target of the size of the
//! position at their distances from the first execution, or, on the way out, a stop and the lots at market. So there
//! is one rule for the first filled lot, for partial fills of entry and exits, and for lots that come late.

use serde::{Deserialize, Serialize};

use super::books::Books;
use super::message::{Command, Fill, FundingStamp, Outbox, Record};
use super::order::{Order, OrderId, OrderKind, OrderStatus, RejectReason, Terms};
use super::ticket::Ticket;
use super::trade_row::ExitReason;
use super::{Intent, Money};
use crate::tape::{PriceRange, Side};

/// Where a trade stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// The entry works, nothing is filled.
    Working,
    /// A position with its bracket; the entry may still work.
    Open,
    /// On the way out, for this reason.
    Closing(ExitReason),
}

/// The trade that an intent became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// Row of the intent.
    pub row: usize,
    pub intent: Intent,
    phase: Phase,
    entry: Ticket,
    exits: Vec<Ticket>,
    books: Books,
    /// Reason of the last exit, and of the one that first left it flat.
    way_out: Option<ExitReason>,
    ended: Option<ExitReason>,
    /// The venue takes no stop for it.
    unguarded: bool,
    /// The best price of the entry's side from which its limit keeps its distance.
    peg: i64,
}

impl Deal {
    /// Sends the entry; `best` is the last price seen on its side of the book.
    pub fn open(row: usize, intent: Intent, best: Option<i64>, out: &mut Outbox) -> Self {
        let terms = if intent.is_maker() { Terms::Limit(intent.limit) } else { Terms::Market };
        let (id, kind) = (OrderId::new(row, 0), OrderKind::Entry);
        let order = Order { id, kind, side: intent.side, terms, lots: intent.lots, armed: false };
        out.commands.push(Command::Place(order));
        Self {
            row,
            intent,
            phase: Phase::Working,
            entry: Ticket::new(order),
            exits: Vec::new(),
            books: Books::new(intent.side),
            way_out: None,
            ended: None,
            unguarded: false,
            peg: best.unwrap_or(intent.limit),
        }
    }

    /// Open position, long positive.
    pub fn position(&self) -> i64 {
        self.intent.side.sign() * self.books.lots()
    }

    pub const fn is_closing(&self) -> bool {
        matches!(self.phase, Phase::Closing(_))
    }

    /// Profit after costs so far, the open lots at `mark` ticks.
    pub fn net(&self, mark: i64) -> Money {
        self.books.account().net(Money::value(mark, self.books.lots()))
    }

    /// When it next wants the clock.
    pub fn next_us(&self) -> i64 {
        let expiry_us = if self.entry.is_wanted() { self.intent.expires_us() } else { i64::MAX };
        match self.phase {
            Phase::Working => expiry_us,
            Phase::Open => expiry_us.min(self.deadline_us()),
            Phase::Closing(_) => i64::MAX,
        }
    }

    fn deadline_us(&self) -> i64 {
        self.books.first_entry().map_or(i64::MAX, |fill| fill.ts_us.saturating_add(self.intent.hold_us))
    }

    /// Lets pass what falls due until `now_us`.
    pub fn on_clock(&mut self, now_us: i64, out: &mut Outbox) {
        if self.phase == Phase::Open && self.deadline_us() <= now_us {
            self.close(ExitReason::Time, out);
        } else if self.intent.expires_us() <= now_us {
            self.withdraw(out);
        }
    }

    /// Notes prints while the position is open.
    pub fn observe(&mut self, prices: PriceRange) {
        self.books.observe(prices);
    }

    /// The prices that cannot move the entry.
    pub fn quiet_band(&self) -> PriceRange {
        if !self.can_repeg() {
            return PriceRange::ALL;
        }
        let trigger = self.peg + self.intent.side.sign() * self.intent.repeg;
        match self.intent.side {
            Side::Buy => PriceRange::between(i64::MIN, trigger),
            Side::Sell => PriceRange::between(trigger, i64::MAX),
        }
    }

    fn can_repeg(&self) -> bool {
        self.phase == Phase::Working
            && self.intent.repeg > 0
            && self.intent.is_maker()
            && self.entry.is_resting()
    }

    /// Follows the best price of its side where that has moved away far enough: the limit keeps its distance.
    pub fn repeg(&mut self, best: Option<i64>, out: &mut Outbox) {
        let Some(best) = best.filter(|_| self.can_repeg()) else { return };
        let away = best - self.peg;
        if self.intent.side.sign() * away >= self.intent.repeg {
            self.peg = best;
            let limit = Terms::Limit(self.entry.order.terms.price() + away);
            out.commands.extend(self.entry.amend(limit, self.entry.order.lots));
        }
    }

    /// Notes a funding stamp.
    pub fn fund(&mut self, stamp: &FundingStamp) {
        self.books.fund(stamp);
    }

    fn ticket(&mut self, id: OrderId) -> Option<&mut Ticket> {
        std::iter::once(&mut self.entry).chain(&mut self.exits).find(|ticket| ticket.order.id == id)
    }

    pub fn on_accepted(&mut self, id: OrderId, version: u16) {
        if let Some(ticket) = self.ticket(id) {
            ticket.accept(version);
        }
    }

    /// What is left of an order is gone.
    pub fn on_cancelled(&mut self, id: OrderId, filled: i64, out: &mut Outbox) {
        if let Some(ticket) = self.ticket(id).filter(|ticket| ticket.is_open()) {
            ticket.end(OrderStatus::Cancelled, filled);
            self.settle(out);
        }
    }

    /// An order was refused. Nothing is sent again for that: where there was nothing to reduce, fills are on their way;
    /// and a position whose stop is refused for another reason is left.
    pub fn on_rejected(&mut self, id: OrderId, reason: RejectReason, out: &mut Outbox) {
        let Some(ticket) = self.ticket(id).filter(|ticket| ticket.is_open()) else { return };
        ticket.end(OrderStatus::Rejected, 0);
        if ticket.order.kind == OrderKind::Stop && reason != RejectReason::Reduce && !self.unguarded {
            self.unguarded = true;
            self.close(ExitReason::Stop, out);
        }
    }

    pub fn on_fill(&mut self, fill: &Fill, out: &mut Outbox) {
        if fill.id == OrderId::liquidation(self.row) && self.ticket(fill.id).is_none() {
            self.note_liquidation(fill);
        }
        let Some(ticket) = self.ticket(fill.id) else { return };
        let kind = ticket.order.kind;
        if !ticket.book(fill) {
            return;
        }
        match kind {
            OrderKind::Entry => self.on_entry(fill),
            _ => self.on_exit(fill, kind, out),
        }
        self.conclude();
        self.settle(out);
    }

    // The venue's own order has no ticket until it is heard of.
    fn note_liquidation(&mut self, fill: &Fill) {
        let (kind, terms, lots) = (OrderKind::Liquidation, Terms::Market, fill.cumulative + fill.left);
        self.exits.push(Ticket::new(Order { id: fill.id, kind, side: fill.side, terms, lots, armed: true }));
    }

    fn on_entry(&mut self, fill: &Fill) {
        self.books.enter(fill);
        if self.phase == Phase::Working {
            self.phase = Phase::Open;
        }
    }

    // A stop that has begun to fill is the way out; a target may yet fill no further.
    fn on_exit(&mut self, fill: &Fill, kind: OrderKind, out: &mut Outbox) {
        self.books.exit(fill);
        self.withdraw(out);
        let reason = match (kind, self.phase) {
            (OrderKind::Target, _) => ExitReason::Target,
            (OrderKind::Stop, _) => ExitReason::Stop,
            (OrderKind::Liquidation, _) => ExitReason::Liquidated,
            (_, Phase::Closing(reason)) => reason,
            _ => ExitReason::Time,
        };
        self.way_out = Some(reason);
        if kind != OrderKind::Target && !self.is_closing() {
            self.phase = Phase::Closing(reason);
        }
    }

    // A position that is flat again is on its way out for the reason that made it so.
    fn conclude(&mut self) {
        if let Some(reason) = self.way_out.filter(|_| self.books.lots() == 0) {
            self.ended.get_or_insert(reason);
            if !self.is_closing() {
                self.phase = Phase::Closing(reason);
            }
        }
    }

    /// Withdraws what still works and leaves with what is open.
    pub fn close(&mut self, reason: ExitReason, out: &mut Outbox) {
        self.withdraw(out);
        self.phase = Phase::Closing(reason);
        self.settle(out);
    }

    fn withdraw(&mut self, out: &mut Outbox) {
        out.commands.extend(self.entry.cancel());
    }

    // Makes the orders what they should be.
    fn settle(&mut self, out: &mut Outbox) {
        let gone: i64 = self.exits.iter().map(Ticket::missing).sum();
        let open = (self.books.lots() - gone).max(0);
        let Some(anchor) = self.books.first_entry().map(|fill| fill.price) else { return };
        let sign = self.intent.side.sign();
        let stop = Terms::Stop(anchor - sign * self.intent.stop_distance);
        let target = Terms::Limit(anchor + sign * self.intent.target_distance);
        self.fit(OrderKind::Stop, stop, open, open > 0 && !self.unguarded, out);
        let aimed = if self.is_closing() { 0 } else { open };
        self.fit(OrderKind::Target, target, aimed, aimed > 0, out);
        if let Phase::Closing(reason) = self.phase {
            self.leave(reason, open, out);
        }
    }

    // The order of this kind, sent, amended or cancelled so that it covers `open` lots.
    fn fit(&mut self, kind: OrderKind, terms: Terms, open: i64, is_due: bool, out: &mut Outbox) {
        let mut wanted = self.exits.iter_mut().filter(|ticket| ticket.is_wanted());
        match wanted.find(|ticket| ticket.order.kind == kind) {
            Some(ticket) if open == 0 => out.commands.extend(ticket.cancel()),
            Some(ticket) => {
                let lots = ticket.filled() + open;
                out.commands.extend(ticket.amend(terms, lots));
            }
            None if is_due => self.send(kind, terms, open, true, out),
            None => {}
        }
    }

    // Sends out at market what no order is already taking out.
    fn leave(&mut self, reason: ExitReason, open: i64, out: &mut Outbox) {
        let is_taking = |ticket: &&Ticket| match ticket.order.kind {
            OrderKind::Market => true,
            // At the end of the tape there are no further prints for it to take.
            OrderKind::Stop => ticket.filled() > 0 && reason != ExitReason::End,
            _ => false,
        };
        let taking: i64 = self.exits.iter().filter(is_taking).map(Ticket::rest).sum();
        if taking < open {
            let foreseen = matches!(reason, ExitReason::Time | ExitReason::End);
            self.send(OrderKind::Market, Terms::Market, open - taking, foreseen, out);
        }
    }

    fn send(&mut self, kind: OrderKind, terms: Terms, lots: i64, armed: bool, out: &mut Outbox) {
        let id = OrderId::new(self.row, self.exits.len() as u16 + 1);
        let order = Order { id, kind, side: self.intent.exit_side(), terms, lots, armed };
        self.exits.push(Ticket::new(order));
        out.commands.push(Command::Place(order));
    }

    /// What it leaves for the ledger, once its position is flat and all its orders have ended.
    pub fn result(&self) -> Option<Record> {
        let is_over =
            self.books.lots() == 0 && std::iter::once(&self.entry).chain(&self.exits).all(Ticket::is_settled);
        let reason = self.ended.unwrap_or(ExitReason::End);
        is_over.then(|| match self.books.summary(self.row, &self.intent, reason) {
            Some(trade) => Record::Trade(trade),
            None => Record::NoTrade { intent: self.row, rejected: self.entry.is_rejected() },
        })
    }
}

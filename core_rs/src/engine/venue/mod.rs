//! The simulated venue: accepts commands, consumes prints, emits what happened to orders.
//!
//! It nets positions, as Bybit's one-way mode does. A bracket is attached to its entry (Bybit's `tpslMode` Partial):
//! it reduces no other trade's lots, and goes with the last of its own.

mod config;
mod holdings;
mod instruction;
mod matching;
mod open_order;
mod tests;

pub use config::{Depth, Margin, OrderRules, QueueAhead, VenueConfig};
pub use holdings::Holding;
use holdings::Holdings;
pub use instruction::{Approach, Crossing, Instruction};
use open_order::Entrance;
pub use open_order::OpenOrder;

use super::fees::Turnover;
use super::message::{Command, Event, FundingStamp};
use super::{Money, Order, OrderId, RejectReason, Terms};
use crate::tape::{PriceRange, Side};

/// The venue: open orders, holdings, the wallet, and the quotes that prints betray.
#[derive(Clone, Debug)]
pub struct Venue {
    config: VenueConfig,
    orders: Vec<OpenOrder>,
    holdings: Holdings,
    cash: Money,
    turnover: Turnover,
    executions: u64,
    next_row: usize,
    bid: Option<i64>,
    ask: Option<i64>,
}

impl Venue {
    /// A venue without orders or position.
    #[must_use]
    pub fn new(config: VenueConfig) -> Self {
        Self {
            config,
            orders: Vec::new(),
            holdings: Holdings::default(),
            cash: Money::ZERO,
            turnover: Turnover::default(),
            executions: 0,
            next_row: 0,
            bid: None,
            ask: None,
        }
    }

    /// Forgets everything but its configuration.
    pub fn reset(&mut self) {
        self.orders.clear();
        self.holdings.clear();
        self.cash = Money::ZERO;
        self.turnover = Turnover::default();
        self.executions = 0;
        self.place_at(0, None, None);
    }

    /// Its configuration.
    #[must_use]
    pub const fn config(&self) -> &VenueConfig {
        &self.config
    }

    /// Open orders, in matching order.
    #[must_use]
    pub fn orders(&self) -> &[OpenOrder] {
        &self.orders
    }

    /// The open order with this id.
    #[must_use]
    pub fn find(&self, id: OrderId) -> Option<&OpenOrder> {
        self.orders.iter().find(|open| open.order.id == id)
    }

    /// Net position in lots, long positive.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.holdings.position()
    }

    /// Lots that an intent, or another holding, has.
    #[must_use]
    pub fn held(&self, holding: usize) -> i64 {
        self.holdings.held(holding)
    }

    /// A holding, `None` where it is flat.
    #[must_use]
    pub fn holding(&self, name: usize) -> Option<&Holding> {
        self.holdings.find(name)
    }

    /// The price at which the positions of a side are closed for want of margin, `None` where there is none.
    #[must_use]
    pub fn bound(&self, side: Side) -> Option<i64> {
        self.holdings.bound(side, self.config.margin)
    }

    /// The last prices of sellers and of buyers.
    #[must_use]
    pub const fn quotes(&self) -> (Option<i64>, Option<i64>) {
        (self.bid, self.ask)
    }

    /// Changes the margin of positions from now on.
    pub const fn set_margin(&mut self, margin: Option<Margin>) {
        self.config.margin = margin;
    }

    /// What all fills and funding left in the wallet, which began empty.
    #[must_use]
    pub const fn cash(&self) -> Money {
        self.cash
    }

    /// Puts the venue before the print of `row`, with the last prints of each side before it: buyers lift the ask,
    /// sellers hit the bid.
    pub const fn place_at(&mut self, row: usize, bid: Option<i64>, ask: Option<i64>) {
        self.next_row = row;
        self.bid = bid;
        self.ask = ask;
    }

    /// Gives an intent, or another holding, a position that was opened elsewhere, at no fee.
    pub fn restore(&mut self, holding: usize, side: Side, lots: i64, price: i64) {
        self.holdings.enter(holding, side, lots, price);
        self.cash -= Money::value(price, lots).signed(side.sign());
    }

    /// Takes a command sent at `sent_us`; `ahead` are the lots that an order coming to rest finds at its price.
    pub fn execute(&mut self, sent_us: i64, command: &Command, ahead: i64, events: &mut Vec<Event>) {
        match *command {
            Command::Place(order) => self.submit(sent_us, order, Instruction::of(&order), ahead, events),
            Command::Amend(amendment) => {
                let at_us = self.arrival_us(sent_us, amendment.armed);
                if let Some(open) = self.orders.iter_mut().find(|open| open.order.id == amendment.id) {
                    open.amend(amendment, at_us, ahead);
                }
                self.drop_used_up(events);
            }
            Command::Cancel { id, armed: true } => {
                let gone = self.orders.iter().position(|open| open.order.id == id);
                let gone = gone.map(|index| self.orders.remove(index));
                events.extend(gone.map(|open| Event::Cancelled { id, filled: open.filled }));
            }
            Command::Cancel { id, armed: false } => {
                let dead_us = sent_us + self.config.cancel_latency_us;
                for open in self.orders.iter_mut().filter(|open| open.order.id == id) {
                    open.dead_us = open.dead_us.min(dead_us);
                }
            }
        }
    }

    /// Takes an order sent at `sent_us` with an instruction of its own, as an exchange does from any client.
    pub fn submit(
        &mut self,
        sent_us: i64,
        order: Order,
        instruction: Instruction,
        ahead: i64,
        events: &mut Vec<Event>,
    ) {
        let reducible = self.holdings.reducible(instruction.holding, order.side);
        if order.armed && instruction.reduce_only && reducible == 0 {
            events.push(Event::Rejected { id: order.id, reason: RejectReason::Reduce });
            return;
        }
        let live_us = self.arrival_us(sent_us, order.armed);
        let open = OpenOrder::new(order, instruction, live_us, self.next_row, ahead);
        let at = self.orders.partition_point(|other| other.priority() <= open.priority());
        self.orders.insert(at, open);
    }

    /// Has a waiting limit wait for another price.
    pub fn wait_for(&mut self, id: OrderId, trigger: i64) {
        for open in self.orders.iter_mut().filter(|open| open.order.id == id) {
            open.instruction.waits_for = open.instruction.waits_for.map(|_| trigger);
        }
    }

    // Only prints after the arrival count.
    const fn arrival_us(&self, sent_us: i64, armed: bool) -> i64 {
        if armed { i64::MIN } else { sent_us + self.config.latency_us + 1 }
    }

    // An order that was amended down to what it had filled is over.
    fn drop_used_up(&mut self, events: &mut Vec<Event>) {
        self.orders.retain(|open| {
            let is_open = open.open() > 0;
            if !is_open {
                events.push(Event::Cancelled { id: open.order.id, filled: open.filled });
            }
            is_open
        });
    }

    /// The prices at which no order can fill and no position is closed for want of margin.
    #[must_use]
    pub fn quiet_band(&self) -> PriceRange {
        let bound = self.holdings.quiet_band(self.config.margin);
        self.orders.iter().fold(bound, |band, open| band.narrowed(open.quiet_band()))
    }

    /// When the next order comes alive, changes or dies.
    #[must_use]
    pub fn next_us(&self) -> i64 {
        self.orders.iter().map(OpenOrder::next_us).min().unwrap_or(i64::MAX)
    }

    /// Lets orders come alive, change, be rejected or die at `now_us`, which is `next_us`.
    pub fn on_clock(&mut self, now_us: i64, events: &mut Vec<Event>) {
        let (bid, ask, rules, holdings) = (self.bid, self.ask, self.config.rules, &self.holdings);
        self.orders.retain_mut(|open| {
            let (id, filled) = (open.order.id, open.filled);
            if let Some(version) = open.arrive(now_us) {
                match admitted(open, rules, holdings, bid, ask) {
                    Ok(Entrance::Missed) => {
                        events.push(Event::Cancelled { id, filled });
                        return false;
                    }
                    Ok(_) => events.push(Event::Accepted { id, version }),
                    // What was filled before a refused amendment stays.
                    Err(_) if filled > 0 => {
                        events.push(Event::Cancelled { id, filled });
                        return false;
                    }
                    Err(reason) => {
                        events.push(Event::Rejected { id, reason });
                        return false;
                    }
                }
            }
            if open.dead_us <= now_us {
                events.push(Event::Cancelled { id, filled });
                return false;
            }
            true
        });
    }

    /// Settles funding with the position.
    pub fn fund(&mut self, stamp: &FundingStamp, events: &mut Vec<Event>) {
        self.cash -= stamp.rate.of(Money::value(stamp.mark, self.position()));
        events.push(Event::Funding(*stamp));
    }
}

// How an order that arrives comes to the book, or why it does not.
fn admitted(
    open: &mut OpenOrder,
    rules: OrderRules,
    holdings: &Holdings,
    bid: Option<i64>,
    ask: Option<i64>,
) -> Result<Entrance, RejectReason> {
    let (order, instruction) = (open.order, open.instruction);
    if instruction.reduce_only {
        if holdings.reducible(instruction.holding, order.side) == 0 {
            return Err(RejectReason::Reduce);
        }
    } else {
        let price = match (order.terms, order.side) {
            (Terms::Limit(price), _) => Some(price),
            (_, Side::Buy) => ask,
            (_, Side::Sell) => bid,
        };
        rules.broken(&order, price).map_or(Ok(()), Err)?;
    }
    match open.meet(bid, ask) {
        Entrance::Refused => Err(RejectReason::PostOnly),
        entrance => Ok(entrance),
    }
}

//! The simulated venue: accepts commands, consumes prints, emits what happened to orders.
//!
//! A print is matched in this order: market orders, entry limits, stops, targets. Time exits come first and stops
//! before targets as in `METHOD.md` 1.1; a working entry comes before the stop because a print beyond the stop has
//! swept the entry's price on its way.

use crate::tape::{PriceRange, Side, Trade};

use super::costs::FeeRates;
use super::{Command, Event, Fill, FillModel, Order, OrderId, OrderKind, Terms};

/// How the venue fills and what it charges.
#[derive(Clone, Copy, Debug)]
pub struct VenueConfig {
    /// When a resting order counts as filled.
    pub fill: FillModel,
    /// From sending an order until it can fill.
    pub latency_us: i64,
    /// From sending a cancel until it binds.
    pub cancel_latency_us: i64,
    /// Fees.
    pub rates: FeeRates,
    /// Ticks that every taker fill loses.
    pub slippage_ticks: i64,
    /// A longer silence splits the tape: an outcome that would span it is censored.
    pub max_gap_us: i64,
}

/// An order at the venue. It can fill at prints of `[live_us, dead_us)` from row `live_row` on.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    /// As sent.
    pub order: Order,
    /// Lots not yet filled, of an entry.
    pub open: i64,
    /// Lots still ahead of it.
    pub queue: i64,
    accepted: bool,
    live_us: i64,
    live_row: usize,
    dead_us: i64,
}

impl OpenOrder {
    const fn next_us(&self) -> i64 {
        if self.accepted || self.dead_us < self.live_us { self.dead_us } else { self.live_us }
    }

    const fn priority(&self) -> u8 {
        match (self.order.terms, self.order.kind) {
            (Terms::Market, _) => 0,
            (Terms::Limit(_), OrderKind::Entry) => 1,
            (Terms::Stop(_), _) => 2,
            (Terms::Limit(_), _) => 3,
        }
    }
}

/// The venue: open orders, the net position, and the quotes that prints betray.
#[derive(Clone, Debug)]
pub struct Venue {
    config: VenueConfig,
    orders: Vec<OpenOrder>,
    position: i64,
    next_row: usize,
    bid: Option<i64>,
    ask: Option<i64>,
}

impl Venue {
    /// A venue without orders or position.
    #[must_use]
    pub const fn new(config: VenueConfig) -> Self {
        Self { config, orders: Vec::new(), position: 0, next_row: 0, bid: None, ask: None }
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

    /// Net position in lots, long positive.
    #[must_use]
    pub const fn position(&self) -> i64 {
        self.position
    }

    /// Puts the venue before the print of `row`, with the last prints of each side before it: buyers lift the ask,
    /// sellers hit the bid.
    pub const fn place_at(&mut self, row: usize, bid: Option<i64>, ask: Option<i64>) {
        self.next_row = row;
        self.bid = bid;
        self.ask = ask;
    }

    /// Restores a position that was opened elsewhere.
    pub const fn restore(&mut self, position: i64) {
        self.position = position;
    }

    /// Takes a command sent at `now_us`.
    pub fn execute(&mut self, now_us: i64, command: Command) {
        match command {
            Command::Place(order) => self.place(now_us, order),
            Command::Cancel(id) => {
                let dead_us = now_us + self.config.cancel_latency_us;
                for open in self.orders.iter_mut().filter(|open| open.order.id == id) {
                    open.dead_us = open.dead_us.min(dead_us);
                }
            }
        }
    }

    fn place(&mut self, now_us: i64, order: Order) {
        let open = OpenOrder {
            order,
            open: order.lots,
            queue: self.config.fill.queue_ahead(),
            accepted: order.armed,
            // Only prints after the arrival count.
            live_us: if order.armed { i64::MIN } else { now_us + self.config.latency_us + 1 },
            live_row: self.next_row,
            dead_us: i64::MAX,
        };
        let at = self.orders.partition_point(|other| other.priority() <= open.priority());
        self.orders.insert(at, open);
    }

    /// The prices at which no order can fill.
    #[must_use]
    pub fn quiet_band(&self) -> PriceRange {
        let quiet = |open: &OpenOrder| match (open.order.terms, open.order.side) {
            (Terms::Market, _) => PriceRange::NONE,
            (Terms::Limit(price), Side::Buy) | (Terms::Stop(price), Side::Sell) => {
                PriceRange::between(price, i64::MAX)
            }
            (Terms::Limit(price), Side::Sell) | (Terms::Stop(price), Side::Buy) => {
                PriceRange::between(i64::MIN, price)
            }
        };
        self.orders.iter().fold(PriceRange::ALL, |band, open| band.narrowed(quiet(open)))
    }

    /// When the next order comes alive or dies.
    #[must_use]
    pub fn next_us(&self) -> i64 {
        self.orders.iter().map(OpenOrder::next_us).min().unwrap_or(i64::MAX)
    }

    /// Lets orders come alive, be rejected or die at `now_us`, which is `next_us`.
    pub fn on_clock(&mut self, now_us: i64, events: &mut Vec<Event>) {
        let (bid, ask) = (self.bid, self.ask);
        self.orders.retain_mut(|open| {
            if open.live_us <= now_us && !open.accepted {
                open.accepted = true;
                if would_take(&open.order, bid, ask) {
                    events.push(Event::Rejected(open.order.id));
                    return false;
                }
            }
            if open.dead_us <= now_us {
                events.push(Event::Cancelled(open.order.id));
                return false;
            }
            true
        });
    }

    /// Matches the print of `row`.
    pub fn on_print(&mut self, row: usize, print: &Trade, events: &mut Vec<Event>) {
        self.next_row = row + 1;
        if !print.is_on_book() {
            return;
        }
        let mut index = 0;
        while index < self.orders.len() {
            if !self.match_one(index, row, print, events) {
                index += 1;
            }
        }
        match print.side {
            Side::Buy => self.ask = Some(print.price),
            Side::Sell => self.bid = Some(print.price),
        }
    }

    /// Ends the session at the print of `row`, the last: armed market orders fill there, all others are cancelled.
    pub fn end(&mut self, row: usize, print: &Trade, events: &mut Vec<Event>) {
        let market =
            self.orders.iter().position(|open| open.order.armed && open.order.terms == Terms::Market);
        if let Some(index) = market {
            self.orders[index].live_row = row;
            self.match_one(index, row, print, events);
        }
        events.extend(self.orders.drain(..).map(|open| Event::Cancelled(open.order.id)));
    }

    // Whether the order at `index` is gone.
    fn match_one(&mut self, index: usize, row: usize, print: &Trade, events: &mut Vec<Event>) -> bool {
        let room = self.room(&self.orders[index].order);
        let open = &mut self.orders[index];
        if row < open.live_row || print.ts_us < open.live_us {
            return false;
        }
        let size = room.unwrap_or(open.open);
        let (lots, price) = executed(&self.config, open, size, print);
        if lots == 0 {
            return false;
        }
        let order = open.order;
        open.open = size - lots;
        let (left, queue) = (open.open, open.queue);
        let maker = matches!(order.terms, Terms::Limit(_));
        self.position += order.side.sign() * lots;
        events.push(Event::Filled(Fill {
            id: order.id,
            intent: order.intent,
            kind: order.kind,
            ts_us: print.ts_us,
            row,
            price,
            lots,
            maker,
            fee: self.config.rates.fee(maker, price, lots),
            left,
            queue,
        }));
        if left == 0 {
            self.orders.remove(index);
            self.drop_exits(events);
        }
        left == 0
    }

    // What a reduce-only order may fill; `None` for an entry.
    fn room(&self, order: &Order) -> Option<i64> {
        (order.kind != OrderKind::Entry).then(|| (-order.side.sign() * self.position).max(0))
    }

    // A flat position has nothing to reduce.
    fn drop_exits(&mut self, events: &mut Vec<Event>) {
        if self.position != 0 {
            return;
        }
        self.orders.retain(|open| {
            let stays = open.order.kind == OrderKind::Entry;
            if !stays {
                events.push(Event::Cancelled(open.order.id));
            }
            stays
        });
    }

    /// The open order with this id.
    #[must_use]
    pub fn find(&self, id: OrderId) -> Option<&OpenOrder> {
        self.orders.iter().find(|open| open.order.id == id)
    }
}

// A post-only entry is refused where the last taker of its own side paid no more than it bids.
fn would_take(order: &Order, bid: Option<i64>, ask: Option<i64>) -> bool {
    match (order.kind, order.terms, order.side) {
        (OrderKind::Entry, Terms::Limit(price), Side::Buy) => ask.is_some_and(|ask| price >= ask),
        (OrderKind::Entry, Terms::Limit(price), Side::Sell) => bid.is_some_and(|bid| price <= bid),
        _ => false,
    }
}

// Lots that a print fills of an order of which `size` may fill, and their price.
fn executed(config: &VenueConfig, open: &mut OpenOrder, size: i64, print: &Trade) -> (i64, i64) {
    let side = open.order.side;
    let slipped = |price: i64| price + side.sign() * config.slippage_ticks;
    match open.order.terms {
        Terms::Limit(price) => (config.fill.filled(side, price, size, &mut open.queue, print), price),
        Terms::Market => (size, slipped(print.price)),
        Terms::Stop(trigger) if side.sign() * (print.price - trigger) < 0 => (0, trigger),
        Terms::Stop(trigger) => match side {
            Side::Buy => (size, slipped(trigger.max(print.price))),
            Side::Sell => (size, slipped(trigger.min(print.price))),
        },
    }
}

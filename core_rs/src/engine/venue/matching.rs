//! Prints meet orders.
//!
//! A maker fills by the fill model. A taker, once triggered, fills at the worst price of its trigger and the prints it
//! met, less slippage. Where depth is that of the prints it takes of each at most the size that is left of it, and what
//! is left of the order walks on to the next print. A limit that crosses takes likewise, up to its price.

use super::super::{Event, Fill, Money, OrderId, OrderKind, RejectReason};
use super::open_order::{Entrance, worse};
use super::{OpenOrder, Venue};
use crate::tape::{Side, Trade};

/// An execution as it is matched.
#[derive(Clone, Copy)]
struct Match {
    id: OrderId,
    side: Side,
    lots: i64,
    price: i64,
    cumulative: i64,
    left: i64,
    maker: bool,
    queue: i64,
}

impl Venue {
    /// Matches the print of `row`.
    pub fn on_print(&mut self, row: usize, print: &Trade, events: &mut Vec<Event>) {
        self.next_row = row + 1;
        if !print.is_on_book() {
            return;
        }
        let (mut printed, mut depth) = (print.size, self.config.depth.of(print.size));
        let before = events.len();
        let bounds = [Side::Buy, Side::Sell]
            .map(|side| self.holdings.bound(side, self.config.margin).map(|bound| (side, bound)));
        for index in 0..self.orders.len() {
            let room = if self.orders[index].is_maker() { printed } else { depth };
            let taken = self.match_one(index, row, print, room, events);
            (printed, depth) = ((printed - taken).max(0), (depth - taken).max(0));
        }
        for bound in bounds.into_iter().flatten() {
            self.liquidate(bound, row, print, events);
        }
        if events.len() > before {
            self.clear_up(events);
        }
        match print.side {
            Side::Buy => self.ask = Some(print.price),
            Side::Sell => self.bid = Some(print.price),
        }
    }

    /// Ends the session at the print of `row`, the last: positions leave there, whatever its size, by the market
    /// orders that were sent for them, and all other orders are cancelled.
    pub fn end(&mut self, row: usize, print: &Trade, events: &mut Vec<Event>) {
        for index in 0..self.orders.len() {
            let order = self.orders[index].order;
            if order.kind == OrderKind::Market {
                self.orders[index].live_row = row;
                self.fill(index, row, print, i64::MAX, events);
            }
        }
        self.cancel_all(events);
    }

    fn cancel_all(&mut self, events: &mut Vec<Event>) {
        let unfilled = self.orders.drain(..).filter(|open| open.open() > 0);
        events.extend(unfilled.map(|open| Event::Cancelled { id: open.order.id, filled: open.filled }));
    }

    // Lots that the order at `index` takes of what the print has left for it.
    fn match_one(
        &mut self,
        index: usize,
        row: usize,
        print: &Trade,
        depth: i64,
        events: &mut Vec<Event>,
    ) -> i64 {
        let open = &self.orders[index];
        if !open.is_live(row, print.ts_us) {
            0
        } else if open.instruction.waits_for.is_some() {
            self.wake(index, row, print, events);
            0
        } else {
            self.fill(index, row, print, depth, events)
        }
    }

    // A limit whose trigger a print reaches comes to the book behind that print.
    fn wake(&mut self, index: usize, row: usize, print: &Trade, events: &mut Vec<Event>) {
        let open = &mut self.orders[index];
        let id = open.order.id;
        let trigger = open.instruction.waits_for.unwrap_or(print.price);
        if !open.instruction.approach.reached(trigger, print.price) {
            return;
        }
        open.instruction.waits_for = None;
        open.live_row = row + 1;
        events.push(Event::Triggered { id });
        match open.meet(Some(print.price), Some(print.price)) {
            Entrance::Rest | Entrance::Take => {}
            Entrance::Refused => {
                events.push(Event::Rejected { id, reason: RejectReason::PostOnly });
                open.let_go();
            }
            Entrance::Missed => {
                events.push(Event::Cancelled { id, filled: open.filled });
                open.let_go();
            }
        }
    }

    fn fill(&mut self, index: usize, row: usize, print: &Trade, depth: i64, events: &mut Vec<Event>) -> i64 {
        let OpenOrder { order, instruction, .. } = self.orders[index];
        let reducible = self.holdings.reducible(instruction.holding, order.side);
        let room = if instruction.reduce_only { reducible } else { i64::MAX };
        let open = &mut self.orders[index];
        if instruction.whole && reducible > 0 {
            open.order.lots = open.filled + reducible;
        }
        let most = open.open().min(room);
        let maker = open.is_maker();
        let (lots, price) = open.executed(self.config.fill, most, depth, print);
        if lots == 0 {
            if open.gives_up() {
                events.push(Event::Cancelled { id: order.id, filled: open.filled });
                open.let_go();
            }
            return 0;
        }
        open.filled += lots;
        let (id, side, cumulative, left, queue) =
            (order.id, order.side, open.filled, open.open(), open.queue);
        let price = if maker { price } else { open.slipped(price, self.config.slippage_ticks) };
        if instruction.reduce_only {
            self.holdings.exit(instruction.holding, lots);
        } else {
            self.holdings.enter(instruction.holding, side, lots, price);
        }
        self.book(row, print.ts_us, &Match { id, side, lots, price, cumulative, left, maker, queue }, events);
        if maker && price != print.price { 0 } else { lots }
    }

    // The whole position goes at once where a print reaches its bound, and with it every order.
    fn liquidate(&mut self, (side, bound): (Side, i64), row: usize, print: &Trade, events: &mut Vec<Event>) {
        if side.sign() * (print.price - bound) > 0 {
            return;
        }
        let exit = side.opposite();
        let price = worse(exit, bound, print.price) + exit.sign() * self.config.slippage_ticks;
        for holding in self.holdings.of(side) {
            let (id, lots) = (OrderId::liquidation(holding), self.held(holding));
            self.holdings.exit(holding, lots);
            let taken =
                Match { id, side: exit, lots, price, cumulative: lots, left: 0, maker: false, queue: 0 };
            self.book(row, print.ts_us, &taken, events);
        }
        self.cancel_all(events);
    }

    // Money and message of an execution.
    fn book(&mut self, row: usize, ts_us: i64, taken: &Match, events: &mut Vec<Event>) {
        let &Match { id, side, lots, price, cumulative, left, maker, queue } = taken;
        let value = Money::value(price, lots);
        let fee = self.turnover.charge(&self.config.fees, ts_us, maker, value);
        self.cash -= value.signed(side.sign()) + fee;
        self.executions += 1;
        let execution = self.executions;
        events.push(Event::Filled(Fill {
            id,
            execution,
            ts_us,
            row,
            side,
            price,
            lots,
            cumulative,
            left,
            maker,
            fee,
            queue,
        }));
    }

    // Lets go of orders that are filled, and of exits that have nothing left to reduce.
    fn clear_up(&mut self, events: &mut Vec<Event>) {
        let holdings = &self.holdings;
        self.orders.retain(|open| {
            let (id, instruction) = (open.order.id, open.instruction);
            let is_filled = open.open() == 0;
            let is_idle =
                instruction.reduce_only && holdings.reducible(instruction.holding, open.order.side) == 0;
            if is_idle && !is_filled {
                events.push(Event::Cancelled { id, filled: open.filled });
            }
            !is_filled && !is_idle
        });
    }
}

//! An order at the venue, from its arrival to its end.

use super::super::message::Amendment;
use super::super::{FillModel, Order, OrderKind, Terms};
use super::instruction::{Approach, Crossing, Instruction};
use crate::tape::{PriceRange, Side, Trade};

/// An order at the venue. It can fill at prints of `[live_us, dead_us)` from row `live_row` on.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    /// As sent, or as last amended.
    pub order: Order,
    /// How it is handled.
    pub instruction: Instruction,
    /// Lots still ahead of it.
    pub queue: i64,
    /// Lots filled.
    pub filled: i64,
    pub(super) dead_us: i64,
    live_us: i64,
    pub(super) live_row: usize,
    arrived: bool,
    /// A limit that takes, because it crossed.
    takes: bool,
    coming: Option<Coming>,
    /// The worst price met by a taker, once it is one.
    met: Option<i64>,
}

/// What becomes of an order that comes to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    Rest,
    Take,
    /// It would have taken.
    Refused,
    /// It would not have taken.
    Missed,
}

/// An amendment on its way.
#[derive(Clone, Copy, Debug)]
struct Coming {
    amendment: Amendment,
    at_us: i64,
    ahead: i64,
}

impl OpenOrder {
    pub(super) const fn new(
        order: Order,
        instruction: Instruction,
        live_us: i64,
        live_row: usize,
        ahead: i64,
    ) -> Self {
        Self {
            order,
            instruction,
            queue: ahead,
            filled: 0,
            dead_us: i64::MAX,
            live_us,
            live_row,
            arrived: order.armed,
            takes: false,
            coming: None,
            met: None,
        }
    }

    /// Lots not yet filled.
    #[must_use]
    pub const fn open(&self) -> i64 {
        self.order.lots - self.filled
    }

    pub(super) fn next_us(&self) -> i64 {
        let arrival_us = if self.arrived { i64::MAX } else { self.live_us };
        arrival_us.min(self.dead_us).min(self.coming.map_or(i64::MAX, |coming| coming.at_us))
    }

    /// What comes first at one print: time exits before stops and stops before targets, as in METHOD 1.1, and a
    /// working entry before the stop, because a print beyond the stop has swept the entry's price on its way. What
    /// closes a whole holding comes after those that take out parts of it.
    pub(super) const fn priority(&self) -> u8 {
        match (self.order.terms, self.order.kind) {
            _ if self.instruction.whole => 4,
            (Terms::Market, _) => 0,
            (Terms::Limit(_), OrderKind::Entry) => 1,
            (Terms::Stop(_), _) => 2,
            (Terms::Limit(_), _) => 3,
        }
    }

    /// Whether its fills provide liquidity.
    pub(super) const fn is_maker(&self) -> bool {
        matches!(self.order.terms, Terms::Limit(_)) && !self.takes
    }

    /// Comes to the book where the best prices are these.
    pub(super) fn meet(&mut self, bid: Option<i64>, ask: Option<i64>) -> Entrance {
        let (Terms::Limit(price), None) = (self.order.terms, self.instruction.waits_for) else {
            return Entrance::Rest;
        };
        let crosses = match self.order.side {
            Side::Buy => ask.is_some_and(|ask| price >= ask),
            Side::Sell => bid.is_some_and(|bid| price <= bid),
        };
        match (self.instruction.crossing, crosses) {
            (Crossing::TakeOrCancel | Crossing::AllOrCancel, false) => Entrance::Missed,
            (Crossing::Ignore, _) | (_, false) => Entrance::Rest,
            (Crossing::Refuse, true) => Entrance::Refused,
            (_, true) => {
                self.takes = true;
                Entrance::Take
            }
        }
    }

    /// Whether it is cancelled for what the last print did not give it.
    pub(super) const fn gives_up(&self) -> bool {
        !self.takes
            && matches!(self.order.terms, Terms::Limit(_))
            && matches!(self.instruction.crossing, Crossing::TakeOrCancel | Crossing::AllOrCancel)
    }

    /// Leaves it nothing to fill, so that it is dropped.
    pub(super) const fn let_go(&mut self) {
        self.order.lots = self.filled;
        self.instruction.whole = false;
    }

    /// The price of a taker after slippage, never beyond its limit.
    pub(super) fn slipped(&self, price: i64, slippage: i64) -> i64 {
        let slipped = price + self.order.side.sign() * slippage;
        match (self.order.terms, self.order.side) {
            (Terms::Limit(limit), Side::Buy) => slipped.min(limit),
            (Terms::Limit(limit), Side::Sell) => slipped.max(limit),
            _ => slipped,
        }
    }

    /// The version that comes to hold at `now_us`, 0 for the order as sent.
    pub(super) fn arrive(&mut self, now_us: i64) -> Option<u16> {
        if !self.arrived && self.live_us <= now_us {
            self.arrived = true;
            return Some(0);
        }
        let coming = self.coming.take_if(|coming| coming.at_us <= now_us)?;
        self.apply(coming.amendment, coming.ahead);
        Some(coming.amendment.version)
    }

    pub(super) const fn amend(&mut self, amendment: Amendment, at_us: i64, ahead: i64) {
        if amendment.armed {
            self.apply(amendment, ahead);
        } else {
            self.coming = Some(Coming { amendment, at_us, ahead });
        }
    }

    // A new price or more lots go to the back of the queue.
    const fn apply(&mut self, amendment: Amendment, ahead: i64) {
        if amendment.lots > self.order.lots || amendment.terms.price() != self.order.terms.price() {
            self.queue = ahead;
        }
        self.order.terms = amendment.terms;
        self.takes = false;
        // What was filled meanwhile cannot be taken back.
        self.order.lots = if amendment.lots > self.filled { amendment.lots } else { self.filled };
    }

    pub(super) const fn is_live(&self, row: usize, ts_us: i64) -> bool {
        row >= self.live_row && ts_us >= self.live_us
    }

    /// The prices at which it cannot fill.
    pub(super) const fn quiet_band(&self) -> PriceRange {
        let (price, approach) = match (self.order.terms, self.instruction.waits_for) {
            (Terms::Market, _) => return PriceRange::NONE,
            (_, Some(trigger)) => (trigger, self.instruction.approach),
            (Terms::Stop(_), _) if self.met.is_some() => return PriceRange::NONE,
            (Terms::Stop(trigger), _) => (trigger, self.instruction.approach),
            (Terms::Limit(_), _) if self.takes => return PriceRange::NONE,
            (Terms::Limit(price), _) => (price, Approach::of_stop(self.order.side.opposite())),
        };
        match approach {
            Approach::Falling => PriceRange::between(price, i64::MAX),
            Approach::Rising => PriceRange::between(i64::MIN, price),
        }
    }

    /// Lots of at most `most` that a print fills, and their price before slippage; `depth` is what is left of it.
    pub(super) fn executed(&mut self, fill: FillModel, most: i64, depth: i64, print: &Trade) -> (i64, i64) {
        match self.order.terms {
            Terms::Limit(price) if self.takes => self.cross(price, most, depth, print),
            Terms::Limit(price) => {
                let lots = fill.filled(self.order.side, price, most, &mut self.queue, print);
                let is_proven = fill == FillModel::Touch
                    || lots == 0
                    || print.price != price
                    || print.side == self.order.side;
                (if is_proven { lots } else { lots.min(depth) }, price)
            }
            Terms::Market => self.take(print.price, most, depth),
            Terms::Stop(trigger) => {
                let is_hit = self.instruction.approach.reached(trigger, print.price);
                if is_hit || self.met.is_some() {
                    self.take(worse(self.order.side, trigger, print.price), most, depth)
                } else {
                    (0, trigger)
                }
            }
        }
    }

    // A limit that crossed takes until the market is beyond it, and then rests.
    fn cross(&mut self, limit: i64, most: i64, depth: i64, print: &Trade) -> (i64, i64) {
        let is_beyond = self.order.side.sign() * (print.price - limit) > 0;
        let is_short = self.instruction.crossing == Crossing::AllOrCancel && depth < most;
        if is_beyond || is_short {
            self.takes = false;
            return (0, limit);
        }
        self.take(print.price, most, depth)
    }

    // A taker finds the size of the print, and no better price than before: it walks on through the book.
    fn take(&mut self, price: i64, most: i64, depth: i64) -> (i64, i64) {
        let met = worse(self.order.side, self.met.unwrap_or(price), price);
        self.met = Some(met);
        (most.min(depth), met)
    }
}

pub(super) fn worse(side: Side, one: i64, other: i64) -> i64 {
    match side {
        Side::Buy => one.max(other),
        Side::Sell => one.min(other),
    }
}

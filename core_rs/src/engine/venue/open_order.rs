//! An order at the venue, from its arrival to its end.

use super::super::message::Amendment;
use super::super::{FillModel, Order, OrderKind, Terms};
use crate::tape::{PriceRange, Side, Trade};

/// An order at the venue. It can fill at prints of `[live_us, dead_us)` from row `live_row` on.
#[derive(Clone, Copy, Debug)]
pub struct OpenOrder {
    /// As sent, or as last amended.
    pub order: Order,
    /// Lots still ahead of it.
    pub queue: i64,
    /// Lots filled.
    pub filled: i64,
    pub(super) dead_us: i64,
    live_us: i64,
    pub(super) live_row: usize,
    arrived: bool,
    coming: Option<Coming>,
    /// The worst price met by a taker, once it is one.
    met: Option<i64>,
}

/// An amendment on its way.
#[derive(Clone, Copy, Debug)]
struct Coming {
    amendment: Amendment,
    at_us: i64,
    ahead: i64,
}

impl OpenOrder {
    pub(super) const fn new(order: Order, live_us: i64, live_row: usize, ahead: i64) -> Self {
        Self {
            order,
            queue: ahead,
            filled: 0,
            dead_us: i64::MAX,
            live_us,
            live_row,
            arrived: order.armed,
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

    /// What comes first at one print: time exits before stops and stops before targets, as in `METHOD.md` 1.1, and a
    /// working entry before the stop, because a print beyond the stop has swept the entry's price on its way.
    pub(super) const fn priority(&self) -> u8 {
        match (self.order.terms, self.order.kind) {
            (Terms::Market, _) => 0,
            (Terms::Limit(_), OrderKind::Entry) => 1,
            (Terms::Stop(_), _) => 2,
            (Terms::Limit(_), _) => 3,
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
        // What was filled meanwhile cannot be taken back.
        self.order.lots = if amendment.lots > self.filled { amendment.lots } else { self.filled };
    }

    pub(super) const fn is_live(&self, row: usize, ts_us: i64) -> bool {
        row >= self.live_row && ts_us >= self.live_us
    }

    /// The prices at which it cannot fill.
    pub(super) const fn quiet_band(&self) -> PriceRange {
        match (self.order.terms, self.order.side) {
            (Terms::Market, _) => PriceRange::NONE,
            (Terms::Stop(_), _) if self.met.is_some() => PriceRange::NONE,
            (Terms::Limit(price), Side::Buy) | (Terms::Stop(price), Side::Sell) => {
                PriceRange::between(price, i64::MAX)
            }
            (Terms::Limit(price), Side::Sell) | (Terms::Stop(price), Side::Buy) => {
                PriceRange::between(i64::MIN, price)
            }
        }
    }

    /// Lots of at most `most` that a print fills, and their price before slippage; `depth` is what is left of it.
    pub(super) fn executed(&mut self, fill: FillModel, most: i64, depth: i64, print: &Trade) -> (i64, i64) {
        match self.order.terms {
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
                let is_hit = self.order.side.sign() * (print.price - trigger) >= 0;
                if is_hit || self.met.is_some() {
                    self.take(worse(self.order.side, trigger, print.price), most, depth)
                } else {
                    (0, trigger)
                }
            }
        }
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

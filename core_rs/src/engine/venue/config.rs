//! How the venue fills, what it charges and what it accepts.

use super::super::fees::FeeSchedule;
use super::super::{FillModel, Money, Order, RejectReason, Terms};
use crate::tape::Side;

/// How many lots are assumed ahead of an order that comes to rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum QueueAhead {
    /// So many.
    Lots(i64),
    /// This multiple of the median volume of a level's visit, trailing a day (METHOD 5.2).
    Visits(f64),
}

/// How much of a print a taker may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All it wants (METHOD 1.1): right where own size is a small share of what trades.
    Unlimited,
    /// What was printed; the rest of the order walks on to the following prints.
    Printed,
}

impl Depth {
    /// Lots that takers find in a print of this size.
    #[must_use]
    pub const fn of(self, size: i64) -> i64 {
        match self {
            Self::Unlimited => i64::MAX,
            Self::Printed => size,
        }
    }
}

/// Steps and least value of an entry; an exit is always accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRules {
    /// Prices are multiples of so many ticks of the tape.
    pub price_step: i64,
    /// Sizes are multiples of so many lots of the tape.
    pub lot_step: i64,
    /// Least value.
    pub min_notional: Money,
}

impl OrderRules {
    /// Every order is accepted.
    pub const NONE: Self = Self { price_step: 1, lot_step: 1, min_notional: Money::ZERO };

    /// The rule that an order breaks whose value is to be reckoned at `price`.
    #[must_use]
    pub fn broken(&self, order: &Order, price: Option<i64>) -> Option<RejectReason> {
        let is_small = |price| Money::value(price, order.lots) < self.min_notional;
        match order.terms {
            Terms::Limit(limit) if limit % self.price_step != 0 => Some(RejectReason::Tick),
            _ if order.lots % self.lot_step != 0 => Some(RejectReason::Lot),
            _ => price.is_some_and(is_small).then_some(RejectReason::Notional),
        }
    }
}

/// Isolated margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin {
    /// Value of the position over its margin.
    pub leverage: f64,
    /// Share of the value below which the margin may not fall.
    pub maintenance: f64,
}

impl Margin {
    /// The first price, coming from the entry at `mean`, at which a position is closed: E(1 - D/leverage + D m).
    #[must_use]
    pub fn bound(&self, side: Side, mean: f64) -> i64 {
        let room = 1.0 / self.leverage - self.maintenance;
        match side {
            Side::Buy => (mean * (1.0 - room)).floor() as i64,
            Side::Sell => (mean * (1.0 + room)).ceil() as i64,
        }
    }
}

/// How the venue fills, what it charges and what it accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct VenueConfig {
    /// When a resting order counts as filled.
    pub fill: FillModel,
    /// What is ahead of it, under [`FillModel::Queue`].
    pub queue: QueueAhead,
    /// From sending an order or an amendment until it holds.
    pub latency_us: i64,
    /// From sending a cancel until it binds.
    pub cancel_latency_us: i64,
    /// From what happens at the venue until the trader's answer is sent.
    pub feed_latency_us: i64,
    /// Fees.
    pub fees: FeeSchedule,
    /// Ticks that every taker fill loses.
    pub slippage_ticks: i64,
    /// What of a print a taker finds.
    pub depth: Depth,
    /// What it accepts.
    pub rules: OrderRules,
    /// `None` never closes a position.
    pub margin: Option<Margin>,
    /// A longer silence splits the tape: an outcome that would span it is censored.
    pub max_gap_us: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{OrderId, OrderKind};

    #[test]
    fn an_order_must_fit_the_steps_and_be_worth_enough() {
        let rules = OrderRules { price_step: 5, lot_step: 2, min_notional: Money::value(100, 4) };
        let broken = |limit, lots| {
            let (id, kind, terms) = (OrderId::new(0, 0), OrderKind::Entry, Terms::Limit(limit));
            rules.broken(&Order { id, kind, side: Side::Buy, terms, lots, armed: false }, Some(limit))
        };
        assert_eq!(broken(101, 4), Some(RejectReason::Tick));
        assert_eq!(broken(100, 5), Some(RejectReason::Lot));
        assert_eq!(broken(95, 4), Some(RejectReason::Notional));
        assert_eq!(broken(100, 4), None);
    }

    #[test]
    fn the_bound_is_nearer_than_the_margin_by_the_maintenance() {
        let margin = Margin { leverage: 10.0, maintenance: 0.005 };
        assert_eq!(margin.bound(Side::Buy, 1000.0), 905);
        assert_eq!(margin.bound(Side::Sell, 1000.0), 1095);
    }
}

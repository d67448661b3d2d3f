//! How an order is handled beyond what a trader says of it: the words of an exchange's order form.

use super::super::{Order, OrderKind, Terms};
use crate::tape::Side;

/// What becomes of a limit that finds its price across the market when it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossing {
    /// It is refused: post-only.
    Refuse,
    /// It takes what it finds and rests with what is left: good till cancelled.
    TakeAndRest,
    /// It takes what it finds; what is left is cancelled, and so is one that does not cross: immediate or cancel.
    TakeOrCancel,
    /// It takes all of itself at one print or is cancelled: fill or kill.
    AllOrCancel,
    /// It rests as if it had always been there.
    Ignore,
}

/// From where the price comes to a trigger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approach {
    /// It rises to it.
    Rising,
    /// It falls to it.
    Falling,
}

impl Approach {
    /// That of an order which cuts a loss or follows a break: a buy waits above the market, a sell below.
    #[must_use]
    pub const fn of_stop(side: Side) -> Self {
        match side {
            Side::Buy => Self::Rising,
            Side::Sell => Self::Falling,
        }
    }

    /// Whether a print at `price` has reached `trigger`.
    #[must_use]
    pub const fn reached(self, trigger: i64, price: i64) -> bool {
        match self {
            Self::Rising => price >= trigger,
            Self::Falling => price <= trigger,
        }
    }
}

/// How an order is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The holding that it adds to or reduces.
    pub holding: usize,
    /// It only reduces its holding, and goes with it.
    pub reduce_only: bool,
    /// A limit across the market.
    pub crossing: Crossing,
    /// How the price comes to its trigger.
    pub approach: Approach,
    /// A limit that is not yet one: it waits for a print at this price.
    pub waits_for: Option<i64>,
    /// Once triggered it closes its holding, however many lots that has by then.
    pub whole: bool,
}

impl Instruction {
    /// That of a trader's order: its intent's own holding, a post-only entry, exits that rest.
    #[must_use]
    pub const fn of(order: &Order) -> Self {
        let is_entry = matches!(order.kind, OrderKind::Entry);
        Self {
            holding: order.id.intent(),
            reduce_only: !is_entry,
            crossing: match order.terms {
                Terms::Limit(_) if is_entry => Crossing::Refuse,
                _ => Crossing::Ignore,
            },
            approach: Approach::of_stop(order.side),
            waits_for: None,
            whole: false,
        }
    }
}

//! Orders: what they are for, on which terms, and how they are named.

use serde::{Deserialize, Serialize};

use crate::tape::Side;

/// Identity of an order: its intent's row and its number among that intent's orders, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OrderId(i64);

const NUMBER_BITS: u32 = 16;

impl OrderId {
    /// The order of this number; the entry has number 0.
    #[must_use]
    pub const fn new(intent: usize, number: u16) -> Self {
        Self((intent as i64) << NUMBER_BITS | number as i64)
    }

    /// The order in which the venue closes a position for want of margin; no trader uses its number.
    #[must_use]
    pub const fn liquidation(intent: usize) -> Self {
        Self::new(intent, u16::MAX)
    }

    /// Row of the intent.
    #[must_use]
    pub const fn intent(self) -> usize {
        (self.0 >> NUMBER_BITS) as usize
    }

    /// Number among the intent's orders.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0 as u16
    }

    /// As one integer.
    #[must_use]
    pub const fn code(self) -> i64 {
        self.0
    }

    /// The order of that integer, `None` where it is negative.
    #[must_use]
    pub const fn from_code(code: i64) -> Option<Self> {
        if code < 0 { None } else { Some(Self(code)) }
    }
}

/// The part of an order in its trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum OrderKind {
    /// Opens the position.
    Entry = 0,
    /// Leaves at a loss, as a taker.
    Stop = 1,
    /// Leaves at a profit, as a maker.
    Target = 2,
    /// Leaves at once: time limit, opposite signal, end of the tape.
    Market = 3,
    /// Leaves for want of margin; the venue's own order.
    Liquidation = 4,
}

/// How an order is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terms {
    /// Rests at a price.
    Limit(i64),
    /// Takes once a trade reaches the trigger.
    Stop(i64),
    /// Takes the next trades.
    Market,
}

impl Terms {
    /// Limit or trigger, 0 for none.
    #[must_use]
    pub const fn price(self) -> i64 {
        match self {
            Self::Limit(price) | Self::Stop(price) => price,
            Self::Market => 0,
        }
    }
}

/// An order as it is sent. Every order but an entry is reduce-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Its part in the trade.
    pub kind: OrderKind,
    /// Buys or sells.
    pub side: Side,
    /// How it is carried out; an entry limit is post-only.
    pub terms: Terms,
    /// Size, filled lots included.
    pub lots: i64,
    /// At the venue ahead of its time, so that no latency delays it: the bracket, which is attached to the entry and
    /// follows its fills, and the exit at the time limit, which is known in advance.
    pub armed: bool,
}

/// How an order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum OrderStatus {
    /// Not yet.
    Open = 0,
    /// Nothing of it is left.
    Filled = 1,
    /// Expired, withdrawn, or nothing left to reduce; what was filled stays.
    Cancelled = 2,
    /// Refused by the venue.
    Rejected = 3,
}

/// Why a venue refuses an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum RejectReason {
    /// Post-only, and would have taken.
    PostOnly = 1,
    /// A price that is no multiple of the tick size.
    Tick = 2,
    /// A size that is no multiple of the lot size.
    Lot = 3,
    /// Worth less than the least notional.
    Notional = 4,
    /// Reduce-only, and there is nothing to reduce.
    Reduce = 5,
    /// An exchange's own reason, which no simulated venue has.
    Other = 6,
}

/// The names under which an exchange knows orders: `<prefix>-<intent>-<number>`, the last two in base 36.
///
/// At most 36 characters of `[A-Za-z0-9-_]`, as Bybit's `orderLinkId`. The prefix names strategy and session, so that
/// no two orders of an account ever share a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderNames {
    prefix: String,
}

/// A prefix that makes no names.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a prefix of 1 to {MAX_PREFIX} characters of A-Z, a-z, 0-9, - and _, found {0:?}")]
pub struct PrefixError(String);

/// What is left of 36 characters by two dashes, an intent below 2^47 and a number below 2^16.
const MAX_PREFIX: usize = 20;

impl OrderNames {
    /// Names that begin with `prefix`.
    ///
    /// # Errors
    /// A prefix that is empty, longer than 20 characters, or holds others than `[A-Za-z0-9-_]`.
    pub fn new(prefix: &str) -> Result<Self, PrefixError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if prefix.is_empty() || prefix.len() > MAX_PREFIX || !prefix.bytes().all(allowed) {
            return Err(PrefixError(prefix.to_owned()));
        }
        Ok(Self { prefix: prefix.to_owned() })
    }

    /// The names of a replay, which no exchange sees.
    #[must_use]
    pub fn replay() -> Self {
        Self { prefix: "replay".to_owned() }
    }

    /// The name of an order.
    #[must_use]
    pub fn name(&self, id: OrderId) -> String {
        format!("{}-{}-{}", self.prefix, base36(id.intent() as u64), base36(u64::from(id.number())))
    }

    /// The order of a name, `None` where these names do not hold it.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<OrderId> {
        let rest = name.strip_prefix(&self.prefix)?.strip_prefix('-')?;
        let (intent, number) = rest.split_once('-')?;
        let intent = u64::from_str_radix(intent, 36).ok().filter(|intent| *intent < 1 << 47)?;
        let id = OrderId::new(intent as usize, u16::from_str_radix(number, 36).ok()?);
        (self.name(id) == name).then_some(id)
    }
}

fn base36(mut value: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.extend(char::from_digit((value % 36) as u32, 36));
        value /= 36;
        if value == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_short_and_tell_the_order(intent in 0..1_usize << 47, number in any::<u16>()) {
            let names = OrderNames::new("twenty_characters-20").unwrap();
            let id = OrderId::new(intent, number);
            let name = names.name(id);
            prop_assert!(name.len() <= 36 && name.is_ascii());
            prop_assert_eq!(names.id(&name), Some(id));
            prop_assert_eq!((id.intent(), id.number()), (intent, number));
            prop_assert_eq!(OrderNames::replay().id(&name), None);
        }
    }

    #[test]
    fn names_of_others_are_none_of_ours() {
        let names = OrderNames::new("a").unwrap();
        assert_eq!(names.id("a-0-0"), Some(OrderId::new(0, 0)));
        for other in ["a-0", "a-00-0", "a-0-0-0", "a-A-0", "b-0-0", "a-zzzzzzzzzzzzz-0", "a-0-zzzz", ""] {
            assert_eq!(names.id(other), None, "{other}");
        }
    }

    #[test]
    fn a_prefix_that_the_exchange_would_refuse_is_refused() {
        for prefix in ["", "twenty_one_characters", "a b", "é"] {
            assert!(OrderNames::new(prefix).is_err(), "{prefix}");
        }
    }
}

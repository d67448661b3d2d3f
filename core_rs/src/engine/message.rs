//! What trader and venue say to each other, and what the trader leaves for the ledger.
//!
//! The words are those of an exchange: a driver maps them to Bybit's REST calls and private streams one to one. Fills
//! carry the order's cumulative amount and ends carry what had been filled by then, so that the trader needs no order
//! of arrival and no count of deliveries.

use serde::{Deserialize, Serialize};

use super::order::{Order, OrderId, RejectReason, Terms};
use super::trade_row::TradeRow;
use super::{Intent, Money, Rate};
use crate::tape::Side;

/// From the trader to the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Send an order.
    Place(Order),
    /// Change price and size of an order.
    Amend(Amendment),
    /// Take back what is left of an order.
    Cancel {
        /// The order.
        id: OrderId,
        /// No latency delays it, as for an armed order.
        armed: bool,
    },
}

/// New terms for a resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The order.
    pub id: OrderId,
    /// Its terms from now on.
    pub terms: Terms,
    /// Its size from now on, filled lots included.
    pub lots: i64,
    /// Which amendment of the order this is, from 1.
    pub version: u16,
    /// No latency delays it, as for an armed order.
    pub armed: bool,
}

/// One execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The order.
    pub id: OrderId,
    /// The venue's number of the execution.
    pub execution: u64,
    /// When.
    pub ts_us: i64,
    /// Row of the print on the tape; 0 where there is none.
    pub row: usize,
    /// Bought or sold.
    pub side: Side,
    /// Price in ticks.
    pub price: i64,
    /// Lots.
    pub lots: i64,
    /// Lots of the order that were filled up to and by this execution.
    pub cumulative: i64,
    /// Lots of the order that are still open.
    pub left: i64,
    /// Whether it provided liquidity.
    pub maker: bool,
    /// Fee.
    pub fee: Money,
    /// Lots that are still ahead of what is open.
    pub queue: i64,
}

/// A funding stamp: an open position pays D x rate x mark x lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingStamp {
    /// When.
    pub ts_us: i64,
    /// Longs pay positive rates.
    pub rate: Rate,
    /// Mark price in ticks.
    pub mark: i64,
}

/// What the trader hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An intent was accepted. Rows increase; one that does not is a repetition.
    Verdict {
        /// Row of the intent.
        row: usize,
        /// What it proposes.
        intent: Intent,
    },
    /// A trade on the book.
    Trade {
        /// Price in ticks.
        price: i64,
        /// The taker's side.
        side: Side,
    },
    /// An order rests, or an amendment holds.
    Accepted {
        /// The order.
        id: OrderId,
        /// 0 for the order as sent, else the amendment's.
        version: u16,
    },
    /// An order was carried out, wholly or in part.
    Filled(Fill),
    /// An order was refused.
    Rejected {
        /// The order.
        id: OrderId,
        /// Why.
        reason: RejectReason,
    },
    /// An order is gone; what was filled stays.
    Cancelled {
        /// The order.
        id: OrderId,
        /// Lots of it that were filled, in executions that may still be on their way.
        filled: i64,
    },
    /// A limit that waited for its trigger came to the book; no order of a trader's waits.
    Triggered {
        /// The order.
        id: OrderId,
    },
    /// Funding fell due.
    Funding(FundingStamp),
    /// Time has passed.
    Clock,
}

/// Why a verdict led to no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum SkipReason {
    /// As many trades as allowed are running, or one is on its way out.
    Busy = 0,
    /// It closed the opposite trades and opens none itself.
    Closes = 1,
    /// Opposite to the running trades, which go on.
    Ignored = 2,
    /// Its time to live was over before it could be sent.
    Late = 3,
}

/// What the trader leaves for the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Record {
    /// A trade is over.
    Trade(TradeRow),
    /// An entry ended without a fill.
    NoTrade {
        /// Row of the intent.
        intent: usize,
        /// Rejected rather than expired or withdrawn.
        rejected: bool,
    },
    /// A verdict was passed over.
    Skip {
        /// Row of the intent.
        intent: usize,
        /// Why.
        reason: SkipReason,
    },
}

/// Where the trader puts what it says.
#[derive(Debug, Default)]
pub struct Outbox {
    /// For the venue.
    pub commands: Vec<Command>,
    /// For the ledger.
    pub records: Vec<Record>,
}

//! What trader and venue say to each other, and what both leave for the ledger.

use crate::tape::Side;

use super::deal::TradeRow;

/// Identity of an order: a pure function of its intent's row and its number among that intent's orders.
pub type OrderId = i64;

/// The part of an order in its trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// How an order is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Rests at a price.
    Limit(i64),
    /// Takes once a trade reaches the trigger.
    Stop(i64),
    /// Takes the next trade.
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

/// An order as it is sent. Every order but an entry is reduce-only and covers the whole position, as it stands when
/// the order fills.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Row of the intent it serves.
    pub intent: usize,
    /// Its part in the trade.
    pub kind: OrderKind,
    /// Buys or sells.
    pub side: Side,
    /// How it is carried out; an entry limit is post-only.
    pub terms: Terms,
    /// Size; for a reduce-only order the position's when it was sent.
    pub lots: i64,
    /// At the venue ahead of its time, so that no latency delays it: the bracket, which is attached to the entry, and
    /// the exit at the time limit, which is known in advance.
    pub armed: bool,
}

/// From the trader to the venue.
#[derive(Clone, Copy, Debug)]
pub enum Command {
    /// Send an order.
    Place(Order),
    /// Take back what is left of an order.
    Cancel(OrderId),
}

/// One execution.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    /// The order.
    pub id: OrderId,
    /// Row of its intent.
    pub intent: usize,
    /// Its part in the trade.
    pub kind: OrderKind,
    /// When.
    pub ts_us: i64,
    /// Row of the print on the tape.
    pub row: usize,
    /// Price in ticks.
    pub price: i64,
    /// Lots.
    pub lots: i64,
    /// Whether it provided liquidity.
    pub maker: bool,
    /// Fee in ticks x lots.
    pub fee: f64,
    /// Lots of the order that are still open.
    pub left: i64,
    /// Lots that are still ahead of them.
    pub queue: i64,
}

/// From the venue to the trader.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// An order was carried out, wholly or in part.
    Filled(Fill),
    /// A post-only order would have taken.
    Rejected(OrderId),
    /// An order is gone; what was filled stays.
    Cancelled(OrderId),
}

/// Why a verdict led to no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum SkipReason {
    /// A trade is running.
    Busy = 0,
    /// It closed the opposite trade and opens none itself.
    Closes = 1,
    /// Opposite to the running trade, which goes on.
    Ignored = 2,
    /// Its time to live was over before it could be sent.
    Late = 3,
}

/// What the trader leaves for the ledger.
#[derive(Clone, Copy, Debug)]
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

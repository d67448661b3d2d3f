//! One trade and the two small alphabets it is written in.

use serde::{Deserialize, Serialize};

/// Flag of a trade in which a retail price improvement order took part.
pub const FLAG_RPI: u8 = 1;
/// Flag of a block trade.
pub const FLAG_BLOCK: u8 = 2;

/// The side of an order or of a trade's aggressor: +1 buys, -1 sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum Side {
    /// Buys; a long position; a taker that lifts the ask.
    Buy = 1,
    /// Sells; a short position; a taker that hits the bid.
    Sell = -1,
}

impl Side {
    /// +1 for a buy, -1 for a sell.
    #[must_use]
    pub const fn sign(self) -> i64 {
        self as i64
    }

    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// The side of a signed code, `None` for anything but +1 and -1.
    #[must_use]
    pub const fn from_code(code: i8) -> Option<Self> {
        match code {
            1 => Some(Self::Buy),
            -1 => Some(Self::Sell),
            _ => None,
        }
    }
}

/// How a trade's price stands to the one before it, in the exchange's four words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum TickDirection {
    /// Above the last price.
    Plus = 2,
    /// Equal to the last price, and the last change was up.
    ZeroPlus = 1,
    /// No price change has been seen yet.
    Unknown = 0,
    /// Equal to the last price, and the last change was down.
    ZeroMinus = -1,
    /// Below the last price.
    Minus = -2,
}

impl TickDirection {
    /// The direction of a code, `Unknown` for a code that is none of the five.
    #[must_use]
    pub const fn from_code(code: i8) -> Self {
        match code {
            2 => Self::Plus,
            1 => Self::ZeroPlus,
            -1 => Self::ZeroMinus,
            -2 => Self::Minus,
            _ => Self::Unknown,
        }
    }
}

/// One trade. Prices are integers of ticks, sizes integers of lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Match time, microseconds since the epoch, UTC.
    pub ts_us: i64,
    /// Price in ticks.
    pub price: i64,
    /// Size in lots.
    pub size: i64,
    /// The taker's side.
    pub side: Side,
    /// Direction against the price before.
    pub tick: TickDirection,
    /// Bits: [`FLAG_RPI`], [`FLAG_BLOCK`].
    pub flags: u8,
}

impl Trade {
    /// Whether resting orders of the book could have taken part: what was agreed elsewhere proves no fill.
    #[must_use]
    pub const fn is_on_book(&self) -> bool {
        self.flags == 0
    }
}

//! The tape: time-ordered trades of one symbol, read from files and held in columns.

mod decimal;
mod error;
mod header;
mod lines;
mod path;
mod price_range;
mod reader;
mod row;
mod store;
mod tick;
mod time;
mod trade;

pub use decimal::{Decimal, DecimalError};
pub use error::TradeFileError;
pub use header::{Dialect, Layout};
pub use path::{Passage, Path};
pub use price_range::PriceRange;
pub use reader::{Findings, Reject, TradeBatch, TradeReader};
pub use row::Reason;
pub use store::{DecimalColumns, Tape, TapeError};
pub use tick::TickTracker;
pub use time::TimeUnit;
pub use trade::{FLAG_BLOCK, FLAG_RPI, Side, TickDirection, Trade};

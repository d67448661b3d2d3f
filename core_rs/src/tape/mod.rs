//! The tape: time-ordered trades of one symbol, read from files and held in columns.

mod batch;
mod decimal;
mod error;
mod header;
mod lines;
mod mark;
mod packing;
mod path;
mod plain;
mod price_range;
mod reader;
mod row;
mod store;
mod swar;
mod tick;
mod time;
mod trade;
mod units;
mod visits;
mod zip;

pub use batch::{Reject, TradeBatch};
pub use decimal::{Decimal, DecimalError};
pub use error::TradeFileError;
pub use header::{Dialect, Layout};
pub use mark::Mark;
pub use path::{Passage, Path};
pub use price_range::PriceRange;
pub use reader::{Findings, TradeReader};
pub use row::Reason;
pub use store::{DecimalColumns, Tape, TapeError, Trades};
pub use tick::TickTracker;
pub use time::TimeUnit;
pub use trade::{FLAG_BLOCK, FLAG_RPI, Side, TickDirection, Trade};
pub use units::{Unit, UnitSlice, Units};
pub use visits::Visits;

//! The tape: time-ordered trades of one symbol, read from files and held in columns.

mod store;
mod trade;

pub use store::{Tape, TapeError};
pub use trade::{Side, TickDirection, Trade};

//! The trader and the simulated venue: events in, commands out.
//!
//! The trader knows no clock and no network, the venue knows no strategy; a driver carries messages between them.

pub mod costs;
mod deal;
mod fills;
mod intent;
mod message;
mod path;
mod trader;
mod venue;

pub use deal::{ExitReason, TradeRow};
pub use fills::FillModel;
pub use intent::{Intent, IntentError};
pub use message::{Command, Event, Fill, Order, OrderId, OrderKind, Outbox, Record, SkipReason, Terms};
pub use path::{Barriers, FirstPassage, PassageEnd, PathFinder};
pub use trader::{Opposite, Trader};
pub use venue::{OpenOrder, Venue, VenueConfig};

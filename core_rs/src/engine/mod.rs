//! The trader and the simulated venue: events in, commands out.
//!
//! The trader knows no clock and no network, the venue knows no strategy; a driver carries messages between them.

mod books;
pub mod costs;
mod deal;
mod fees;
mod fills;
mod intent;
mod message;
mod money;
mod order;
mod path;
mod propose;
mod ticket;
mod trade_row;
mod trader;
mod venue;

pub use fees::{FeeRates, FeeSchedule, FeeTier};
pub use fills::FillModel;
pub use intent::{Intent, IntentError};
pub use message::{Amendment, Command, Event, Fill, FundingStamp, Outbox, Record, SkipReason};
pub use money::{Money, Rate};
pub use order::{Order, OrderId, OrderKind, OrderNames, OrderStatus, PrefixError, RejectReason, Terms};
pub use path::{Barriers, FirstPassage, PassageEnd, PathFinder};
pub use propose::{Proposer, Touch};
pub use trade_row::{ExitReason, TradeRow};
pub use trader::{Opposite, Policy, Trader, TraderStateError};
pub use venue::{
    Approach, Crossing, Depth, Holding, Instruction, Margin, OpenOrder, OrderRules, QueueAhead, Venue,
    VenueConfig,
};

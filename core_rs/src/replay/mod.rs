//! The historical loop: a tape and verdicts in, a ledger out; an outcome is the replay of one intent alone.

mod ledger;
mod outcomes;
mod run;
mod session;
mod single;

mod invariants;

pub use ledger::{FillRow, Ledger, OrderRow, OrderStatus, SkipRow};
pub use outcomes::{Outcome, OutcomeStatus, outcomes};
pub use run::replay;
pub use session::Session;
pub use single::{LoneOrder, LoneStatus, bracket, fill_order};

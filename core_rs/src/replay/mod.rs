//! The historical loop: a tape and verdicts in, a ledger out; an outcome is the replay of one intent alone.

mod equity;
mod invariants;
mod ledger;
mod outcomes;
mod run;
mod session;
mod single;

pub use equity::EquityRow;
pub use ledger::{FillRow, Ledger, OrderRow, SkipRow};
pub use outcomes::{Outcome, OutcomeStatus, outcomes};
pub use run::replay;
pub use session::{Session, Setup, queue_ahead};
pub use single::{LoneOrder, LoneStatus, bracket, fill_order};

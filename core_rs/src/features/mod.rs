//! Features and touches: one `push` state machine, which batch loops over.
//!
//! `Market` is that machine. It takes closed bars in blocks, of one while trades come in one by one and of many from a
//! tape or from ready-made bars: each timeframe, a `Frame`, goes through a block alone, then decisions join what they see
//! of all of them. A frame feeds its closed bars to the feature `families`, each of which describes its columns in the
//! file that computes them, for the whole block at once. `schema` is those descriptions in column order.

mod config;
mod families;
mod frame;
mod frames;
mod history;
mod market;
mod saved;
mod schema;
mod series;
mod standing;
mod state;
mod table;
mod touch;

pub use config::{ConfigError, MarketConfig, SECOND_US, Windows};
pub use families::Family;
pub use market::{Market, SavedStateError};
pub use schema::{Feature, schema, touch_schema};
pub use series::{Series, SeriesError};
pub use table::{Table, Widths};
pub use touch::TouchRule;

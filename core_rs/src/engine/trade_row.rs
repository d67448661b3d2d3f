//! A trade that is over, as the ledger keeps it.

use serde::{Deserialize, Serialize};

/// Why a trade ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(i8)]
pub enum ExitReason {
    /// The target filled.
    Target = 1,
    /// The stop fired.
    Stop = 2,
    /// The holding time was over.
    Time = 3,
    /// An opposite verdict closed it.
    Opposite = 4,
    /// The tape ended; marked out at the last print.
    End = 5,
    /// The venue closed it for want of margin.
    Liquidated = 6,
}

/// A trade that is over. Prices in ticks, results in R.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the columns of the ledger say what they are
pub struct TradeRow {
    pub intent: usize,
    pub side: i8,
    pub entry_ts_us: i64,
    pub exit_ts_us: i64,
    pub entry_row: usize,
    pub exit_row: usize,
    /// Mean price of the entries.
    pub entry_ticks: f64,
    /// Mean price of the exits.
    pub exit_ticks: f64,
    pub lots: i64,
    pub reason: ExitReason,
    pub gross_r: f64,
    pub fee_r: f64,
    pub funding_r: f64,
    pub net_r: f64,
    /// Worst print while open, from the first entry, in multiples of the stop distance; not positive.
    pub mae_r: f64,
    /// Best print while open, likewise; not negative.
    pub mfe_r: f64,
}

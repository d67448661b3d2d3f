//! One running trade: its orders, its lots and its money.

use super::costs::Account;
use super::{Fill, Intent, Order, OrderId, OrderKind, Terms};
use crate::tape::PriceRange;

/// Order ids of one intent; a trade needs four, and three more each time that late lots arrive while it closes.
const ORDERS_PER_INTENT: OrderId = 1 << 16;

/// Why a trade ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    pub entry_ticks: f64,
    pub exit_ticks: f64,
    pub lots: i64,
    pub reason: ExitReason,
    pub gross_r: f64,
    pub fee_r: f64,
    pub net_r: f64,
    /// Worst print while open, from the entry, in multiples of the stop distance; not positive.
    pub mae_r: f64,
    /// Best print while open, likewise; not negative.
    pub mfe_r: f64,
}

/// The entry order as the trader last heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Can fill.
    Working,
    /// Can fill until the cancel arrives.
    Cancelling,
    /// Filled, cancelled or rejected.
    Over,
}

/// The trade that an intent became.
#[derive(Clone, Copy, Debug)]
pub struct Deal {
    /// Row of the intent.
    pub row: usize,
    pub intent: Intent,
    pub entry: Entry,
    /// Open position.
    pub lots: i64,
    pub stop_rests: bool,
    pub market_sent: bool,
    orders: OrderId,
    account: Account,
    bought: i64,
    first: Option<Fill>,
    last: Option<Fill>,
    reason: Option<ExitReason>,
    seen: PriceRange,
}

impl Deal {
    pub fn new(row: usize, intent: Intent) -> Self {
        Self {
            row,
            intent,
            entry: Entry::Working,
            lots: 0,
            stop_rests: false,
            market_sent: false,
            orders: 0,
            account: Account::new(intent.side, intent.risk()),
            bought: 0,
            first: None,
            last: None,
            reason: None,
            seen: PriceRange::NONE,
        }
    }

    /// Numbers and builds the next order; the first is the entry.
    pub fn order(&mut self, kind: OrderKind, terms: Terms, armed: bool) -> Order {
        let id = self.entry_id() + self.orders;
        self.orders += 1;
        let (side, lots) = match kind {
            OrderKind::Entry => (self.intent.side, self.intent.lots),
            _ => (self.intent.exit_side(), self.lots),
        };
        Order { id, intent: self.row, kind, side, terms, lots, armed }
    }

    pub const fn entry_id(&self) -> OrderId {
        self.row as OrderId * ORDERS_PER_INTENT
    }

    pub const fn is_filled(&self) -> bool {
        self.first.is_some()
    }

    pub fn is_over(&self) -> bool {
        self.lots == 0 && self.entry == Entry::Over
    }

    /// The price `distance` ticks from the entry in the trade's favour.
    pub fn level(&self, distance: i64) -> i64 {
        self.first.map_or(0, |fill| fill.price) + self.intent.side.sign() * distance
    }

    /// When the position must go; never while there is none.
    pub fn deadline_us(&self) -> i64 {
        self.first.map_or(i64::MAX, |fill| fill.ts_us.saturating_add(self.intent.hold_us))
    }

    /// Notes prints while the position is open.
    pub fn observe(&mut self, prices: PriceRange) {
        self.seen = self.seen.widened(prices);
    }

    pub fn enter(&mut self, fill: &Fill) {
        self.account.enter(fill.price as f64, fill.lots as f64, fill.fee);
        self.lots += fill.lots;
        self.bought += fill.lots;
        self.first.get_or_insert(*fill);
        if fill.left == 0 {
            self.entry = Entry::Over;
        }
    }

    /// Books an exit; the reason of a trade is that of the exit that first left it flat.
    pub fn exit(&mut self, fill: &Fill, reason: ExitReason) {
        self.account.exit(fill.price as f64, fill.lots as f64, fill.fee);
        self.lots -= fill.lots;
        self.last = Some(*fill);
        if self.lots == 0 {
            self.stop_rests = false;
            self.market_sent = false;
            self.reason.get_or_insert(reason);
        }
    }

    /// The finished trade, `None` where nothing was ever filled.
    pub fn summary(&self) -> Option<TradeRow> {
        let (first, last, reason) = (self.first?, self.last?, self.reason?);
        let excursion = |price: i64| {
            (self.intent.side.sign() * (price - first.price)) as f64 / self.intent.stop_distance as f64
        };
        let PriceRange { low, high } = self.seen.widened(PriceRange::at(first.price));
        let (mae_r, mfe_r) = (excursion(low).min(excursion(high)), excursion(low).max(excursion(high)));
        Some(TradeRow {
            intent: self.row,
            side: self.intent.side as i8,
            entry_ts_us: first.ts_us,
            exit_ts_us: last.ts_us,
            entry_row: first.row,
            exit_row: last.row,
            entry_ticks: first.price as f64,
            exit_ticks: self.account.exit_price(),
            lots: self.bought,
            reason,
            gross_r: self.account.gross_r(),
            fee_r: self.account.fee_r(),
            net_r: self.account.net_r(),
            mae_r,
            mfe_r,
        })
    }
}

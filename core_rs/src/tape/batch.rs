//! Trades and rejected rows as they leave a file, a batch at a time.

use super::row::Reason;

/// More rejected rows than this end a batch: their text outweighs trades.
const MAX_REJECTS: usize = 8192;

/// Stands for a tick direction that the row did not give, until the batch is complete.
pub(super) const MISSING_TICK: i8 = i8::MIN;

/// A row that is not a trade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Its line, counted from 1 at the header.
    pub line: u64,
    /// Why.
    pub reason: Reason,
    /// Its first 200 characters.
    pub text: String,
}

/// Trades in the order of the file, one column a field, and the rows between them that are none.
#[derive(Debug, Default)]
pub struct TradeBatch {
    /// Times, microseconds.
    pub ts_us: Vec<i64>,
    /// Prices.
    pub price: Vec<f64>,
    /// Sizes.
    pub size: Vec<f64>,
    /// Sides of the takers, +1 or -1.
    pub side: Vec<i8>,
    /// Codes of [`super::TickDirection`].
    pub tick: Vec<i8>,
    /// Bits: [`super::FLAG_RPI`], [`super::FLAG_BLOCK`].
    pub flags: Vec<u8>,
    /// Rows that are not trades.
    pub rejects: Vec<Reject>,
    max_rows: usize,
}

impl TradeBatch {
    pub(super) fn of(max_rows: usize) -> Self {
        Self {
            ts_us: Vec::with_capacity(max_rows),
            price: Vec::with_capacity(max_rows),
            size: Vec::with_capacity(max_rows),
            side: Vec::with_capacity(max_rows),
            tick: Vec::with_capacity(max_rows),
            flags: Vec::with_capacity(max_rows),
            rejects: Vec::new(),
            max_rows,
        }
    }

    /// Number of trades.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ts_us.len()
    }

    /// Whether there is no trade.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ts_us.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.room() == 0
    }

    /// How many more trades fit.
    pub(super) fn room(&self) -> usize {
        if self.rejects.len() >= MAX_REJECTS {
            return 0;
        }
        self.max_rows.saturating_sub(self.len() + self.rejects.len())
    }

    pub(super) fn push(&mut self, ts_us: i64, price: f64, size: f64, side: i8, tick: i8, flags: u8) {
        self.ts_us.push(ts_us);
        self.price.push(price);
        self.size.push(size);
        self.side.push(side);
        self.tick.push(tick);
        self.flags.push(flags);
    }
}

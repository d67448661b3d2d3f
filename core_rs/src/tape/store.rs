//! A tape in memory: one column a field, 27 bytes a trade, immutable.

use std::ops::Range;
use std::sync::OnceLock;

use super::path::{Path, PathIndex};
use super::price_range::PriceRange;
use super::trade::{Side, TickDirection, Trade};

/// Why columns do not make a tape.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum TapeError {
    /// Columns of different lengths.
    #[error("expected columns of one length, found {0:?}")]
    Lengths(Vec<usize>),
    /// A trade earlier than the one before it.
    #[error("expected trades in time order, found row {row} at {ts_us} us, earlier than the row before it")]
    Order {
        /// Row of the offending trade.
        row: usize,
        /// Its time.
        ts_us: i64,
    },
    /// A value that no trade can have.
    #[error("expected {expected}, found {found} in row {row}")]
    Value {
        /// Row of the offending trade.
        row: usize,
        /// What a trade must have there.
        expected: &'static str,
        /// What was there.
        found: String,
    },
}

/// Columns of trades with decimal prices and sizes, of one length.
#[derive(Clone, Copy, Debug)]
pub struct DecimalColumns<'a> {
    /// Times, microseconds.
    pub ts_us: &'a [i64],
    /// Prices.
    pub price: &'a [f64],
    /// Sizes.
    pub size: &'a [f64],
    /// Sides of the takers, +1 or -1.
    pub side: &'a [i8],
    /// Codes of [`TickDirection`].
    pub tick: &'a [i8],
    /// Bits of [`Trade::flags`].
    pub flags: &'a [u8],
}

/// The trades of one symbol in time order; ties keep the order of the exchange.
#[derive(Clone, Debug)]
pub struct Tape {
    ts_us: Vec<i64>,
    price: Vec<i64>,
    size: Vec<i64>,
    side: Vec<i8>,
    tick: Vec<i8>,
    flags: Vec<u8>,
    tick_size: f64,
    lot_size: f64,
    path: OnceLock<PathIndex>,
}

impl Tape {
    /// Builds a tape from columns of decimal prices and sizes.
    ///
    /// # Errors
    /// Columns of different lengths, times that go back, a price or size that is not a positive number of
    /// ticks or lots, an unknown side.
    pub fn from_decimal(
        columns: &DecimalColumns<'_>,
        tick_size: f64,
        lot_size: f64,
    ) -> Result<Self, TapeError> {
        let &DecimalColumns { ts_us, price, size, side, tick, flags } = columns;
        let lengths = vec![ts_us.len(), price.len(), size.len(), side.len(), tick.len(), flags.len()];
        if lengths.iter().any(|&length| length != ts_us.len()) {
            return Err(TapeError::Lengths(lengths));
        }
        check_order(ts_us)?;
        check_sides(side)?;
        Ok(Self {
            ts_us: ts_us.to_vec(),
            price: to_units(price, tick_size, "a positive price")?,
            size: to_units(size, lot_size, "a positive size")?,
            side: side.to_vec(),
            tick: tick.to_vec(),
            flags: flags.to_vec(),
            tick_size,
            lot_size,
            path: OnceLock::new(),
        })
    }

    /// Builds a tape from trades that are already in ticks and lots.
    ///
    /// # Errors
    /// Times that go back.
    pub fn from_trades(trades: &[Trade], tick_size: f64, lot_size: f64) -> Result<Self, TapeError> {
        let ts_us: Vec<i64> = trades.iter().map(|trade| trade.ts_us).collect();
        check_order(&ts_us)?;
        Ok(Self {
            ts_us,
            price: trades.iter().map(|trade| trade.price).collect(),
            size: trades.iter().map(|trade| trade.size).collect(),
            side: trades.iter().map(|trade| trade.side as i8).collect(),
            tick: trades.iter().map(|trade| trade.tick as i8).collect(),
            flags: trades.iter().map(|trade| trade.flags).collect(),
            tick_size,
            lot_size,
            path: OnceLock::new(),
        })
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

    /// Trade `row`; panics beyond the end, like a slice.
    #[must_use]
    pub fn get(&self, row: usize) -> Trade {
        Trade {
            ts_us: self.ts_us[row],
            price: self.price[row],
            size: self.size[row],
            side: if self.side[row] > 0 { Side::Buy } else { Side::Sell },
            tick: TickDirection::from_code(self.tick[row]),
            flags: self.flags[row],
        }
    }

    /// All trades in order.
    pub fn iter(&self) -> impl Iterator<Item = Trade> + '_ {
        self.rows(0..self.len())
    }

    /// The trades of some rows in order; rows beyond the end are none.
    pub fn rows(&self, rows: Range<usize>) -> impl Iterator<Item = Trade> + '_ {
        let end = rows.end.min(self.len());
        let rows = rows.start.min(end)..end;
        let prices = self.ts_us[rows.clone()].iter().zip(&self.price[rows.clone()]);
        let sizes = self.size[rows.clone()].iter().zip(&self.side[rows.clone()]);
        let marks = self.tick[rows.clone()].iter().zip(&self.flags[rows]);
        prices.zip(sizes).zip(marks).map(|(((&ts_us, &price), (&size, &side)), (&tick, &flags))| Trade {
            ts_us,
            price,
            size,
            side: if side > 0 { Side::Buy } else { Side::Sell },
            tick: TickDirection::from_code(tick),
            flags,
        })
    }

    /// Whether the trade of `row` met the book, see [`Trade::is_on_book`].
    #[must_use]
    pub fn is_on_book(&self, row: usize) -> bool {
        self.flags[row] == 0
    }

    /// The prices of the trades of `rows` that met the book; panics beyond the end, like a slice.
    #[must_use]
    pub fn book_range(&self, rows: Range<usize>) -> PriceRange {
        let (prices, flags) = (&self.price[rows.clone()], &self.flags[rows]);
        let widened = |all: PriceRange, &price: &i64| all.widened(PriceRange::at(price));
        if flags.iter().fold(0, |any, flags| any | flags) == 0 {
            return prices.iter().fold(PriceRange::NONE, widened);
        }
        let on_book = prices.iter().zip(flags).filter(|(_, flags)| **flags == 0);
        on_book.map(|(price, _)| price).fold(PriceRange::NONE, widened)
    }

    /// The first row at or after `ts_us`.
    #[must_use]
    pub fn first_at(&self, ts_us: i64) -> usize {
        self.ts_us.partition_point(|&ts| ts < ts_us)
    }

    /// The tape with its path index, which the first call builds.
    #[must_use]
    pub fn path(&self) -> Path<'_> {
        Path::new(self, self.path.get_or_init(|| PathIndex::new(self)))
    }

    /// Times, microseconds.
    #[must_use]
    pub fn ts_us(&self) -> &[i64] {
        &self.ts_us
    }

    /// Prices in ticks.
    #[must_use]
    pub fn price(&self) -> &[i64] {
        &self.price
    }

    /// The price of one tick.
    #[must_use]
    pub fn tick_size(&self) -> f64 {
        self.tick_size
    }

    /// The size of one lot.
    #[must_use]
    pub fn lot_size(&self) -> f64 {
        self.lot_size
    }
}

fn check_order(ts_us: &[i64]) -> Result<(), TapeError> {
    match ts_us.windows(2).position(|pair| pair[1] < pair[0]) {
        Some(row) => Err(TapeError::Order { row: row + 1, ts_us: ts_us[row + 1] }),
        None => Ok(()),
    }
}

fn check_sides(side: &[i8]) -> Result<(), TapeError> {
    match side.iter().position(|&code| Side::from_code(code).is_none()) {
        Some(row) => Err(TapeError::Value { row, expected: "side +1 or -1", found: side[row].to_string() }),
        None => Ok(()),
    }
}

fn to_units(values: &[f64], unit: f64, expected: &'static str) -> Result<Vec<i64>, TapeError> {
    let whole = |(row, &value): (usize, &f64)| {
        let units = (value / unit).round();
        if (1.0..9.0e18).contains(&units) {
            Ok(units as i64)
        } else {
            Err(TapeError::Value { row, expected, found: value.to_string() })
        }
    };
    values.iter().enumerate().map(whole).collect()
}

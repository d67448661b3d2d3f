//! A tape in memory: 18 bytes a trade, 26 where prices or sizes are huge; it changes at its end alone.

use std::ops::Range;
use std::sync::OnceLock;

use super::column::Column;
use super::mark::Mark;
use super::memory::touch_all;
use super::path::{Clock, Path, PathIndex};
use super::price_range::PriceRange;
use super::trade::{Side, TickDirection, Trade};
use super::units::{Unit, UnitSlice, Units};
use super::visits::Visits;

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

/// Columns of consecutive trades of a tape, of one length.
#[derive(Clone, Copy, Debug)]
pub struct Trades<'a> {
    /// Times, microseconds.
    pub ts_us: &'a [i64],
    /// Prices in ticks.
    pub price: UnitSlice<'a>,
    /// Sizes in lots.
    pub size: UnitSlice<'a>,
    /// Sides, directions and flags.
    pub marks: &'a [Mark],
}

impl<'a> Trades<'a> {
    /// A single trade with its mark.
    #[must_use]
    pub const fn one(trade: &'a Trade, mark: &'a [Mark; 1]) -> Self {
        let (price, size) = (std::slice::from_ref(&trade.price), std::slice::from_ref(&trade.size));
        let (price, size) = (UnitSlice::Wide(price), UnitSlice::Wide(size));
        Self { ts_us: std::slice::from_ref(&trade.ts_us), price, size, marks: mark }
    }
}

/// Prices and sizes beyond are not exact as floats, in which they come; windows of them would not be either.
const MAX_UNITS: f64 = (1_u64 << 52) as f64;

/// The trades of one symbol in time order; ties keep the order of the exchange.
#[derive(Clone, Debug)]
pub struct Tape {
    ts_us: Column<i64>,
    price: Units,
    size: Units,
    marks: Column<Mark>,
    tick_size: f64,
    lot_size: f64,
    clock: OnceLock<Clock>,
    path: OnceLock<PathIndex>,
    visits: OnceLock<Visits>,
}

impl Tape {
    /// Builds a tape from columns of decimal prices and sizes.
    ///
    /// # Errors
    /// Columns of different lengths, times that go back, a price or size that is not at least 1 and fewer
    /// than 2^52 ticks or lots, an unknown side.
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
        let price = to_units(price, tick_size, "a price of at least 1 and fewer than 2^52 ticks")?;
        let size = to_units(size, lot_size, "a size of at least 1 and fewer than 2^52 lots")?;
        let marks = to_marks(side, tick, flags)?;
        Ok(Self::of_columns(ts_us.to_vec().into(), [price, size], marks.into(), [tick_size, lot_size]))
    }

    /// Builds a tape from trades that are already in ticks and lots.
    ///
    /// # Errors
    /// Times that go back.
    pub fn from_trades(trades: &[Trade], tick_size: f64, lot_size: f64) -> Result<Self, TapeError> {
        let ts_us: Vec<i64> = trades.iter().map(|trade| trade.ts_us).collect();
        check_order(&ts_us)?;
        let price = Units::of(trades.iter().map(|trade| trade.price));
        let size = Units::of(trades.iter().map(|trade| trade.size));
        let marks: Vec<Mark> = trades.iter().map(Mark::of).collect();
        Ok(Self::of_columns(ts_us.into(), [price, size], marks.into(), [tick_size, lot_size]))
    }

    /// The tape of columns of one length in time order; prices and sizes with their steps.
    pub(super) fn of_columns(
        ts_us: Column<i64>,
        [price, size]: [Units; 2],
        marks: Column<Mark>,
        [tick_size, lot_size]: [f64; 2],
    ) -> Self {
        let (clock, path, visits) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { ts_us, price, size, marks, tick_size, lot_size, clock, path, visits }
    }

    /// Adds the trades of another tape of the same steps, in a time that grows with them alone. What was found out
    /// about the whole, such as its path, is found out again when it is asked for.
    ///
    /// # Errors
    /// A first trade that is earlier than the last one here.
    pub fn append(&mut self, more: &Self) -> Result<(), TapeError> {
        let (last_us, next_us) = (self.ts_us.last().copied(), more.ts_us.first().copied());
        if let Some(ts_us) = next_us.filter(|next_us| last_us.is_some_and(|last_us| *next_us < last_us)) {
            return Err(TapeError::Order { row: self.len(), ts_us });
        }
        self.ts_us.extend(&more.ts_us);
        self.price.append(&more.price);
        self.size.append(&more.size);
        self.marks.extend(&more.marks);
        (self.clock, self.path, self.visits) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(())
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
            price: self.price.get(row),
            size: self.size.get(row),
            side: self.marks[row].side(),
            tick: self.marks[row].tick(),
            flags: self.marks[row].flags(),
        }
    }

    /// All trades in order.
    pub fn iter(&self) -> impl Iterator<Item = Trade> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// The columns of some rows; panics beyond the end, like a slice.
    #[must_use]
    pub fn part(&self, rows: Range<usize>) -> Trades<'_> {
        Trades {
            ts_us: &self.ts_us[rows.clone()],
            price: self.price.part(rows.clone()),
            size: self.size.part(rows.clone()),
            marks: &self.marks[rows],
        }
    }

    /// Calls for the prices, sizes and marks of some rows, as far as they exist, ahead of their use.
    #[inline]
    pub fn touch(&self, from: usize, count: usize) {
        self.price.touch(from, count);
        self.size.touch(from, count);
        touch_all(&self.marks, from, count);
    }

    /// Whether the trade of `row` met the book, see [`Trade::is_on_book`].
    #[must_use]
    pub fn is_on_book(&self, row: usize) -> bool {
        self.marks[row].flags() == 0
    }

    /// The prices of the trades of `rows` that met the book; panics beyond the end, like a slice.
    #[must_use]
    pub fn book_range(&self, rows: Range<usize>) -> PriceRange {
        let marks = &self.marks[rows.clone()];
        match self.price.part(rows) {
            UnitSlice::Narrow(prices) => book_range(prices, marks),
            UnitSlice::Wide(prices) => book_range(prices, marks),
        }
    }

    /// The first row at or after `ts_us`.
    #[must_use]
    pub fn first_at(&self, ts_us: i64) -> usize {
        self.clock().first_at(&self.ts_us, ts_us)
    }

    /// The first row at or after each of `ts_us`, waiting for memory once for all.
    #[must_use]
    pub fn first_at_each<const N: usize>(&self, ts_us: &[i64; N]) -> [usize; N] {
        self.clock().first_at_each(&self.ts_us, ts_us)
    }

    // Where in it a time is, which the first call finds out.
    fn clock(&self) -> &Clock {
        self.clock.get_or_init(|| Clock::new(&self.ts_us))
    }

    /// The tape with its path index, which the first call builds.
    #[must_use]
    pub fn path(&self) -> Path<'_> {
        Path::new(self, self.path.get_or_init(|| PathIndex::new(self)))
    }

    /// The volumes of its levels' visits, which the first call follows.
    #[must_use]
    pub fn visits(&self) -> &Visits {
        self.visits.get_or_init(|| Visits::new(self))
    }

    /// Times, microseconds.
    #[must_use]
    pub fn ts_us(&self) -> &[i64] {
        &self.ts_us
    }

    /// Prices in ticks.
    #[must_use]
    pub const fn price(&self) -> &Units {
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

fn to_marks(side: &[i8], tick: &[i8], flags: &[u8]) -> Result<Vec<Mark>, TapeError> {
    let mark = |(row, ((&side, &tick), &flags)): (usize, ((&i8, &i8), &u8))| {
        let known = Side::from_code(side);
        let refused = || TapeError::Value { row, expected: "side +1 or -1", found: side.to_string() };
        Ok(Mark::new(known.ok_or_else(refused)?, TickDirection::from_code(tick), flags))
    };
    side.iter().zip(tick).zip(flags).enumerate().map(mark).collect()
}

fn book_range<T: Unit>(prices: &[T], marks: &[Mark]) -> PriceRange {
    let widened = |all: PriceRange, price: &T| all.widened(PriceRange::at(price.whole()));
    if marks.iter().fold(0, |any, mark| any | mark.flags()) == 0 {
        return prices.iter().fold(PriceRange::NONE, widened);
    }
    let on_book = prices.iter().zip(marks).filter(|(_, mark)| mark.flags() == 0);
    on_book.map(|(price, _)| price).fold(PriceRange::NONE, widened)
}

fn to_units(values: &[f64], unit: f64, expected: &'static str) -> Result<Units, TapeError> {
    let whole = |(row, &value): (usize, &f64)| {
        let units = (value / unit).round();
        if (1.0..MAX_UNITS).contains(&units) {
            Ok(units as i64)
        } else {
            Err(TapeError::Value { row, expected, found: value.to_string() })
        }
    };
    Units::checked(values.iter().enumerate().map(whole))
}

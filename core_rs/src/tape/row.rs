//! One line to one trade, or to the reason why it cannot be one.

use super::decimal::{Decimal, DecimalError};
use super::header::Layout;
use super::swar::{equal, first, word};
use super::time::TimeUnit;
use super::trade::{Side, TickDirection};
use super::{FLAG_BLOCK, FLAG_RPI};

/// Why a row is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the messages are the documentation
pub enum Reason {
    #[error("wrong number of fields")]
    Fields,
    #[error("time is not a number")]
    Time,
    #[error("time is in no known unit")]
    TimeRange,
    #[error("time is in another unit than the rows before")]
    TimeUnit,
    #[error("price is not a number")]
    Price,
    #[error("price is not positive")]
    PriceSign,
    #[error("price has more than 12 decimals or 18 digits")]
    PriceDigits,
    #[error("size is not a number")]
    Size,
    #[error("size is not positive")]
    SizeSign,
    #[error("size has more than 12 decimals or 18 digits")]
    SizeDigits,
    #[error("unknown side")]
    Side,
    #[error("unknown tick direction")]
    Tick,
    #[error("no symbol")]
    Symbol,
    #[error("unknown RPI flag")]
    Rpi,
    #[error("unknown block trade flag")]
    Block,
}

/// More decimals than any market quotes; beyond them whole ticks no longer fit an integer.
const MAX_DECIMALS: u32 = 12;
/// The first number of 19 digits; times in nanoseconds have as many.
const TOO_LONG: i64 = 1_000_000_000_000_000_000;

/// A valid row, not yet in its place on the tape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row<'a> {
    /// Match time, microseconds.
    pub ts_us: i64,
    /// The unit in which the time was written.
    pub unit: TimeUnit,
    /// Price as written.
    pub price: Decimal,
    /// Size as written.
    pub size: Decimal,
    /// The taker's side.
    pub side: Side,
    /// The exchange's direction, where the file has one.
    pub tick: Option<TickDirection>,
    /// The symbol, where the file has one.
    pub symbol: Option<&'a [u8]>,
    /// Bits: [`FLAG_RPI`], [`FLAG_BLOCK`].
    pub flags: u8,
}

/// Splits and reads rows of one layout.
pub struct RowParser {
    layout: Layout,
    /// Where each field of the row at hand ends.
    ends: Vec<usize>,
}

impl RowParser {
    /// A parser of rows laid out as `layout`.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, ends: Vec::with_capacity(layout.columns + 1) }
    }

    /// Reads one line without its end; `unit` is the file's time unit once it is known.
    ///
    /// # Errors
    /// The reason why the line is not a trade.
    pub fn parse<'a>(&mut self, line: &'a [u8], unit: Option<TimeUnit>) -> Result<Row<'a>, Reason> {
        self.split(line)?;
        let layout = self.layout;
        let (ts_us, unit) = time(self.field(line, layout.time), unit)?;
        let price = self.field(line, layout.price);
        let size = self.field(line, layout.size);
        let symbol = layout.symbol.map(|column| trim(self.field(line, column)));
        if symbol.is_some_and(<[u8]>::is_empty) {
            return Err(Reason::Symbol);
        }
        Ok(Row {
            ts_us,
            unit,
            price: positive(price, [Reason::Price, Reason::PriceSign, Reason::PriceDigits])?,
            size: positive(size, [Reason::Size, Reason::SizeSign, Reason::SizeDigits])?,
            side: side(self.field(line, layout.side))?,
            tick: layout.tick.map_or(Ok(None), |column| tick(self.field(line, column)))?,
            symbol,
            flags: self.flag(line, layout.rpi, FLAG_RPI, Reason::Rpi)?
                | self.flag(line, layout.block, FLAG_BLOCK, Reason::Block)?,
        })
    }

    fn flag(&self, line: &[u8], column: Option<usize>, bit: u8, unknown: Reason) -> Result<u8, Reason> {
        let Some(column) = column else { return Ok(0) };
        flag(self.field(line, column)).map(|set| if set { bit } else { 0 }).ok_or(unknown)
    }

    fn split(&mut self, line: &[u8]) -> Result<(), Reason> {
        self.ends.clear();
        commas(line, &mut self.ends);
        self.ends.push(line.len());
        if self.ends.len() == self.layout.columns { Ok(()) } else { Err(Reason::Fields) }
    }

    fn field<'a>(&self, line: &'a [u8], column: usize) -> &'a [u8] {
        let start = if column == 0 { 0 } else { self.ends[column - 1] + 1 };
        &line[start..self.ends[column]]
    }
}

/// Appends the places of all commas, eight bytes at a time: fields are too short for a search each.
fn commas(line: &[u8], places: &mut Vec<usize>) {
    let mut start = 0;
    while let Some(bytes) = word(line, start) {
        let mut found = equal(bytes, b',');
        while found != 0 {
            places.push(start + first(found));
            found &= found - 1;
        }
        start += 8;
    }
    places.extend((start..line.len()).filter(|&at| line[at] == b','));
}

/// A field without the spaces and the pair of quotes that CSV allows around it.
pub fn trim(field: &[u8]) -> &[u8] {
    match field.trim_ascii() {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        bare => bare,
    }
}

/// Reads a number; trims only where the bare field is none, since nearly all are bare.
fn number(field: &[u8]) -> Result<Decimal, DecimalError> {
    Decimal::parse(field).or_else(|_| Decimal::parse(trim(field)))
}

fn time(field: &[u8], unit: Option<TimeUnit>) -> Result<(i64, TimeUnit), Reason> {
    let time = number(field).map_err(|error| match error {
        DecimalError::NotANumber => Reason::Time,
        DecimalError::TooLong => Reason::TimeRange,
    })?;
    if let Some(found) = unit.and_then(|unit| unit.to_us(time).map(|ts_us| (ts_us, unit))) {
        return Ok(found);
    }
    let other = TimeUnit::detect(time).ok_or(Reason::TimeRange)?;
    if unit.is_some() {
        return Err(Reason::TimeUnit);
    }
    other.to_us(time).map(|ts_us| (ts_us, other)).ok_or(Reason::TimeRange)
}

fn positive(field: &[u8], [not_a_number, sign, digits]: [Reason; 3]) -> Result<Decimal, Reason> {
    let value = number(field).map(Decimal::without_noise).map_err(|error| match error {
        DecimalError::NotANumber => not_a_number,
        DecimalError::TooLong => digits,
    })?;
    if value.mantissa <= 0 {
        return Err(sign);
    }
    let fine = value.decimals > MAX_DECIMALS && value.significant_decimals() > MAX_DECIMALS;
    if fine || value.mantissa >= TOO_LONG { Err(digits) } else { Ok(value) }
}

fn side(field: &[u8]) -> Result<Side, Reason> {
    match field {
        b"Buy" => Ok(Side::Buy),
        b"Sell" => Ok(Side::Sell),
        other => match trim(other).to_ascii_lowercase().as_slice() {
            b"buy" => Ok(Side::Buy),
            b"sell" => Ok(Side::Sell),
            _ => Err(Reason::Side),
        },
    }
}

fn tick(field: &[u8]) -> Result<Option<TickDirection>, Reason> {
    match field {
        b"PlusTick" => Ok(Some(TickDirection::Plus)),
        b"ZeroPlusTick" => Ok(Some(TickDirection::ZeroPlus)),
        b"MinusTick" => Ok(Some(TickDirection::Minus)),
        b"ZeroMinusTick" => Ok(Some(TickDirection::ZeroMinus)),
        other => match trim(other).to_ascii_lowercase().as_slice() {
            b"plustick" => Ok(Some(TickDirection::Plus)),
            b"zeroplustick" => Ok(Some(TickDirection::ZeroPlus)),
            b"minustick" => Ok(Some(TickDirection::Minus)),
            b"zerominustick" => Ok(Some(TickDirection::ZeroMinus)),
            b"" => Ok(None),
            _ => Err(Reason::Tick),
        },
    }
}

/// Whether a flag is set, `None` where the field is none.
pub fn flag(field: &[u8]) -> Option<bool> {
    match trim(field) {
        b"" | b"0" => Some(false),
        b"1" => Some(true),
        word if word.eq_ignore_ascii_case(b"false") => Some(false),
        word if word.eq_ignore_ascii_case(b"true") => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(line: &'static str) -> Result<Row<'static>, Reason> {
        let layout = Layout::of_header(b"timestamp,symbol,side,size,price,tickDirection,rpi").unwrap();
        RowParser::new(layout).parse(line.as_bytes(), Some(TimeUnit::Seconds))
    }

    #[test]
    fn a_row_is_read_whole() {
        let row = parse("1516838400.163,BTCJPY,Buy,0.217,1246799,ZeroMinusTick,1").unwrap();
        assert_eq!((row.ts_us, row.side, row.flags), (1_516_838_400_163_000, Side::Buy, FLAG_RPI));
        assert_eq!((row.price.value().to_bits(), row.size.mantissa), (1_246_799_f64.to_bits(), 217));
        assert_eq!((row.tick, row.symbol), (Some(TickDirection::ZeroMinus), Some(b"BTCJPY".as_slice())));
    }

    #[test]
    fn case_spaces_and_quotes_do_not_matter() {
        let row = parse("\"1516838400\", BTCJPY ,SELL,\"0.217\", 5,plustick,").unwrap();
        assert_eq!(
            (row.side, row.tick, row.symbol),
            (Side::Sell, Some(TickDirection::Plus), Some(b"BTCJPY".as_slice()))
        );
    }

    #[test]
    fn a_missing_direction_is_left_open() {
        assert_eq!(parse("1516838400,X,Buy,1,5,,0").unwrap().tick, None);
    }

    proptest! {
        #[test]
        fn commas_are_found_where_they_are(line in proptest::collection::vec(b'+'..=b'-', 0..60)) {
            let mut places = Vec::new();
            commas(&line, &mut places);
            let expected: Vec<usize> = (0..line.len()).filter(|&at| line[at] == b',').collect();
            prop_assert_eq!(places, expected);
        }
    }

    #[test]
    fn each_fault_has_its_reason() {
        let cases = [
            ("1516838400,X,Buy,1,5,PlusTick", Reason::Fields),
            ("1516838400,X,Buy,1,5,PlusTick,0,", Reason::Fields),
            ("yesterday,X,Buy,1,5,PlusTick,0", Reason::Time),
            ("12,X,Buy,1,5,PlusTick,0", Reason::TimeRange),
            ("1516838400000,X,Buy,1,5,PlusTick,0", Reason::TimeUnit),
            ("1516838400,X,Buy,1,NaN,PlusTick,0", Reason::Price),
            ("1516838400,X,Buy,1,-5,PlusTick,0", Reason::PriceSign),
            ("1516838400,X,Buy,1,1.0000000000001,PlusTick,0", Reason::PriceDigits),
            ("1516838400,X,Buy,inf,5,PlusTick,0", Reason::Size),
            ("1516838400,X,Buy,0.0,5,PlusTick,0", Reason::SizeSign),
            ("1516838400,X,Buy,1e-20,5,PlusTick,0", Reason::SizeDigits),
            ("1516838400,X,Bought,1,5,PlusTick,0", Reason::Side),
            ("1516838400,X,Buy,1,5,Sideways,0", Reason::Tick),
            ("1516838400,,Buy,1,5,PlusTick,0", Reason::Symbol),
            ("1516838400,X,Buy,1,5,PlusTick,maybe", Reason::Rpi),
        ];
        for (line, reason) in cases {
            assert_eq!(parse(line).unwrap_err(), reason, "{line}");
        }
    }
}

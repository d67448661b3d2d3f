//! Trade files read the obvious way: whole, line by line, field by field.

use psky_core::tape::{
    Decimal, FLAG_BLOCK, FLAG_RPI, Layout, TickDirection, TickTracker, TimeUnit, TradeReader,
};
use std::io::Cursor;

/// A trade: time, bits of price and size, side, tick direction, flags.
pub type Trade = (i64, u64, u64, i8, i8, u8);
/// A rejected row: its line and why.
pub type Reject = (u64, String);

/// What a file holds, or why it is none.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    pub trades: Vec<Trade>,
    pub rejects: Vec<Reject>,
    pub decimals: (u32, u32),
    pub error: Option<String>,
}

/// Reads with the product, in batches of `max_rows`.
pub fn found_by_reader(bytes: &[u8], max_rows: usize) -> Found {
    let mut found = Found::default();
    match TradeReader::of_source(Cursor::new(bytes.to_vec())) {
        Err(error) => found.error = Some(error.to_string()),
        Ok(mut reader) => loop {
            match reader.next_batch(max_rows) {
                Err(error) => break found.error = Some(error.to_string()),
                Ok(None) => {
                    found.decimals = (reader.findings().price_decimals, reader.findings().size_decimals);
                    break;
                }
                Ok(Some(batch)) => {
                    assert!(batch.len() + batch.rejects.len() <= max_rows);
                    found.trades.extend((0..batch.len()).map(|at| {
                        let (price, size) = (batch.price[at].to_bits(), batch.size[at].to_bits());
                        (batch.ts_us[at], price, size, batch.side[at], batch.tick[at], batch.flags[at])
                    }));
                    found.rejects.extend(batch.rejects.iter().map(|r| (r.line, r.reason.to_string())));
                }
            }
        },
    }
    found
}

/// Reads plain text the obvious way; `None` where the reader's own errors about whole files are to be expected.
pub fn found_by_oracle(bytes: &[u8]) -> Option<Found> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let layout = Layout::of_header(lines.next()?).ok()?;
    let mut found = Found::default();
    let (mut unit, mut symbol, mut tracker) = (None, None, TickTracker::default());
    for (number, line) in (2..).zip(lines) {
        if line.is_empty() {
            continue;
        }
        match row(line, &layout, unit) {
            Ok(row) => {
                if symbol.get_or_insert_with(|| row.symbol.clone()) != &row.symbol {
                    return None;
                }
                unit = Some(row.unit);
                let (price, size) = (row.price.value(), row.size.value());
                let computed = tracker.push(row.ts_us, price) as i8;
                let tick = row.tick.unwrap_or(computed);
                found.trades.push((row.ts_us, price.to_bits(), size.to_bits(), row.side, tick, row.flags));
                found.decimals.0 = found.decimals.0.max(row.price.significant_decimals());
                found.decimals.1 = found.decimals.1.max(row.size.significant_decimals());
            }
            Err(reason) => found.rejects.push((number, reason.to_owned())),
        }
    }
    (!found.trades.is_empty() || !found.rejects.is_empty()).then_some(found)
}

struct Row {
    ts_us: i64,
    unit: TimeUnit,
    price: Decimal,
    size: Decimal,
    side: i8,
    tick: Option<i8>,
    symbol: Option<Vec<u8>>,
    flags: u8,
}

fn row(line: &[u8], layout: &Layout, unit: Option<TimeUnit>) -> Result<Row, &'static str> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b',').map(bare).collect();
    if fields.len() != layout.columns {
        return Err("wrong number of fields");
    }
    let (ts_us, unit) = time(fields[layout.time], unit)?;
    let symbol = layout.symbol.map(|column| fields[column].to_vec());
    if symbol.as_ref().is_some_and(Vec::is_empty) {
        return Err("no symbol");
    }
    let price = positive(fields[layout.price]).map_err(|why| PRICE[why])?;
    let size = positive(fields[layout.size]).map_err(|why| SIZE[why])?;
    let side = match fields[layout.side].to_ascii_lowercase().as_slice() {
        b"buy" => 1,
        b"sell" => -1,
        _ => return Err("unknown side"),
    };
    let tick = layout.tick.map_or(Ok(None), |column| tick(fields[column]))?;
    let rpi = layout.rpi.map_or(Ok(false), |column| flag(fields[column]).ok_or("unknown RPI flag"))?;
    let block =
        layout.block.map_or(Ok(false), |column| flag(fields[column]).ok_or("unknown block trade flag"))?;
    let flags = if rpi { FLAG_RPI } else { 0 } | if block { FLAG_BLOCK } else { 0 };
    Ok(Row { ts_us, unit, price, size, side, tick, symbol, flags })
}

const PRICE: [&str; 3] =
    ["price is not a number", "price is not positive", "price has more than 12 decimals or 18 digits"];
const SIZE: [&str; 3] =
    ["size is not a number", "size is not positive", "size has more than 12 decimals or 18 digits"];

fn bare(field: &[u8]) -> &[u8] {
    match field.trim_ascii() {
        [b'"', inner @ .., b'"'] => inner.trim_ascii(),
        other => other,
    }
}

fn is_number(field: &[u8]) -> bool {
    let text = std::str::from_utf8(field).unwrap_or_default();
    text.parse::<f64>().is_ok() && text.contains(|c: char| c.is_ascii_digit())
}

fn time(field: &[u8], unit: Option<TimeUnit>) -> Result<(i64, TimeUnit), &'static str> {
    if !is_number(field) {
        return Err("time is not a number");
    }
    let time = Decimal::parse(field).map_err(|_| "time is in no known unit")?;
    let found = TimeUnit::ALL.into_iter().find_map(|unit| Some((unit.to_us(time)?, unit)));
    match (found, unit) {
        (None, _) => Err("time is in no known unit"),
        (Some((_, found)), Some(unit)) if found != unit => {
            Err("time is in another unit than the rows before")
        }
        (Some(found), _) => Ok(found),
    }
}

fn positive(field: &[u8]) -> Result<Decimal, usize> {
    if !is_number(field) {
        return Err(0);
    }
    let number = Decimal::parse(field).map_err(|_| 2_usize)?.without_noise();
    if number.mantissa <= 0 {
        return Err(1);
    }
    // Fifteen digits are read as any other program reads them.
    let digits = field.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits <= 15 && !field.contains(&b'e') && !field.contains(&b'E') {
        let text = std::str::from_utf8(field).unwrap_or_default();
        assert_eq!(Some(number.value()), text.parse().ok(), "{text}");
    }
    if number.significant_decimals() > 12 || number.mantissa >= 10_i64.pow(18) { Err(2) } else { Ok(number) }
}

fn tick(field: &[u8]) -> Result<Option<i8>, &'static str> {
    match field.to_ascii_lowercase().as_slice() {
        b"" => Ok(None),
        b"plustick" => Ok(Some(TickDirection::Plus as i8)),
        b"zeroplustick" => Ok(Some(TickDirection::ZeroPlus as i8)),
        b"minustick" => Ok(Some(TickDirection::Minus as i8)),
        b"zerominustick" => Ok(Some(TickDirection::ZeroMinus as i8)),
        _ => Err("unknown tick direction"),
    }
}

fn flag(field: &[u8]) -> Option<bool> {
    match field.to_ascii_lowercase().as_slice() {
        b"" | b"0" | b"false" => Some(false),
        b"1" | b"true" => Some(true),
        _ => None,
    }
}

//! Rows as exchanges write them, read straight from the buffer. What is unusual in any way is left to [`RowParser`],
//! which gives the same trades, more slowly.
//!
//! [`RowParser`]: super::row::RowParser

use super::batch::{MISSING_TICK, TradeBatch};
use super::decimal::Decimal;
use super::header::{Column, Layout};
use super::reader::Findings;
use super::row::{flag, trim};
use super::swar::{first, letters, nearest, number, small, word};
use super::time::TimeUnit;
use super::trade::{Side, TickDirection};

/// A word of a small alphabet: its first eight letters, its next eight, its length, and what it means.
#[derive(Clone, Copy)]
struct Word {
    start: u64,
    start_mask: u64,
    rest: u64,
    rest_mask: u64,
    length: usize,
    code: i8,
}

impl Word {
    const fn new(name: &[u8], code: i8) -> Self {
        let (start, rest) = if name.len() > 8 { name.split_at(8) } else { (name, [].as_slice()) };
        Self {
            start: letters(start),
            start_mask: mask(start.len()),
            rest: letters(rest),
            rest_mask: mask(rest.len()),
            length: name.len(),
            code,
        }
    }
}

const fn mask(length: usize) -> u64 {
    if length == 0 { 0 } else { u64::MAX >> (64 - 8 * length) }
}

/// By the lowest bit of the first letter.
const SIDES: [Word; 2] = [Word::new(b"buy", Side::Buy as i8), Word::new(b"sell", Side::Sell as i8)];
/// By the bits 0 and 2 of the fifth letter, which differs in all four.
const TICKS: [Word; 4] = [
    Word::new(b"zeroplustick", TickDirection::ZeroPlus as i8),
    Word::new(b"minustick", TickDirection::Minus as i8),
    Word::new(b"plustick", TickDirection::Plus as i8),
    Word::new(b"zerominustick", TickDirection::ZeroMinus as i8),
];

/// The symbol of the file in words of eight bytes, each with its mask.
struct Symbol {
    parts: Vec<(u64, u64)>,
    length: usize,
}

impl Symbol {
    fn new(name: &[u8]) -> Self {
        let parts = name.chunks(8).map(|part| (letters(part), mask(part.len())));
        Self { parts: parts.collect(), length: name.len() }
    }
}

/// The fields of one row.
#[derive(Clone, Copy, Default)]
struct Fields {
    ts_us: i64,
    price: Decimal,
    size: Decimal,
    side: i8,
    tick: i8,
    flags: u8,
}

/// How many rows were read, and in how many bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of whole rows.
    pub bytes: usize,
    /// Rows, each on a line.
    pub rows: usize,
}

/// Reads plain rows of one layout.
pub struct PlainRows {
    columns: Vec<Column>,
}

impl PlainRows {
    /// A reader of rows laid out as `layout`.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        Self { columns: layout.in_order() }
    }

    /// Reads rows from the beginning of `text` up to the first that is not plain, or until `batch` is full.
    pub fn read(&self, text: &[u8], batch: &mut TradeBatch, findings: &mut Findings) -> Progress {
        let mut progress = Progress::default();
        let Some(unit) = findings.unit else { return progress };
        let name = findings.symbol.as_deref().unwrap_or_default().as_bytes();
        if !is_bare(name) {
            return progress;
        }
        let symbol = Symbol::new(name);
        while !batch.is_full() {
            let Some((fields, end)) = self.row(text, progress.bytes, unit, &symbol) else { break };
            let (price, size) = (fields.price, fields.size);
            findings.learn_decimals(price, size);
            batch.push(fields.ts_us, price.value(), size.value(), fields.side, fields.tick, fields.flags);
            progress = Progress { bytes: end, rows: progress.rows + 1 };
        }
        findings.rows += progress.rows as u64;
        progress
    }

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn row(&self, text: &[u8], start: usize, unit: TimeUnit, symbol: &Symbol) -> Option<(Fields, usize)> {
        let mut fields = Fields { tick: MISSING_TICK, ..Fields::default() };
        let mut at = start;
        let mut separator = b',';
        for column in &self.columns {
            if separator != b',' {
                return None;
            }
            let end = match *column {
                Column::Time => {
                    let (time, end) = number(text, at)?;
                    fields.ts_us = unit.to_us(time)?;
                    end
                }
                Column::Price => {
                    let (price, end) = number(text, at)?;
                    fields.price = price;
                    end
                }
                Column::Size => {
                    let (size, end) = number(text, at)?;
                    fields.size = size;
                    end
                }
                Column::Side => {
                    let start = word(text, at)?;
                    let side = SIDES[(start & 1) as usize];
                    if small(start) & side.start_mask != side.start {
                        return None;
                    }
                    fields.side = side.code;
                    at + side.length
                }
                Column::Tick => {
                    let start = word(text, at)?;
                    let rest = word(text, at + 8)?;
                    let tick = TICKS[(start >> 32 & 1 | start >> 33 & 2) as usize];
                    if small(start) != tick.start || small(rest) & tick.rest_mask != tick.rest {
                        return None;
                    }
                    fields.tick = tick.code;
                    at + tick.length
                }
                Column::Symbol => {
                    for (place, part) in symbol.parts.iter().enumerate() {
                        if word(text, at + 8 * place)? & part.1 != part.0 {
                            return None;
                        }
                    }
                    at + symbol.length
                }
                Column::Flag(bit) => match text.get(at)? {
                    b'0' => at + 1,
                    b'1' => {
                        fields.flags |= bit;
                        at + 1
                    }
                    _ => {
                        let end = field_end(text, at)?;
                        if flag(text.get(at..end)?)? {
                            fields.flags |= bit;
                        }
                        end
                    }
                },
                Column::Other => field_end(text, at)?,
            };
            separator = *text.get(end)?;
            at = end + 1;
        }
        if separator == b'\r' {
            separator = *text.get(at)?;
            at += 1;
        }
        let is_trade = is_valid(fields.price) & is_valid(fields.size);
        (separator == b'\n' && is_trade).then_some((fields, at))
    }
}

/// Whether a symbol is its own field, without spaces, quotes or a comma in the way.
fn is_bare(symbol: &[u8]) -> bool {
    trim(symbol) == symbol && !symbol.contains(&b',')
}

/// Whether a price or a size is one beyond doubt.
#[inline(always)]
#[allow(clippy::inline_always)]
fn is_valid(number: Decimal) -> bool {
    number.mantissa > 0 && number.mantissa < Decimal::NOISY && number.decimals <= 12
}

/// The place of the next comma or line end.
#[inline(always)]
#[allow(clippy::inline_always)]
fn field_end(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let bytes = word(text, at)?;
        let ends = nearest(bytes, b',') | nearest(bytes, b'\n');
        if ends != 0 {
            return Some(at + first(ends));
        }
        at += 8;
    }
}

//! Rows as exchanges write them, read from the buffer in blocks, a column at a time. What is unusual in any way is left to
//! [`RowParser`], which gives the same trades, more slowly.
//!
//! [`RowParser`]: super::row::RowParser
#![allow(clippy::inline_always, clippy::needless_range_loop, clippy::needless_bitwise_bool)] // as in cells.rs

use fearless_simd::{Level, Simd, dispatch};

use super::batch::{MISSING_TICK, TradeBatch};
use super::cells::{Cells, Lanes, ROWS, Splitter};
use super::header::{Column, Layout};
use super::numbers::{Numbers, times};
use super::reader::Findings;
use super::row::{flag, trim};
use super::swar::{letters, small};
use super::time::TimeUnit;
use super::trade::{Side, TickDirection};

/// A word of a small alphabet: its first eight letters, its next eight, its length, and what it means.
#[derive(Clone, Copy)]
struct Word {
    start: u64,
    start_mask: u64,
    rest: u64,
    rest_mask: u64,
    length: u64,
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
            length: name.len() as u64,
            code,
        }
    }
}

const fn mask(length: usize) -> u64 {
    if length == 0 { 0 } else { u64::MAX >> (64 - 8 * length) }
}

const SIDES: [Word; 2] = [Word::new(b"buy", Side::Buy as i8), Word::new(b"sell", Side::Sell as i8)];
const TICKS: [Word; 4] = [
    Word::new(b"plustick", TickDirection::Plus as i8),
    Word::new(b"zeroplustick", TickDirection::ZeroPlus as i8),
    Word::new(b"zerominustick", TickDirection::ZeroMinus as i8),
    Word::new(b"minustick", TickDirection::Minus as i8),
];

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
    splitter: Splitter,
    block: Block,
    /// Rows of the next block: few where rows were unusual, since those behind one are split again.
    ahead: usize,
}

impl PlainRows {
    /// A reader of rows laid out as `layout`.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        let splitter = Splitter::new(layout.columns);
        Self { columns: layout.in_order(), splitter, block: Block::default(), ahead: 1 }
    }

    /// Reads rows from the beginning of `text` up to the first that is not plain, or until `batch` is full.
    pub fn read(&mut self, text: &[u8], batch: &mut TradeBatch, findings: &mut Findings) -> Progress {
        let Some(unit) = findings.unit else { return Progress::default() };
        let symbol = findings.symbol.clone().unwrap_or_default();
        if !is_bare(symbol.as_bytes()) {
            return Progress::default();
        }
        let known = Known { unit, symbol: symbol.as_bytes() };
        let progress = dispatch!(Level::new(), simd => self.read_blocks(simd, text, known, batch, findings));
        findings.rows += progress.rows as u64;
        progress
    }

    #[inline(always)]
    fn read_blocks<S: Simd>(
        &mut self,
        simd: S,
        text: &[u8],
        known: Known<'_>,
        batch: &mut TradeBatch,
        findings: &mut Findings,
    ) -> Progress {
        let mut progress = Progress::default();
        loop {
            let wanted = self.ahead.min(batch.room());
            let found = self.splitter.split(simd, text, progress.bytes, wanted);
            let rows = self.block.read(&self.splitter, text, &self.columns, known, found);
            self.block.append_to(batch, findings, rows);
            progress = Progress { bytes: self.splitter.start(rows), rows: progress.rows + rows };
            if rows < wanted {
                self.ahead = (rows / 2).max(1);
                return progress;
            }
            if batch.is_full() {
                return progress;
            }
            self.ahead = (2 * self.ahead).min(ROWS);
        }
    }
}

/// What earlier rows said about the file.
#[derive(Clone, Copy)]
struct Known<'a> {
    unit: TimeUnit,
    symbol: &'a [u8],
}

/// The trades of a block.
struct Block {
    ts_us: Lanes<i64>,
    price: Numbers,
    size: Numbers,
    side: Lanes<i8>,
    tick: Lanes<i8>,
    flags: Lanes<u8>,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            ts_us: [0; ROWS],
            price: Numbers::default(),
            size: Numbers::default(),
            side: [0; ROWS],
            tick: [MISSING_TICK; ROWS],
            flags: [0; ROWS],
        }
    }
}

impl Block {
    /// Reads up to `rows` that were found; gives how many there are before the first that is not plain.
    #[inline(always)]
    fn read(
        &mut self,
        splitter: &Splitter,
        text: &[u8],
        columns: &[Column],
        known: Known<'_>,
        mut rows: usize,
    ) -> usize {
        self.flags = [0; ROWS];
        for (place, column) in columns.iter().enumerate() {
            if *column == Column::Other {
                continue;
            }
            let mut cells = splitter.cells(text, place, rows);
            match *column {
                Column::Time => times(&mut cells, known.unit, &mut self.ts_us),
                Column::Price => self.price.read(&mut cells),
                Column::Size => self.size.read(&mut cells),
                Column::Side => words(&mut cells, SIDES, &mut self.side),
                Column::Tick => words(&mut cells, TICKS, &mut self.tick),
                Column::Symbol => expect(&mut cells, known.symbol),
                Column::Flag(bit) => flags(&mut cells, bit, &mut self.flags),
                Column::Other => {}
            }
            rows = cells.rows;
        }
        rows
    }

    fn append_to(&self, batch: &mut TradeBatch, findings: &mut Findings, rows: usize) {
        findings.price_decimals = self.price.decimals_beyond(findings.price_decimals, rows);
        findings.size_decimals = self.size.decimals_beyond(findings.size_decimals, rows);
        batch.ts_us.extend_from_slice(&self.ts_us[..rows]);
        batch.price.extend_from_slice(&self.price.values[..rows]);
        batch.size.extend_from_slice(&self.size.values[..rows]);
        batch.side.extend_from_slice(&self.side[..rows]);
        batch.tick.extend_from_slice(&self.tick[..rows]);
        batch.flags.extend_from_slice(&self.flags[..rows]);
    }
}

/// Whether a symbol is its own field, without spaces, quotes or a comma in the way.
fn is_bare(symbol: &[u8]) -> bool {
    trim(symbol) == symbol && !symbol.contains(&b',')
}

/// Reads words of an alphabet as their codes.
#[inline(always)]
fn words<const WORDS: usize>(cells: &mut Cells<'_>, alphabet: [Word; WORDS], codes: &mut Lanes<i8>) {
    let is_long = alphabet.iter().any(|word| word.length > 8);
    let (starts, lengths) = (cells.words::<0>(), cells.lengths());
    let rests = if is_long { cells.words::<8>() } else { [0; ROWS] };
    let mut expected = [0; ROWS];
    for row in 0..ROWS {
        let (start, rest) = (small(starts[row]), small(rests[row]));
        let (mut code, mut is_any) = (0, false);
        for word in &alphabet {
            let is_start = start & word.start_mask == word.start;
            let is_word = is_start & (rest & word.rest_mask == word.rest) & (lengths[row] == word.length);
            code = if is_word { word.code } else { code };
            is_any |= is_word;
        }
        codes[row] = code;
        expected[row] = u8::from(is_any);
    }
    cells.keep(&expected);
}

/// Expects the same text in all cells.
#[inline(always)]
fn expect(cells: &mut Cells<'_>, text: &[u8]) {
    let mut expected = [0; ROWS];
    for row in 0..cells.rows {
        let (start, end) = cells.place(row);
        expected[row] = u8::from(cells.text.get(start..end) == Some(text));
    }
    cells.keep(&expected);
}

/// Sets a bit where the cell is a flag that is set.
#[inline(always)]
fn flags(cells: &mut Cells<'_>, bit: u8, flags: &mut Lanes<u8>) {
    for row in 0..cells.rows {
        let (start, end) = cells.place(row);
        let Some(is_set) = cells.text.get(start..end).and_then(flag) else {
            cells.rows = row;
            break;
        };
        flags[row] |= if is_set { bit } else { 0 };
    }
}

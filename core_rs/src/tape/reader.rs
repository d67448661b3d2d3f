//! A file of trades as a stream of column batches, with what was rejected and what was learnt on the way.

use std::io::Read;
use std::path::Path;

use super::error::TradeFileError;
use super::header::{Dialect, Layout, excerpt};
use super::lines::Lines;
use super::row::{Reason, Row, RowParser};
use super::tick::TickTracker;
use super::time::TimeUnit;
use super::trade::FLAG_RPI;

/// Rejected rows whose text is kept; all are counted.
pub const KEPT_REJECTS: usize = 1000;

/// Trades in the order of the file, one column a field.
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
    /// Bits: [`FLAG_RPI`], [`FLAG_BLOCK`].
    pub flags: Vec<u8>,
}

impl TradeBatch {
    fn with_capacity(rows: usize) -> Self {
        Self {
            ts_us: Vec::with_capacity(rows),
            price: Vec::with_capacity(rows),
            size: Vec::with_capacity(rows),
            side: Vec::with_capacity(rows),
            tick: Vec::with_capacity(rows),
            flags: Vec::with_capacity(rows),
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
}

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

/// What the rows read so far say about the file.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The unit of the times, known from the first valid row.
    pub unit: Option<TimeUnit>,
    /// The symbol, where the file has that column.
    pub symbol: Option<String>,
    /// The most decimals of a price that are not padding.
    pub price_decimals: u32,
    /// The same of a size.
    pub size_decimals: u32,
    /// Valid rows.
    pub rows: u64,
    /// Rows that are not trades.
    pub rejected: u64,
    /// The first of them, at most [`KEPT_REJECTS`].
    pub rejects: Vec<Reject>,
}

/// Reads trades from a file in batches; memory does not grow with the file.
pub struct TradeReader {
    lines: Lines,
    dialect: Dialect,
    parser: RowParser,
    tracker: TickTracker,
    findings: Findings,
}

impl TradeReader {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// A file that cannot be read or whose header is not one of trades.
    pub fn open(path: &Path) -> Result<Self, TradeFileError> {
        Self::of_lines(Lines::open(path)?)
    }

    /// Reads from any source of bytes.
    ///
    /// # Errors
    /// As [`TradeReader::open`].
    pub fn of_source(source: impl Read + Send + 'static) -> Result<Self, TradeFileError> {
        Self::of_lines(Lines::of_source(source)?)
    }

    fn of_lines(mut lines: Lines) -> Result<Self, TradeFileError> {
        let layout = Layout::of_header(lines.next_line()?.ok_or(TradeFileError::Empty)?)?;
        Ok(Self {
            lines,
            dialect: layout.dialect,
            parser: RowParser::new(layout),
            tracker: TickTracker::default(),
            findings: Findings::default(),
        })
    }

    /// The layout that the header tells.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What the rows read so far say.
    #[must_use]
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// Bytes of the file consumed so far, before unpacking.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.lines.bytes_read()
    }

    /// The next trades, at most `max_rows`; `None` after the last.
    ///
    /// # Errors
    /// A file damaged further down, a second symbol, no row below the header.
    pub fn next_batch(&mut self, max_rows: usize) -> Result<Option<TradeBatch>, TradeFileError> {
        let mut batch = TradeBatch::with_capacity(max_rows);
        while batch.len() < max_rows {
            let Some(line) = self.lines.next_line()? else { break };
            if line.is_empty() {
                continue;
            }
            match self.parser.parse(line, self.findings.unit) {
                Ok(row) if self.findings.is_of_symbol(row.symbol) => {
                    self.findings.learn(&row);
                    push(&mut batch, &row, &mut self.tracker);
                }
                Ok(row) => {
                    let second = excerpt(row.symbol.unwrap_or_default());
                    return Err(self.two_symbols(second));
                }
                Err(reason) => {
                    let text = excerpt(line);
                    let line = self.lines.line();
                    self.findings.reject(line, reason, text);
                }
            }
        }
        if self.findings.rows + self.findings.rejected == 0 {
            return Err(TradeFileError::NoRows);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn two_symbols(&self, second: String) -> TradeFileError {
        let first = self.findings.symbol.clone().unwrap_or_default();
        TradeFileError::TwoSymbols { first, second, line: self.lines.line() }
    }
}

impl Findings {
    fn is_of_symbol(&self, symbol: Option<&[u8]>) -> bool {
        match (&self.symbol, symbol) {
            (Some(known), Some(found)) => known.as_bytes() == found,
            _ => true,
        }
    }

    #[inline]
    fn learn(&mut self, row: &Row) {
        self.rows += 1;
        if row.price.decimals > self.price_decimals {
            self.price_decimals = self.price_decimals.max(row.price.significant_decimals());
        }
        if row.size.decimals > self.size_decimals {
            self.size_decimals = self.size_decimals.max(row.size.significant_decimals());
        }
        if self.unit.is_none() {
            self.unit = Some(row.unit);
            self.symbol = row.symbol.map(excerpt);
        }
    }

    #[cold]
    fn reject(&mut self, line: u64, reason: Reason, text: String) {
        self.rejected += 1;
        if self.rejects.len() < KEPT_REJECTS {
            self.rejects.push(Reject { line, reason, text });
        }
    }
}

#[inline]
fn push(batch: &mut TradeBatch, row: &Row, tracker: &mut TickTracker) {
    let price = row.price.value();
    let computed = tracker.push(price);
    batch.ts_us.push(row.ts_us);
    batch.price.push(price);
    batch.size.push(row.size.value());
    batch.side.push(row.side as i8);
    batch.tick.push(row.tick.unwrap_or(computed) as i8);
    batch.flags.push(if row.rpi { FLAG_RPI } else { 0 });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(text: &str, max_rows: usize) -> Result<(TradeReader, Vec<TradeBatch>), TradeFileError> {
        let mut reader = TradeReader::of_source(Cursor::new(text.as_bytes().to_vec()))?;
        let mut batches = Vec::new();
        while let Some(batch) = reader.next_batch(max_rows)? {
            batches.push(batch);
        }
        Ok((reader, batches))
    }

    #[test]
    fn batches_keep_the_order_of_the_file() {
        let text = "timestamp,price,size,side\n1600000002,5.10,1,Buy\n1600000001,5.0,0.25,Sell\n\n1600000003,5.0,1,buy\n";
        let (reader, batches) = read(text, 2).unwrap();
        assert_eq!(batches.iter().map(TradeBatch::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(batches[0].ts_us, [1_600_000_002_000_000, 1_600_000_001_000_000]);
        assert_eq!((&batches[0].tick, &batches[1].tick), (&vec![0, -2], &vec![-1]));
        let findings = reader.findings();
        assert_eq!((findings.price_decimals, findings.size_decimals, findings.rows), (1, 2, 3));
        assert_eq!(reader.bytes_read(), text.len() as u64);
    }

    #[test]
    fn rejects_name_line_reason_and_text() {
        let long = "x".repeat(500);
        let text = format!(
            "timestamp,price,size,side\n1600000000,0,1,Buy\n{long}\n1600000000,5,1,Buy\n1600000000000,5,1,Buy\n"
        );
        let (reader, _) = read(&text, 100).unwrap();
        let findings = reader.findings();
        let summary: Vec<_> = findings.rejects.iter().map(|r| (r.line, r.reason, r.text.len())).collect();
        assert_eq!(
            summary,
            [(2, Reason::PriceSign, 18), (3, Reason::Fields, 200), (5, Reason::TimeUnit, 21)]
        );
        assert_eq!((findings.rows, findings.rejected), (1, 3));
    }

    #[test]
    fn kept_rejects_are_bounded() {
        let text = format!("timestamp,price,size,side\n{}", "junk\n".repeat(KEPT_REJECTS + 7));
        let (reader, batches) = read(&text, 100).unwrap();
        assert!(batches.is_empty());
        assert_eq!((reader.findings().rejected, reader.findings().rejects.len()), (1007, KEPT_REJECTS));
    }

    #[test]
    fn a_file_is_of_one_symbol() {
        let text = "timestamp,price,size,side,symbol\n1600000000,5,1,Buy,AAA\n1600000000,5,1,Buy,BBB\n";
        let error = read(text, 100).err().unwrap().to_string();
        assert!(error.contains("found AAA and, at line 3, BBB"), "{error}");
    }

    #[test]
    fn nothing_to_read_is_an_error() {
        assert!(matches!(read("", 100), Err(TradeFileError::Empty)));
        assert!(matches!(read("timestamp,price,size,side\r\n\r\n", 100), Err(TradeFileError::NoRows)));
    }

    #[test]
    fn a_price_improvement_is_flagged() {
        let text =
            "id,timestamp,price,volume,side,rpi\n1,1747612800074,5,1,sell,1\n2,1747612800074,5,1,sell,0\n";
        let (reader, batches) = read(text, 100).unwrap();
        assert_eq!(
            (batches[0].flags.as_slice(), reader.dialect()),
            ([FLAG_RPI, 0].as_slice(), Dialect::BybitSpot)
        );
        assert_eq!(reader.findings().unit, Some(TimeUnit::Milliseconds));
    }
}

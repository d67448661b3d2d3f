//! A file of trades as a stream of column batches, with what was rejected and what was learnt on the way.

use std::path::Path;

use super::batch::{MISSING_TICK, Reject, TradeBatch};
use super::content::{self, Content, Source};
use super::decimal::Decimal;
use super::error::TradeFileError;
use super::header::{Dialect, Layout, excerpt};
use super::lines::Lines;
use super::plain::PlainRows;
use super::row::{Row, RowParser};
use super::tick::TickTracker;
use super::time::TimeUnit;

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
}

/// Reads trades from a file in batches; memory does not grow with the file.
pub struct TradeReader {
    lines: Lines,
    dialect: Dialect,
    plain: PlainRows,
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
        Self::of_content(Content::of(content::open(path)?))
    }

    /// Opens a file whose bytes are hashed while they are read.
    ///
    /// # Errors
    /// As [`TradeReader::open`].
    pub fn open_hashed(path: &Path) -> Result<Self, TradeFileError> {
        Self::of_content(Content::hashed(content::open(path)?))
    }

    /// Reads from any source of bytes.
    ///
    /// # Errors
    /// As [`TradeReader::open`].
    pub fn of_source(source: impl Source + 'static) -> Result<Self, TradeFileError> {
        Self::of_content(Content::of(source))
    }

    fn of_content(content: Content) -> Result<Self, TradeFileError> {
        let mut lines = Lines::of(content)?;
        let layout = Layout::of_header(lines.next_line()?.ok_or(TradeFileError::Empty)?)?;
        Ok(Self {
            lines,
            dialect: layout.dialect,
            plain: PlainRows::new(&layout),
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

    /// The XXH128 hash of a hashed file, packed as it is, in hexadecimal, once its last batch was read.
    #[must_use]
    pub fn xxh128(&self) -> Option<String> {
        self.lines.xxh128()
    }

    /// The next trades and rejected rows, at most `max_rows` together; `None` after the last.
    ///
    /// # Errors
    /// A file damaged further down, a second symbol, no row below the header.
    pub fn next_batch(&mut self, max_rows: usize) -> Result<Option<TradeBatch>, TradeFileError> {
        let mut batch = TradeBatch::of(max_rows);
        while !batch.is_full() {
            let plain = self.plain.read(self.lines.unread(), &mut batch, &mut self.findings);
            self.lines.skip(plain.bytes, plain.rows);
            if !batch.is_full() && !self.read_line(&mut batch)? {
                break;
            }
        }
        if self.findings.rows + self.findings.rejected == 0 {
            return Err(TradeFileError::NoRows);
        }
        self.complete_ticks(&mut batch);
        Ok((batch.len() + batch.rejects.len() > 0).then_some(batch))
    }

    /// Reads one line the long way; false after the last.
    fn read_line(&mut self, batch: &mut TradeBatch) -> Result<bool, TradeFileError> {
        let Some(line) = self.lines.next_line()? else { return Ok(false) };
        if line.is_empty() {
            return Ok(true);
        }
        match self.parser.parse(line, self.findings.unit) {
            Ok(row) if self.findings.is_of_symbol(row.symbol) => {
                self.findings.learn(&row);
                let (price, size) = (row.price.value(), row.size.value());
                let tick = row.tick.map_or(MISSING_TICK, |tick| tick as i8);
                batch.push(row.ts_us, price, size, row.side as i8, tick, row.flags);
            }
            Ok(row) => {
                let second = excerpt(row.symbol.unwrap_or_default());
                return Err(self.two_symbols(second));
            }
            Err(reason) => {
                let text = excerpt(line);
                self.findings.rejected += 1;
                batch.rejects.push(Reject { line: self.lines.line(), reason, text });
            }
        }
        Ok(true)
    }

    /// Computes the tick directions that the rows did not give.
    fn complete_ticks(&mut self, batch: &mut TradeBatch) {
        if !batch.tick.contains(&MISSING_TICK) {
            return self.tracker.follow(&batch.ts_us, &batch.price);
        }
        for ((tick, ts_us), price) in batch.tick.iter_mut().zip(&batch.ts_us).zip(&batch.price) {
            let computed = self.tracker.push(*ts_us, *price) as i8;
            *tick = if *tick == MISSING_TICK { computed } else { *tick };
        }
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

    fn learn(&mut self, row: &Row) {
        self.rows += 1;
        self.learn_decimals(row.price, row.size);
        if self.unit.is_none() {
            self.unit = Some(row.unit);
            self.symbol = row.symbol.map(excerpt);
        }
    }

    fn learn_decimals(&mut self, price: Decimal, size: Decimal) {
        if price.is_finer_than(self.price_decimals) {
            self.price_decimals = price.significant_decimals();
        }
        if size.is_finer_than(self.size_decimals) {
            self.size_decimals = size.significant_decimals();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::FLAG_RPI;
    use super::*;
    use crate::tape::Reason;
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
        assert_eq!((&batches[0].tick, &batches[1].tick), (&vec![0, 0], &vec![0]));
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
        let (reader, batches) = read(&text, 100).unwrap();
        let summary: Vec<_> = batches[0].rejects.iter().map(|r| (r.line, r.reason, r.text.len())).collect();
        assert_eq!(
            summary,
            [(2, Reason::PriceSign, 18), (3, Reason::Fields, 200), (5, Reason::TimeUnit, 21)]
        );
        assert_eq!((reader.findings().rows, reader.findings().rejected), (1, 3));
    }

    #[test]
    fn a_time_beyond_the_unit_is_rejected_among_plain_rows() {
        let row = |time: &str| format!("{time},5,1,Buy\n");
        let plain = row("1600000000").repeat(40);
        for odd in ["16000000000", "16000000000.5", "99999999", "9999999.9", "1600000000000000"] {
            let text = format!("timestamp,price,size,side\n{plain}{}{plain}", row(odd));
            let (reader, _) = read(&text, 1000).unwrap();
            assert_eq!((reader.findings().rows, reader.findings().rejected), (80, 1), "{odd}");
        }
    }

    #[test]
    fn batches_bound_rejects_too() {
        let text = format!("timestamp,price,size,side\n{}1600000000,5,1,Buy\n", "junk\n".repeat(1007));
        let (reader, batches) = read(&text, 100).unwrap();
        assert!(batches.iter().all(|batch| batch.len() + batch.rejects.len() <= 100));
        let lines: Vec<u64> = batches.iter().flat_map(|batch| &batch.rejects).map(|r| r.line).collect();
        assert_eq!(lines, (2..=1008).collect::<Vec<_>>());
        assert_eq!((reader.findings().rejected, batches.last().unwrap().len()), (1007, 1));
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

//! Why a file as a whole cannot be read as trades. Single rows are rejected instead, see `Reject`.

use std::io;

/// A file that is not, or not wholly, a file of trades.
#[derive(Debug, thiserror::Error)]
pub enum TradeFileError {
    /// The operating system refuses to open or read it.
    #[error("expected a readable file, found: {0}")]
    Unreadable(io::Error),
    /// A folder, a pipe or a device.
    #[error("expected a regular file, found a folder, pipe or device")]
    NotAFile,
    /// Nothing in it.
    #[error("expected a header line and trades, found an empty file")]
    Empty,
    /// A header and no line below it.
    #[error("expected trades below the header, found none")]
    NoRows,
    /// A zip archive that is not that of one file.
    #[error("expected a zip archive with one CSV file in it, found {0}; unpack it first")]
    Archive(String),
    /// Bytes that are not text where the header should be.
    #[error("expected a CSV header of UTF-8 text up to a line feed, found {0}")]
    NotText(String),
    /// The first line holds a trade.
    #[error("expected a header line naming the columns, found data: {0}")]
    NoHeader(String),
    /// Columns without which a trade is not known.
    #[error(
        "expected columns timestamp, price, size (or volume), side; {missing} missing, found header: {found}"
    )]
    MissingColumns {
        /// The names that are missing.
        missing: String,
        /// The header as it is.
        found: String,
    },
    /// One name over two columns.
    #[error("expected each column once, found {0:?} twice in the header")]
    DuplicateColumn(String),
    /// A line that no trade has.
    #[error("expected lines of at most {limit} bytes, found a longer one at line {line}")]
    LineTooLong {
        /// The line, counted from 1.
        line: u64,
        /// The longest that is read.
        limit: usize,
    },
    /// The packed stream stops early.
    #[error("expected a complete {packing} file, found its end missing after line {line}; download it again")]
    Truncated {
        /// The packing.
        packing: &'static str,
        /// Lines that could be read.
        line: u64,
    },
    /// The packed stream is damaged.
    #[error("expected an intact {packing} file, found damage after line {line} ({cause}); download it again")]
    Corrupt {
        /// The packing.
        packing: &'static str,
        /// Lines that could be read.
        line: u64,
        /// What the decoder says.
        cause: String,
    },
    /// Trades of more than one symbol.
    #[error("expected trades of one symbol, found {first} and, at line {line}, {second}; split the file")]
    TwoSymbols {
        /// The symbol of the first row.
        first: String,
        /// The other one.
        second: String,
        /// The line of the other one.
        line: u64,
    },
}

//! Which column holds what, by name: dialects differ in their header only.

use super::decimal::Decimal;
use super::error::TradeFileError;
use super::{FLAG_BLOCK, FLAG_RPI};

/// Names of the same flag: the archive's, that of REST, in small letters.
const RPI_NAMES: [&str; 2] = ["rpi", "isrpitrade"];
/// Names of REST, of other exports, and of the public trade stream.
const BLOCK_NAMES: [&str; 3] = ["isblocktrade", "blocktrade", "bt"];

/// The known layouts of trade files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `timestamp,price,size,side[,tickDirection]`.
    Simple,
    /// Bybit's archive of derivatives, 10 or 11 columns.
    Bybit,
    /// Bybit's archive of spot: `id,timestamp,price,volume,side,rpi`.
    BybitSpot,
}

impl Dialect {
    /// The name that people are shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Bybit => "bybit",
            Self::BybitSpot => "bybit-spot",
        }
    }
}

/// What one column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Unix time.
    Time,
    /// Price.
    Price,
    /// Size.
    Size,
    /// The taker's side.
    Side,
    /// The exchange's tick direction.
    Tick,
    /// The symbol.
    Symbol,
    /// Whether a bit of the trade's flags is set.
    Flag(u8),
    /// What is not used.
    Other,
}

/// The place of each column that is used; other columns are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What the header looks like.
    pub dialect: Dialect,
    /// Number of columns of a row.
    pub columns: usize,
    /// Unix time.
    pub time: usize,
    /// Price.
    pub price: usize,
    /// Size in the base currency (contracts on inverse markets).
    pub size: usize,
    /// The taker's side.
    pub side: usize,
    /// The exchange's tick direction.
    pub tick: Option<usize>,
    /// The symbol, the same in all rows.
    pub symbol: Option<usize>,
    /// Whether a retail price improvement order took part.
    pub rpi: Option<usize>,
    /// Whether it is a block trade.
    pub block: Option<usize>,
}

impl Layout {
    /// Reads the header line; names in any order and any case.
    ///
    /// # Errors
    /// Binary data, a line of data, a missing column, a name given twice.
    pub fn of_header(line: &[u8]) -> Result<Self, TradeFileError> {
        let text = header_text(line)?;
        let names: Vec<String> = text.split(',').map(|name| unquote(name).to_ascii_lowercase()).collect();
        if Decimal::parse(names[0].as_bytes()).is_ok() {
            return Err(TradeFileError::NoHeader(excerpt(line)));
        }
        if let Some(twice) = (1..names.len()).find(|&at| names[..at].contains(&names[at])) {
            return Err(TradeFileError::DuplicateColumn(names[twice].clone()));
        }
        let at = |name: &str| names.iter().position(|known| known == name);
        let size = at("size").or_else(|| at("volume"));
        let (Some(time), Some(price), Some(size), Some(side)) =
            (at("timestamp"), at("price"), size, at("side"))
        else {
            let needed = [
                ("timestamp", at("timestamp")),
                ("price", at("price")),
                ("size", size),
                ("side", at("side")),
            ];
            let missing = needed.iter().filter(|(_, place)| place.is_none()).map(|(name, _)| *name);
            return Err(TradeFileError::MissingColumns {
                missing: missing.collect::<Vec<_>>().join(", "),
                found: excerpt(line),
            });
        };
        let dialect = match (at("trdmatchid"), at("id"), at("volume")) {
            (Some(_), _, _) => Dialect::Bybit,
            (None, Some(_), Some(_)) => Dialect::BybitSpot,
            _ => Dialect::Simple,
        };
        let (tick, symbol) = (at("tickdirection"), at("symbol"));
        let rpi = RPI_NAMES.into_iter().find_map(at);
        let block = BLOCK_NAMES.into_iter().find_map(at);
        Ok(Self { dialect, columns: names.len(), time, price, size, side, tick, symbol, rpi, block })
    }

    /// What each column holds, in the order of the file.
    #[must_use]
    pub fn in_order(&self) -> Vec<Column> {
        let mut columns = vec![Column::Other; self.columns];
        let used = [
            (Some(self.time), Column::Time),
            (Some(self.price), Column::Price),
            (Some(self.size), Column::Size),
            (Some(self.side), Column::Side),
            (self.tick, Column::Tick),
            (self.symbol, Column::Symbol),
            (self.rpi, Column::Flag(FLAG_RPI)),
            (self.block, Column::Flag(FLAG_BLOCK)),
        ];
        for (place, column) in used {
            if let Some(place) = place {
                columns[place] = column;
            }
        }
        columns
    }
}

fn header_text(line: &[u8]) -> Result<&str, TradeFileError> {
    let control = line.iter().position(|byte| byte.is_ascii_control() && *byte != b'\t');
    let text = std::str::from_utf8(line);
    let broken = text.err().map(|error| error.valid_up_to());
    match (text, control.into_iter().chain(broken).min()) {
        (Ok(text), None) => Ok(text),
        (_, place) => Err(TradeFileError::NotText(not_text(line, place.unwrap_or_default()))),
    }
}

fn not_text(line: &[u8], place: usize) -> String {
    let byte = line.get(place).copied().unwrap_or_default();
    format!("the byte 0x{byte:02x} at place {}: {}", place + 1, excerpt(line))
}

fn unquote(name: &str) -> &str {
    let name = name.trim();
    name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name).trim()
}

/// The first 200 characters of a line, printable.
#[must_use]
pub fn excerpt(line: &[u8]) -> String {
    // 800 bytes hold 200 characters of any kind.
    let text = String::from_utf8_lossy(&line[..line.len().min(800)]);
    text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_name() {
        let layout = Layout::of_header(b"SIDE, Size ,\"price\",TimeStamp").unwrap();
        assert_eq!((layout.side, layout.size, layout.price, layout.time), (0, 1, 2, 3));
        assert_eq!((layout.dialect, layout.tick), (Dialect::Simple, None));
    }

    #[test]
    fn dialects_are_told_by_their_columns() {
        let bybit = b"timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,RPI";
        let layout = Layout::of_header(bybit).unwrap();
        assert_eq!((layout.dialect, layout.columns, layout.rpi), (Dialect::Bybit, 11, Some(10)));
        let spot = Layout::of_header(b"id,timestamp,price,volume,side,rpi").unwrap();
        assert_eq!((spot.dialect, spot.size), (Dialect::BybitSpot, 3));
    }

    #[test]
    fn headers_that_are_none_are_refused() {
        let message = |line: &[u8]| Layout::of_header(line).unwrap_err().to_string();
        assert!(
            message(b"timestamp,price,side").contains("size missing, found header: timestamp,price,side")
        );
        assert!(message(b"Dear diary").contains("timestamp, price, size, side missing"));
        assert!(message(b"1516460405.797,1407186,0.018,Buy").contains("found data: 1516460405.797"));
        assert!(message(b"timestamp,price,PRICE,size,side").contains("\"price\" twice"));
        assert!(message(b"\x7fELF\x02\x01").contains("byte 0x7f at place 1: \u{fffd}ELF"));
        assert!(message(b"\xff\xfet\0i\0").contains("byte 0xff at place 1"));
        assert!(message(b"price,size\r1,\xff").contains("byte 0x0d at place 11: price,size\u{fffd}1,"));
        assert!(message(b"price,\xe9t\xe9").contains("byte 0xe9 at place 7: price,\u{fffd}t\u{fffd}"));
    }
}

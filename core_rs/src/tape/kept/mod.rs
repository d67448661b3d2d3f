//! A tape as a file that is mapped into memory: its columns as a tape holds them, so that nothing is read to have them.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `PSKYTAPE` |
//! | 8 | 4 | version of this layout |
//! | 12 | 4 | CRC-32 of the columns, without what lies between them |
//! | 16 | 8 | trades |
//! | 24 | 8, 8 | tick size, lot size, as floats |
//! | 40 | 32 | identity: what the tape was made of |
//! | 72 | 4, 4 | bytes of a price, of a size: 4 or 8 |
//! | 80 | 44 | zeros |
//! | 124 | 4 | CRC-32 of the 124 bytes before |
//! | 128 | | times, prices, sizes and marks, each from the next multiple of 64 on, zeros between them |
//!
//! Numbers are little-endian. A machine of the other order writes its own, and finds another version in these.

mod header;
mod tests;

use std::io::{self, Write};
use std::ops::Range;

use bytemuck::PodCastError;

use super::column::{Column, Memory};
use super::store::Tape;
use super::units::{UnitSlice, Units};
use header::{Header, VERSION};

/// Names what a tape was made of.
pub type Identity = [u8; 32];

/// Why bytes are not the tape that is looked for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeptTapeError {
    /// Something else.
    #[error("expected a kept tape, found other bytes")]
    Foreign,
    /// Made by another version of psky.
    #[error("expected a kept tape of version {VERSION}, found version {0}")]
    Version(u32),
    /// Not the bytes that were written.
    #[error("expected a kept tape as it was written, found it damaged")]
    Damaged,
    /// Cut off, or grown.
    #[error("expected a kept tape of {expected} bytes, found {found}")]
    Length {
        /// Bytes of which its header tells.
        expected: u128,
        /// Bytes that there are.
        found: usize,
    },
    /// Made of other files or steps.
    #[error("expected the kept tape of the files that are there now, found that of others")]
    Other,
}

impl From<PodCastError> for KeptTapeError {
    fn from(_: PodCastError) -> Self {
        Self::Damaged
    }
}

impl Tape {
    /// Writes the tape as [`Self::kept`] takes it.
    ///
    /// # Errors
    /// Whatever `out` refuses.
    pub fn keep(&self, identity: Identity, out: &mut impl Write) -> io::Result<()> {
        let trades = self.part(0..self.len());
        let columns = [
            bytemuck::cast_slice(trades.ts_us),
            bytes(trades.price),
            bytes(trades.size),
            bytemuck::cast_slice(trades.marks),
        ];
        let widths = [trades.price, trades.size].map(width);
        let header =
            Header::new(self.len(), [self.tick_size(), self.lot_size()], widths, crc(&columns), identity);
        out.write_all(header.bytes())?;
        let mut end = header.bytes().len();
        for (column, place) in columns.into_iter().zip(header.places()) {
            out.write_all(&vec![0; place.start - end])?;
            out.write_all(column)?;
            end = place.end;
        }
        Ok(())
    }

    /// The tape that [`Self::keep`] wrote with the same identity. It reads all of the bytes once, to find them whole.
    ///
    /// # Errors
    /// Other bytes.
    pub fn kept(memory: &Memory, identity: Identity) -> Result<Self, KeptTapeError> {
        let file = (**memory).as_ref();
        let header = Header::read(file, identity)?;
        let places = header.places();
        if crc(&places.clone().map(|place| &file[place])) != header.columns_crc {
            return Err(KeptTapeError::Damaged);
        }
        let [ts_us, price, size, marks] = places;
        let [price_bytes, size_bytes] = header.unit_bytes;
        let units = [units(memory, price, price_bytes)?, units(memory, size, size_bytes)?];
        let (ts_us, marks) = (Column::mapped(memory, ts_us)?, Column::mapped(memory, marks)?);
        Ok(Self::of_columns(ts_us, units, marks, header.steps))
    }
}

fn units(memory: &Memory, place: Range<usize>, width: u32) -> Result<Units, KeptTapeError> {
    Ok(match width {
        4 => Units::Narrow(Column::mapped(memory, place)?),
        8 => Units::Wide(Column::mapped(memory, place)?),
        _ => return Err(KeptTapeError::Damaged),
    })
}

fn width(units: UnitSlice<'_>) -> u32 {
    match units {
        UnitSlice::Narrow(_) => 4,
        UnitSlice::Wide(_) => 8,
    }
}

fn bytes(units: UnitSlice<'_>) -> &[u8] {
    match units {
        UnitSlice::Narrow(units) => bytemuck::cast_slice(units),
        UnitSlice::Wide(units) => bytemuck::cast_slice(units),
    }
}

fn crc(columns: &[&[u8]]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    for column in columns {
        crc.update(column);
    }
    crc.finalize()
}

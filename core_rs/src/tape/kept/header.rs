//! The first bytes of a kept tape: what it is, and where its columns lie.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::{Identity, KeptTapeError};

const MARK: [u8; 8] = *b"PSKYTAPE";
/// Raised when the layout changes, that of a [`crate::tape::Mark`] included.
pub const VERSION: u32 = 1;
/// Columns begin at multiples of it, as the widest number must.
const ALIGNED: u128 = 64;
const LENGTH: usize = size_of::<Header>();

/// The header as it is written, see the table of this module.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Header {
    mark: [u8; 8],
    version: u32,
    /// Of the columns, without what lies between them.
    pub columns_crc: u32,
    trades: u64,
    /// The price of a tick and the size of a lot.
    pub steps: [f64; 2],
    identity: Identity,
    /// Bytes of a price and of a size.
    pub unit_bytes: [u32; 2],
    zeros: [u32; 11],
    crc: u32,
}

impl Header {
    /// The header of so many trades.
    pub fn new(
        trades: usize,
        steps: [f64; 2],
        unit_bytes: [u32; 2],
        columns_crc: u32,
        identity: Identity,
    ) -> Self {
        let (mark, version, trades) = (MARK, VERSION, trades as u64);
        let header =
            Self { mark, version, columns_crc, trades, steps, identity, unit_bytes, zeros: [0; 11], crc: 0 };
        Self { crc: header.own_crc(), ..header }
    }

    /// Reads the header of a file, and finds the file as long as it says.
    pub fn read(file: &[u8], identity: Identity) -> Result<Self, KeptTapeError> {
        let bytes = file.get(..LENGTH).ok_or(KeptTapeError::Foreign)?;
        let header: Self = bytemuck::pod_read_unaligned(bytes);
        let expected = header.end();
        if header.mark != MARK {
            Err(KeptTapeError::Foreign)
        } else if header.version != VERSION {
            Err(KeptTapeError::Version(header.version))
        } else if header.crc != header.own_crc() {
            Err(KeptTapeError::Damaged)
        } else if expected != file.len() as u128 {
            Err(KeptTapeError::Length { expected, found: file.len() })
        } else if header.identity != identity {
            Err(KeptTapeError::Other)
        } else {
            Ok(header)
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        bytemuck::bytes_of(self)
    }

    /// Where the columns lie in a file that is long enough.
    pub fn places(&self) -> [Range<usize>; 4] {
        self.spans().map(|span| span.start as usize..span.end as usize)
    }

    fn end(&self) -> u128 {
        self.spans()[3].end
    }

    // In numbers that hold any product of the header's.
    fn spans(&self) -> [Range<u128>; 4] {
        let mut end = LENGTH as u128;
        let [price, size] = self.unit_bytes;
        [8, price, size, 1].map(|width| {
            let start = end.next_multiple_of(ALIGNED);
            end = start + u128::from(width) * u128::from(self.trades);
            start..end
        })
    }

    fn own_crc(&self) -> u32 {
        crc32fast::hash(&self.bytes()[..LENGTH - size_of::<u32>()])
    }
}

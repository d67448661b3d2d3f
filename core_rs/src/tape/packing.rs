//! What a file is packed in, told by its first bytes whatever its name, and the stream of its text.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::error::TradeFileError;
use super::zip;

const BUFFER: usize = 64 * 1024;

/// The packings that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Text as it is.
    Plain,
    /// One or several gzip members.
    Gzip,
    /// One or several zstd frames.
    Zstd,
    /// A zip archive with one CSV file in it.
    Zip,
}

impl Packing {
    /// The name that people are shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Zip => "zip",
        }
    }

    const fn of_magic(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            // The second is a frame to be skipped, with which parallel packers begin.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] | [b'P', b'K', 7, 8] => Self::Zip,
            _ => Self::Plain,
        }
    }
}

/// The text of a file.
pub struct Unpacked {
    /// The packing that was taken off.
    pub packing: Packing,
    /// The text.
    pub text: Box<dyn Read + Send>,
    /// Bytes of the file before unpacking.
    pub size: u64,
    /// How many of them were read so far.
    pub read: Arc<AtomicU64>,
}

impl Unpacked {
    /// Begins to read a file.
    ///
    /// # Errors
    /// A file that cannot be read, a zip archive that is damaged or has not exactly one CSV file in it.
    pub fn of(mut source: impl Read + Seek + Send + 'static) -> Result<Self, TradeFileError> {
        let mut magic = Vec::with_capacity(4);
        source.by_ref().take(4).read_to_end(&mut magic).map_err(TradeFileError::Unreadable)?;
        let size = source.seek(SeekFrom::End(0)).map_err(TradeFileError::Unreadable)?;
        source.rewind().map_err(TradeFileError::Unreadable)?;
        let packing = Packing::of_magic(&magic);
        let read = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: source, read: Arc::clone(&read) };
        let text: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(counted),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, counted))),
            Packing::Zstd => Box::new(zstd::Decoder::new(counted).map_err(TradeFileError::Unreadable)?),
            Packing::Zip => zip::only_csv(counted, size)?,
        };
        Ok(Self { packing, text, size, read })
    }
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

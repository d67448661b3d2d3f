//! What a file is packed in, told by its first bytes whatever its name, and the stream of its text.

use std::io::{BufReader, Read, Seek};

use flate2::read::MultiGzDecoder;

use super::content::{Content, SharedContent};
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
    /// The bytes of the file before unpacking, as far as they were read.
    pub content: SharedContent,
}

impl Unpacked {
    /// Begins to read a file.
    ///
    /// # Errors
    /// A file that cannot be read, a zip archive that is damaged or has not exactly one CSV file in it.
    pub fn of(mut content: Content) -> Result<Self, TradeFileError> {
        let mut magic = Vec::with_capacity(4);
        content.by_ref().take(4).read_to_end(&mut magic).map_err(TradeFileError::Unreadable)?;
        content.rewind().map_err(TradeFileError::Unreadable)?;
        let packing = Packing::of_magic(&magic);
        let content = SharedContent::new(content);
        let packed = content.clone();
        let text: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(packed),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, packed))),
            Packing::Zstd => Box::new(zstd::Decoder::new(packed).map_err(TradeFileError::Unreadable)?),
            Packing::Zip => zip::only_csv(packed)?,
        };
        Ok(Self { packing, text, content })
    }
}

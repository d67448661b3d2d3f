//! The bytes of a trade file, packed as they are: counted and hashed while they are read.

use std::fs::{File, metadata};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use twox_hash::xxhash3_128::Hasher;

use super::error::TradeFileError;

const BUFFER_BYTES: usize = 256 << 10;

/// What the bytes of a file come from.
pub trait Source: Read + Seek + Send {}

impl<S: Read + Seek + Send> Source for S {}

/// Opens a file, but no folder, pipe or device.
pub(super) fn open(path: &Path) -> Result<File, TradeFileError> {
    if !metadata(path).map_err(TradeFileError::Unreadable)?.is_file() {
        return Err(TradeFileError::NotAFile);
    }
    File::open(path).map_err(TradeFileError::Unreadable)
}

/// The XXH128 hash of a file's bytes, packed as they are, in hexadecimal.
///
/// # Errors
/// A file that cannot be read or is no regular file.
pub fn xxh128_of(path: &Path) -> Result<String, TradeFileError> {
    let mut digest = Digest::new();
    let mut file = BufReader::with_capacity(BUFFER_BYTES, open(path)?);
    io::copy(&mut file, &mut digest).map_err(TradeFileError::Unreadable)?;
    Ok(digest.hexadecimal())
}

/// The hash of the bytes that were written to it, and their number.
///
/// XXH128 tells files apart, at a fifth of what a hash costs that nobody could forge.
struct Digest {
    hasher: Hasher,
    bytes: u64,
}

impl Digest {
    fn new() -> Self {
        Self { hasher: Hasher::new(), bytes: 0 }
    }

    fn hexadecimal(&self) -> String {
        format!("{:032x}", self.hasher.finish_128())
    }
}

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.write(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes of a source, counted and, where that was asked for, hashed while they are read: each once, in whatever order.
pub struct Content {
    source: Box<dyn Source>,
    place: u64,
    read: u64,
    digest: Option<Digest>,
}

impl Content {
    /// The content of a source that stands at its beginning.
    pub fn of(source: impl Source + 'static) -> Self {
        Self { source: Box::new(source), place: 0, read: 0, digest: None }
    }

    /// The same, hashed.
    pub fn hashed(source: impl Source + 'static) -> Self {
        Self { digest: Some(Digest::new()), ..Self::of(source) }
    }

    /// How many bytes were read.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The XXH128 hash of what was read from the beginning without a gap, in hexadecimal.
    pub fn xxh128(&self) -> Option<String> {
        self.digest.as_ref().map(Digest::hexadecimal)
    }

    /// Is done with what was not read: only a hash needs it.
    pub fn finish(&mut self) -> io::Result<()> {
        self.place = match &mut self.digest {
            Some(digest) => {
                self.source.seek(SeekFrom::Start(digest.bytes))?;
                io::copy(&mut BufReader::with_capacity(BUFFER_BYTES, &mut self.source), digest)?;
                digest.bytes
            }
            None => self.source.seek(SeekFrom::End(0))?,
        };
        self.read = self.place;
        Ok(())
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        if let Some(digest) = &mut self.digest {
            let known = digest.bytes.checked_sub(self.place);
            if let Some(new) = known.and_then(|known| buffer[..count].get(known as usize..)) {
                digest.write_all(new)?;
            }
        }
        self.place += count as u64;
        self.read += count as u64;
        Ok(count)
    }
}

impl Seek for Content {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.place = self.source.seek(to)?;
        Ok(self.place)
    }
}

/// A content that several read in turn: an archive, the stream of its member, and who asks for the hash.
#[derive(Clone)]
pub struct SharedContent(Arc<Mutex<Content>>);

impl SharedContent {
    /// Shares a content.
    pub fn new(content: Content) -> Self {
        Self(Arc::new(Mutex::new(content)))
    }

    /// The content, while nobody else reads it.
    pub fn lock(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for SharedContent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.lock().read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn a_byte_is_hashed_once_however_it_is_read() {
        let bytes: Vec<u8> = (0..1000_u32).map(|place| place as u8).collect();
        let expected = format!("{:032x}", Hasher::oneshot(&bytes));
        // Each is a place and how many bytes are read there.
        for reads in [&[][..], &[(0, 1000)], &[(0, 4), (0, 10), (5, 20), (10, 3)], &[(900, 100), (0, 950)]] {
            let mut content = Content::hashed(Cursor::new(bytes.clone()));
            for &(place, count) in reads {
                content.seek(SeekFrom::Start(place)).unwrap();
                content.read_exact(&mut vec![0; count]).unwrap();
            }
            content.finish().unwrap();
            assert_eq!((content.xxh128(), content.bytes_read()), (Some(expected.clone()), 1000), "{reads:?}");
        }
    }
}

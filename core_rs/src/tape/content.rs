//! Trade files as bytes, whatever is in them.

use std::fs::{File, metadata};
use std::path::Path;

use super::error::TradeFileError;

/// Opens a file, but no folder, pipe or device.
pub(super) fn open(path: &Path) -> Result<File, TradeFileError> {
    if !metadata(path).map_err(TradeFileError::Unreadable)?.is_file() {
        return Err(TradeFileError::NotAFile);
    }
    File::open(path).map_err(TradeFileError::Unreadable)
}

/// The BLAKE3 hash of a file's bytes, packed as they are, in hexadecimal.
///
/// # Errors
/// A file that cannot be read or is no regular file.
pub fn blake3_of(path: &Path) -> Result<String, TradeFileError> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(open(path)?).map_err(TradeFileError::Unreadable)?;
    Ok(hasher.finalize().to_hex().to_string())
}

//! The machine's state as bytes: a mark, what it is a state of, the state, and a checksum over all of it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::config::MarketConfig;
use super::schema::touch_schema;

const MARK: &[u8; 8] = b"PSKYMKT\x03";
const DIGEST: usize = 4;

/// Why bytes are not the state of a machine.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SavedStateError {
    /// Something else, or a state that lost its beginning or end.
    #[error(
        "expected the saved state of a market, found other or damaged bytes; start from the tape instead"
    )]
    Damaged,
    /// A state that computes other columns.
    #[error(
        "expected a state saved with this configuration and version, found another; start from the tape instead"
    )]
    Foreign,
    /// A configuration that makes no sense.
    #[error("{0}")]
    Config(String),
}

/// Packs a state that `config` describes.
pub fn pack(state: &impl Serialize, config: &MarketConfig) -> Result<Vec<u8>, SavedStateError> {
    let mut bytes = [MARK.as_slice(), &digest(config)].concat();
    bytes.extend(postcard::to_allocvec(state).map_err(|_| SavedStateError::Damaged)?);
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    Ok(bytes)
}

/// Unpacks a state that `config` describes.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8], config: &MarketConfig) -> Result<T, SavedStateError> {
    let (content, checksum) = bytes.split_last_chunk::<4>().ok_or(SavedStateError::Damaged)?;
    let body = content.strip_prefix(MARK).ok_or(SavedStateError::Damaged)?;
    if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
        return Err(SavedStateError::Damaged);
    }
    let (found, state) = body.split_first_chunk::<DIGEST>().ok_or(SavedStateError::Damaged)?;
    if *found != digest(config) {
        return Err(SavedStateError::Foreign);
    }
    postcard::from_bytes(state).map_err(|_| SavedStateError::Damaged)
}

// Names every column and its formula, every parameter, and the code that knows the layout of the state.
fn digest(config: &MarketConfig) -> [u8; DIGEST] {
    let columns = touch_schema(config);
    crc32fast::hash(format!("{} {config:?} {columns:?}", env!("CARGO_PKG_VERSION")).as_bytes()).to_le_bytes()
}

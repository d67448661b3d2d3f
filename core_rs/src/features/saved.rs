//! The machine's state as bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::config::MarketConfig;
use super::schema::touch_schema;
use crate::saved::{self, Unusable};

const MARK: [u8; 8] = *b"PSKYMKT\x05";

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

impl From<Unusable> for SavedStateError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Damaged => Self::Damaged,
            Unusable::Foreign => Self::Foreign,
        }
    }
}

/// Packs a state that `config` describes.
pub fn pack(state: &impl Serialize, config: &MarketConfig) -> Result<Vec<u8>, SavedStateError> {
    Ok(saved::pack(MARK, &identity(config), state)?)
}

/// Unpacks a state that `config` describes.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8], config: &MarketConfig) -> Result<T, SavedStateError> {
    Ok(saved::unpack(MARK, &identity(config), bytes)?)
}

// Names every column and its formula, and every parameter.
fn identity(config: &MarketConfig) -> String {
    format!("{config:?} {:?}", touch_schema(config))
}

//! States as bytes: a mark, what it is a state of, the state, and a checksum over all of it.

use serde::Serialize;
use serde::de::DeserializeOwned;

const DIGEST: usize = 4;

/// Why bytes are not a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Something else, or a state that lost its beginning or end.
    Damaged,
    /// The state of something else, or of another version.
    Foreign,
}

/// Packs a state under an eight-byte mark; `identity` names everything that must be the same to go on from it.
pub fn pack(mark: [u8; 8], identity: &str, state: &impl Serialize) -> Result<Vec<u8>, Unusable> {
    let mut bytes = [mark.as_slice(), &digest(identity)].concat();
    bytes.extend(postcard::to_allocvec(state).map_err(|_| Unusable::Damaged)?);
    let checksum = crc32fast::hash(&bytes);
    bytes.extend(checksum.to_le_bytes());
    Ok(bytes)
}

/// Unpacks what [`pack`] made with the same mark and identity.
pub fn unpack<T: DeserializeOwned>(mark: [u8; 8], identity: &str, bytes: &[u8]) -> Result<T, Unusable> {
    let (content, checksum) = bytes.split_last_chunk::<4>().ok_or(Unusable::Damaged)?;
    let body = content.strip_prefix(mark.as_slice()).ok_or(Unusable::Damaged)?;
    if crc32fast::hash(content) != u32::from_le_bytes(*checksum) {
        return Err(Unusable::Damaged);
    }
    let (found, state) = body.split_first_chunk::<DIGEST>().ok_or(Unusable::Damaged)?;
    if *found != digest(identity) {
        return Err(Unusable::Foreign);
    }
    postcard::from_bytes(state).map_err(|_| Unusable::Damaged)
}

// The version stands for the code that knows the layout of the state.
fn digest(identity: &str) -> [u8; DIGEST] {
    crc32fast::hash(format!("{} {identity}", env!("CARGO_PKG_VERSION")).as_bytes()).to_le_bytes()
}

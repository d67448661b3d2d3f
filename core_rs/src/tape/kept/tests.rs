#![cfg(test)]

use std::sync::Arc;

use super::header::Header;
use super::{Identity, KeptTapeError};
use crate::tape::{FLAG_RPI, Memory, Side, Tape, TickDirection, Trade, Units};

const IDENTITY: Identity = [7; 32];

/// A file as it is mapped: at a multiple of eight bytes at least.
struct File {
    words: Vec<u64>,
    bytes: usize,
}

impl AsRef<[u8]> for File {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }
}

fn mapped(bytes: &[u8]) -> Memory {
    let mut words = vec![0; bytes.len().div_ceil(8)];
    bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    Arc::new(File { words, bytes: bytes.len() })
}

fn written(tape: &Tape) -> Vec<u8> {
    let mut bytes = Vec::new();
    tape.keep(IDENTITY, &mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Tape, KeptTapeError> {
    Tape::kept(&mapped(bytes), IDENTITY)
}

fn tape(trades: usize, price: i64, size: i64) -> Tape {
    let trade = |row: usize| Trade {
        ts_us: row as i64 / 3,
        price: price + row as i64,
        size: size + row as i64,
        side: if row.is_multiple_of(2) { Side::Buy } else { Side::Sell },
        tick: if row.is_multiple_of(3) { TickDirection::Plus } else { TickDirection::ZeroMinus },
        flags: if row.is_multiple_of(5) { FLAG_RPI } else { 0 },
    };
    let trades: Vec<Trade> = (0..trades).map(trade).collect();
    Tape::from_trades(&trades, 0.5, 0.001).unwrap()
}

#[test]
fn a_kept_tape_is_the_tape_in_every_width() {
    let wide = 1 << 40;
    for trades in [0, 1, 2, 63, 64, 1001] {
        for (price, size) in [(100, 1), (100, wide), (wide, 1), (wide, wide)] {
            let tape = tape(trades, price, size);
            let kept = read(&written(&tape)).unwrap();
            assert_eq!(kept.iter().collect::<Vec<_>>(), tape.iter().collect::<Vec<_>>());
            assert_eq!((kept.tick_size(), kept.lot_size()), (0.5, 0.001));
            assert_eq!(kept.first_at(17), tape.first_at(17));
            let is_narrow = |tape: &Tape| matches!(tape.price(), Units::Narrow(_));
            assert_eq!(is_narrow(&kept), is_narrow(&tape));
            assert_eq!(written(&kept), written(&tape));
        }
    }
}

#[test]
fn a_kept_tape_outlives_whoever_mapped_it() {
    let memory = mapped(&written(&tape(100, 5, 5)));
    let kept = Tape::kept(&memory, IDENTITY).unwrap();
    let copy = kept.clone();
    drop((memory, kept));
    assert_eq!(copy.get(99), tape(100, 5, 5).get(99));
}

#[test]
fn the_layout_is_that_of_the_table() {
    let bytes = written(&tape(2, 1000, 1 << 40));
    assert_eq!(&bytes[..8], b"PSKYTAPE");
    assert_eq!(bytes[8..12], 1_u32.to_le_bytes());
    assert_eq!(bytes[16..24], 2_u64.to_le_bytes());
    assert_eq!(bytes[24..32], 0.5_f64.to_le_bytes());
    assert_eq!(bytes[32..40], 0.001_f64.to_le_bytes());
    assert_eq!(bytes[40..72], IDENTITY);
    assert_eq!(bytes[72..80], [4, 0, 0, 0, 8, 0, 0, 0]);
    assert_eq!(bytes[124..128], crc32fast::hash(&bytes[..124]).to_le_bytes());
    assert_eq!(bytes[192..196], 1000_i32.to_le_bytes());
    assert_eq!(bytes[256..264], (1_i64 << 40).to_le_bytes());
    assert_eq!(bytes.len(), 322);
    let columns = [&bytes[128..144], &bytes[192..200], &bytes[256..272], &bytes[320..]].concat();
    assert_eq!(bytes[12..16], crc32fast::hash(&columns).to_le_bytes());
}

#[test]
fn what_was_cut_off_or_grew_is_refused() {
    let whole = written(&tape(50, 100, 1));
    for end in 0..whole.len() {
        let refused = read(&whole[..end]).unwrap_err();
        let cut_off = KeptTapeError::Length { expected: whole.len() as u128, found: end };
        assert_eq!(refused, if end < 128 { KeptTapeError::Foreign } else { cut_off });
    }
    let grown = [whole.as_slice(), &[0]].concat();
    assert!(matches!(read(&grown), Err(KeptTapeError::Length { .. })));
}

#[test]
fn no_bit_can_flip_unseen() {
    let whole = written(&tape(64, 100, 1));
    for bit in 0..8 * whole.len() {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let refused = read(&bytes).unwrap_err();
        let expected = match bit / 8 {
            0..8 => KeptTapeError::Foreign,
            8..12 => KeptTapeError::Version(1 ^ 1 << (bit - 64)),
            _ => KeptTapeError::Damaged,
        };
        assert_eq!(refused, expected, "bit {bit}");
    }
}

#[test]
fn the_tape_of_others_is_refused() {
    let memory = mapped(&written(&tape(3, 100, 1)));
    assert_eq!(Tape::kept(&memory, [8; 32]).unwrap_err(), KeptTapeError::Other);
}

#[test]
fn a_header_that_lies_is_refused() {
    let columns = [0; 64];
    for (trades, unit_bytes) in [(usize::MAX, [8, 8]), (0, [u32::MAX, u32::MAX]), (0, [2, 4])] {
        let header = Header::new(trades, [1.0, 1.0], unit_bytes, 0, IDENTITY);
        let refused = read(&[header.bytes(), &columns].concat()).unwrap_err();
        assert!(matches!(refused, KeptTapeError::Length { .. }), "{refused}");
    }
    let header = Header::new(0, [1.0, 1.0], [2, 4], 0, IDENTITY);
    assert_eq!(read(header.bytes()).unwrap_err(), KeptTapeError::Damaged);
}

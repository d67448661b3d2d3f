//! Any bytes as a trade file: no panic, the trades and rejected rows of an obvious reader, whatever the batches and the
//! packing.
#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use oracle::{found_by_oracle, found_by_reader};

/// Simple, Bybit's archive, Bybit's spot archive, everything: chosen by the first byte, so that rows are soon reached.
const HEADERS: [&[u8]; 5] = [
    b"",
    b"timestamp,price,size,side,tickDirection\n",
    b"timestamp,symbol,side,size,price,tickDirection,trdMatchID,grossValue,homeNotional,foreignNotional,RPI\n",
    b"id,timestamp,price,volume,side,rpi\n",
    b"side,price,isBlockTrade,size,TIMESTAMP\r\n",
];

fuzz_target!(|data: &[u8]| {
    let [choice, batch, body @ ..] = data else { return };
    let text = [HEADERS[usize::from(choice % 5)], body].concat();
    let found = found_by_reader(&text, usize::from(*batch) + 1);
    assert_eq!(found, found_by_reader(&text, 1 << 16), "another size of batches");
    // The first bytes of a zip archive, and of the two kinds of zstd frames, are letters too.
    let is_plain = text.first().is_some_and(u8::is_ascii_alphabetic)
        && !text.starts_with(b"PK")
        && text.get(1) != Some(&b'*');
    if let Some(expected) = found_by_oracle(&text).filter(|_| is_plain) {
        assert_eq!(found, expected, "the obvious way");
    }
    if is_plain && choice & 0x40 != 0 {
        assert_eq!(found, found_by_reader(&gzip(&text), 1 << 16), "gzip");
        assert_eq!(found, found_by_reader(&zstd_frames(&text), 1 << 16), "zstd");
    }
});

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text).and_then(|()| packer.finish()).unwrap_or_default()
}

/// Two frames, parted anywhere.
fn zstd_frames(text: &[u8]) -> Vec<u8> {
    let (head, tail) = text.split_at(text.len() / 3);
    let frames = [head, tail].map(|part| zstd::encode_all(part, 1).unwrap_or_default());
    frames.concat()
}

//! Eight bytes of text at a time, in the lanes of one integer: no branch a byte, no instruction of one machine.

use super::decimal::{Decimal, TENS};

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;
const ONES: u64 = 0x0101_0101_0101_0101;
const ZEROS: u64 = 0x3030_3030_3030_3030;
/// Bit by which small letters differ from capital ones.
const CASE: u64 = 0x2020_2020_2020_2020;

/// The eight bytes from `at` on, the first one lowest; `None` near the end of the text.
#[inline(always)]
#[allow(clippy::inline_always)] // the heart of the parser, as are those below
pub fn word(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The same with ASCII letters small; other bytes may change, but not into letters.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn small(word: u64) -> u64 {
    word | CASE
}

/// Up to eight letters as [`word`] reads them.
pub const fn letters(name: &[u8]) -> u64 {
    let mut word = 0;
    let mut at = name.len();
    while at > 0 {
        at -= 1;
        word = word << 8 | name[at] as u64;
    }
    word
}

/// The top bit of each byte that equals `byte`.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn equal(word: u64, byte: u8) -> u64 {
    // Such a byte is zero after the xor; the sum sets the top bit of every other byte.
    let other = word ^ (ONES * u64::from(byte));
    !(((other & LOW) + LOW) | other | LOW)
}

/// The top bit of the first byte that equals `byte`; those of later bytes may be set without reason.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn nearest(word: u64, byte: u8) -> u64 {
    let other = word ^ (ONES * u64::from(byte));
    other.wrapping_sub(ONES) & !other & HIGH
}

/// The place of the lowest byte whose top bit is set.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn first(tops: u64) -> usize {
    tops.trailing_zeros() as usize / 8
}

/// Reads digits with at most one point among them, as many as an integer of 64 bits holds; gives the number and where it ends.
///
/// `None` is no verdict: what is written otherwise, or too near the end of the text, must be read the long way.
#[inline(always)]
#[allow(clippy::inline_always)]
pub fn number(text: &[u8], at: usize) -> Option<(Decimal, usize)> {
    let (mut head, mut start) = (0, at);
    let mut digits = word(text, at)? ^ ZEROS;
    let mut others = not_digits(digits);
    while others == 0 {
        if start - at >= 16 {
            return None;
        }
        head = head * 100_000_000 + eight(digits);
        start += 8;
        digits = word(text, start)? ^ ZEROS;
        others = not_digits(digits);
    }
    let whole = first(others);
    if digits >> (8 * whole) & 0xff != u64::from(b'.' ^ b'0') {
        return finish(start - at + whole, 0, append(head, digits, whole), start + whole);
    }
    // The digits on both sides of the point, moved together.
    let before = digits & !(u64::MAX << (8 * whole));
    let joined = before | (digits >> 8 >> (8 * whole)) << (8 * whole);
    let behind = others & (others - 1);
    if behind != 0 {
        let length = first(behind) - 1;
        return finish(start - at + length, length - whole, append(head, joined, length), start + length + 1);
    }
    let digits = word(text, start + 8)? ^ ZEROS;
    let others = not_digits(digits);
    if others == 0 {
        return None;
    }
    let more = first(others);
    let value = append(append(head, joined, 7), digits, more);
    finish(start - at + 7 + more, 7 - whole + more, value, start + 8 + more)
}

#[inline(always)]
#[allow(clippy::inline_always)]
fn finish(digits: usize, decimals: usize, value: u64, end: usize) -> Option<(Decimal, usize)> {
    let fits = digits <= 18 || digits == 19 && decimals == 0 && i64::try_from(value).is_ok();
    let number = Decimal { mantissa: value as i64, decimals: decimals as u32 };
    (digits > 0 && fits).then_some((number, end))
}

/// The top bit of each byte over 9.
#[inline(always)]
#[allow(clippy::inline_always)]
fn not_digits(word: u64) -> u64 {
    (((word & LOW) + 0x7676_7676_7676_7676) | word) & HIGH
}

/// `head` with the first `count` digits of the word behind it, at most seven; wraps where there are too many.
#[inline(always)]
#[allow(clippy::inline_always)]
fn append(head: u64, digits: u64, count: usize) -> u64 {
    // In two steps, as a shift by a whole word is none.
    let aligned = digits << 8 << (56 - 8 * count);
    head.wrapping_mul(TENS[count] as u64).wrapping_add(eight(aligned))
}

/// Eight digits, one a byte, the first one lowest: pairs, then both halves at once.
#[inline(always)]
#[allow(clippy::inline_always)]
fn eight(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let second = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    first.wrapping_add(second) >> 32
}

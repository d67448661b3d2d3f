//! Eight bytes of text at a time, in the lanes of one integer: no branch a byte, no instruction of one machine.
// The heart of the parser: inlined into its loops, of which those without a branch become loops over vectors.
#![allow(clippy::inline_always, clippy::needless_bitwise_bool)]

use super::decimal::{Decimal, TENS};

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;
const ONES: u64 = 0x0101_0101_0101_0101;
const ZEROS: u64 = 0x3030_3030_3030_3030;
/// Bit by which small letters differ from capital ones.
const CASE: u64 = 0x2020_2020_2020_2020;

/// The eight bytes from `at` on, the first one lowest; `None` near the end of the text.
#[inline(always)]
pub fn word(text: &[u8], at: usize) -> Option<u64> {
    text.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The same with ASCII letters small; other bytes may change, but not into letters.
#[inline(always)]
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
pub fn equal(word: u64, byte: u8) -> u64 {
    // Such a byte is zero after the xor; the sum sets the top bit of every other byte.
    let other = word ^ (ONES * u64::from(byte));
    !(((other & LOW) + LOW) | other | LOW)
}

/// The place of the lowest byte whose top bit is set.
#[inline(always)]
pub fn first(tops: u64) -> usize {
    tops.trailing_zeros() as usize / 8
}

/// A number of at most sixteen characters.
pub struct ShortNumber {
    /// Its digits as an integer.
    pub digits: u64,
    /// How many points are among them, none or one.
    pub points: u64,
    /// How many digits are behind the point.
    pub decimals: u64,
}

/// Reads the number that the last `length` characters of a word are, at most eight, and tells whether they are one.
///
/// There is no branch in it, nor in those below: in a loop over words it becomes one over vectors.
#[inline(always)]
pub fn short_number(word: u64, length: u64) -> (ShortNumber, bool) {
    let joined = Joined::of(last(word, length));
    let number = ShortNumber { digits: eight(joined.digits), points: joined.points, decimals: joined.behind };
    (number, joined.is_number & (length.wrapping_sub(1) < 8))
}

/// The same of two words, of at most sixteen characters.
#[inline(always)]
pub fn wide_number(first: u64, second: u64, length: u64) -> (ShortNumber, bool) {
    let first = if length > 8 { last(first, length.wrapping_sub(8)) } else { 0 };
    let (high, low) = (Joined::of(first), Joined::of(last(second, length.min(8))));
    // Where the point was in the second word, the last digit of the first one moves into it.
    let is_low = low.points != 0;
    let (high_digits, moved) = if is_low { (first << 8, first >> 56) } else { (high.digits, 0) };
    let digits = eight(high_digits).wrapping_mul(100_000_000).wrapping_add(eight(low.digits | moved));
    let decimals = if is_low { low.behind } else { high.behind + 8 * high.points };
    let points = high.points + low.points;
    let is_number = high.is_number & low.is_number & (points < 2) & (length.wrapping_sub(1) < 16);
    (ShortNumber { digits, points, decimals }, is_number)
}

/// The last characters of a word, with zero for those before, and the values of digits instead of their codes.
#[inline(always)]
fn last(word: u64, length: u64) -> u64 {
    (word ^ ZEROS) & (u64::MAX << (64_u64.wrapping_sub(length.wrapping_mul(8)) & 63))
}

/// Eight digits, or seven and a point among them that is taken out.
struct Joined {
    digits: u64,
    points: u64,
    /// Digits behind the point.
    behind: u64,
    is_number: bool,
}

impl Joined {
    #[inline(always)]
    fn of(characters: u64) -> Self {
        /// How many bytes are behind each, that behind the last byte in the lowest one.
        const BEHIND: u64 = 0x0706_0504_0302_0100;
        let others = not_digits(characters);
        // The lowest bit of the byte that is the point, all bits of it, and all bits of the bytes before.
        let lowest = others >> 7;
        let lane = (lowest << 8).wrapping_sub(lowest);
        let before = if lowest == 0 { 0 } else { lowest.wrapping_sub(1) };
        let is_point = characters & lane == lowest.wrapping_mul(u64::from(b'.' ^ b'0'));
        Self {
            digits: (characters & before) << 8 | characters & !(before | lane),
            points: u64::from(lowest != 0),
            behind: lowest.wrapping_mul(BEHIND) >> 56,
            is_number: is_point & (others & others.wrapping_sub(1) == 0),
        }
    }
}

/// Reads eight digits, and tells whether the word is that.
#[inline(always)]
pub fn eight_digits(word: u64) -> (u64, bool) {
    let digits = word ^ ZEROS;
    (eight(digits), not_digits(digits) == 0)
}

/// A power of ten, up to the fifteenth; not from a table, which vectors read slowly.
#[inline(always)]
pub fn ten_to(power: u64) -> u64 {
    let factor = |bit: u64, factor: u64| if power & bit == 0 { 1 } else { factor };
    let low = factor(1, 10).wrapping_mul(factor(2, 100));
    low.wrapping_mul(factor(4, 10_000)).wrapping_mul(factor(8, 100_000_000))
}

/// Reads digits with at most one point among them, as many as an integer of 64 bits holds; gives the number and where it ends.
///
/// `None` is no verdict: what is written otherwise, or too near the end of the text, must be read the long way.
#[inline(always)]
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
fn finish(digits: usize, decimals: usize, value: u64, end: usize) -> Option<(Decimal, usize)> {
    let fits = digits <= 18 || digits == 19 && decimals == 0 && i64::try_from(value).is_ok();
    let number = Decimal { mantissa: value as i64, decimals: decimals as u32 };
    (digits > 0 && fits).then_some((number, end))
}

/// The top bit of each byte over 9.
#[inline(always)]
fn not_digits(word: u64) -> u64 {
    (((word & LOW) + 0x7676_7676_7676_7676) | word) & HIGH
}

/// `head` with the first `count` digits of the word behind it, at most seven; wraps where there are too many.
#[inline(always)]
fn append(head: u64, digits: u64, count: usize) -> u64 {
    // In two steps, as a shift by a whole word is none.
    let aligned = digits << 8 << (56 - 8 * count);
    head.wrapping_mul(TENS[count] as u64).wrapping_add(eight(aligned))
}

/// Eight digits, one a byte, the first one lowest: pairs, then both halves at once.
#[inline(always)]
fn eight(digits: u64) -> u64 {
    const PAIRS: u64 = 0x0000_00ff_0000_00ff;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let first = (pairs & PAIRS).wrapping_mul(100 + (1_000_000 << 32));
    let second = (pairs >> 16 & PAIRS).wrapping_mul(1 + (10_000 << 32));
    first.wrapping_add(second) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_of_sixteen_characters_are_read_as_the_long_way_reads_them(
            before in proptest::collection::vec(any::<u8>(), 16),
            text in proptest::collection::vec(prop_oneof![60 => b'0'..=b'9', 4 => Just(b'.'), 1 => any::<u8>()], 1..=16),
        ) {
            let (length, text) = (text.len(), [before, text].concat());
            let words = [16, 8].map(|back| word(&text, text.len() - back).unwrap());
            let text = &text[16..];
            // Signs and exponents are numbers too, but not of these.
            let is_plain = text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && text != b".";
            let expected = Decimal::parse(text).ok().filter(|_| is_plain);
            let found = |(number, is_number): (ShortNumber, bool)| {
                let decimal = Decimal { mantissa: number.digits as i64, decimals: number.decimals as u32 };
                let points = text.split(|byte| *byte == b'.').count() - 1;
                assert!(!is_number || number.points as usize == points);
                Some(decimal).filter(|_| is_number && text != b".")
            };
            prop_assert_eq!(found(wide_number(words[0], words[1], length as u64)), expected);
            prop_assert_eq!(found(short_number(words[1], length as u64)), expected.filter(|_| length <= 8));
        }
    }
}

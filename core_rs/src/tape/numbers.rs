//! Numbers of a block of rows. Short ones are read without a branch, so that vectors hold several of them.
#![allow(clippy::inline_always, clippy::needless_range_loop, clippy::needless_bitwise_bool)] // as in cells.rs

use super::cells::{Cells, Lanes, ROWS};
use super::decimal::Decimal;
use super::swar::{ShortNumber, eight_digits, number, short_number, ten_to, wide_number};
use super::time::{RANGE_US, TimeUnit};

/// Prices or sizes.
pub struct Numbers {
    /// The nearest floats.
    pub values: Lanes<f64>,
    mantissas: Lanes<u64>,
    decimals: Lanes<u64>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { values: [0.0; ROWS], mantissas: [0; ROWS], decimals: [0; ROWS] }
    }
}

impl Numbers {
    /// Reads cells that are a price or a size beyond doubt.
    #[inline(always)]
    pub fn read(&mut self, cells: &mut Cells<'_>) {
        if cells.longest() <= 8 { self.read_short(cells) } else { self.read_wide(cells) }
    }

    #[inline(always)]
    fn read_short(&mut self, cells: &mut Cells<'_>) {
        let (words, lengths) = (cells.last_words::<8>(), cells.lengths());
        let mut expected = [0; ROWS];
        for row in 0..ROWS {
            let (number, is_number) = short_number(words[row], lengths[row]);
            expected[row] = u8::from(is_number & (number.digits > 0));
            self.set(row, &number);
        }
        cells.keep(&expected);
    }

    #[inline(always)]
    fn read_wide(&mut self, cells: &mut Cells<'_>) {
        let (firsts, seconds) = (cells.last_words::<16>(), cells.last_words::<8>());
        let lengths = cells.lengths();
        let mut expected = [0; ROWS];
        for row in 0..ROWS {
            let (number, is_number) = wide_number(firsts[row], seconds[row], lengths[row]);
            let is_exact = (number.digits < Decimal::NOISY as u64) & (number.decimals <= 12);
            expected[row] = u8::from(is_number & is_exact & (number.digits > 0));
            self.set(row, &number);
        }
        cells.keep(&expected);
    }

    /// Integers as small as these and powers of ten are exact as floats, so that their quotient is rounded once.
    #[inline(always)]
    fn set(&mut self, row: usize, number: &ShortNumber) {
        self.mantissas[row] = number.digits;
        self.decimals[row] = number.decimals;
        self.values[row] = number.digits as i64 as f64 / ten_to(number.decimals) as i64 as f64;
    }

    /// The most decimals among the first rows that are not padding, but no fewer than `known`.
    #[inline(always)]
    pub fn decimals_beyond(&self, known: u32, rows: usize) -> u32 {
        let mut most = 0;
        for decimals in &self.decimals[..rows] {
            most = most.max(*decimals);
        }
        if most <= u64::from(known) { known } else { self.significant_beyond(known, rows) }
    }

    fn significant_beyond(&self, mut known: u32, rows: usize) -> u32 {
        for (mantissa, decimals) in self.mantissas.iter().zip(&self.decimals).take(rows) {
            let number = Decimal { mantissa: *mantissa as i64, decimals: *decimals as u32 };
            if number.is_finer_than(known) {
                known = number.significant_decimals();
            }
        }
        known
    }
}

/// Reads times as microseconds.
#[inline(always)]
pub fn times(cells: &mut Cells<'_>, unit: TimeUnit, ts_us: &mut Lanes<i64>) {
    // Eight digits, then up to eight more with a point among them; rounding is left to the long way.
    match u64::try_from(unit.power_to_us()) {
        Ok(power) if cells.longest() <= 16 => short_times(cells, power, ts_us),
        _ => long_times(cells, unit, ts_us),
    }
}

#[inline(always)]
fn short_times(cells: &mut Cells<'_>, power: u64, ts_us: &mut Lanes<i64>) {
    let (heads, tails, lengths) = (cells.words::<0>(), cells.last_words::<8>(), cells.lengths());
    let mut expected = [0; ROWS];
    for row in 0..ROWS {
        let (head, is_head) = eight_digits(heads[row]);
        let length = lengths[row].wrapping_sub(8);
        let (tail, is_tail) = short_number(tails[row], length);
        // The powers of ten that make microseconds of the tail's last digit and of the head's.
        let tail_power = power.wrapping_sub(tail.decimals);
        let head_power = tail_power.wrapping_add(length.wrapping_sub(tail.points));
        let time =
            head.wrapping_mul(ten_to(head_power)).wrapping_add(tail.digits.wrapping_mul(ten_to(tail_power)));
        ts_us[row] = time as i64;
        // Eight digits times ten to the eighth end the years that are times.
        let is_time = (tail.decimals <= power) & (head_power <= 8) & (time as i64 >= RANGE_US.start);
        expected[row] = u8::from(is_head & is_tail & is_time);
    }
    cells.keep(&expected);
}

fn long_times(cells: &mut Cells<'_>, unit: TimeUnit, ts_us: &mut Lanes<i64>) {
    for row in 0..cells.rows {
        let (start, end) = cells.place(row);
        let time = number(cells.text, start).filter(|(_, behind)| *behind == end);
        let Some(time_us) = time.and_then(|(time, _)| unit.to_us(time)) else {
            cells.rows = row;
            break;
        };
        ts_us[row] = time_us;
    }
}

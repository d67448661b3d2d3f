//! Rows by time: one look into equal steps of time, a few times of blocks, sixteen rows.

use std::ops::Range;

use super::group::FAN;
use crate::tape::memory::{touch, touch_all};

/// Rows to a step of time, on average at least.
const ROWS_PER_STEP: usize = 32;

/// Where in a tape a time is.
#[derive(Clone, Debug)]
pub struct Clock {
    /// The time of the first row of each block of sixteen.
    block_us: Vec<i64>,
    /// Steps of 2^`step_bits` microseconds since the first row.
    step_bits: u32,
    /// How many blocks begin before each step, and one more for the end of the last; enough for 2^36 rows.
    blocks_before: Vec<u32>,
}

impl Clock {
    /// Reads times in order.
    pub fn new(ts_us: &[i64]) -> Self {
        let block_us: Vec<i64> = ts_us.iter().step_by(FAN).copied().collect();
        let first_us = ts_us.first().copied().unwrap_or_default();
        let last_us = ts_us.last().copied().unwrap_or_default();
        let length_us = last_us.abs_diff(first_us);
        let most_steps = (ts_us.len() / ROWS_PER_STEP).max(1) as u64;
        let step_bits =
            (0..u64::BITS - 1).find(|bits| length_us >> bits <= most_steps).unwrap_or(u64::BITS - 1);
        let steps = length_us >> step_bits;
        let mut before = 0;
        let blocks_before = (0..=steps + 1).map(|step| {
            before +=
                block_us[before..].iter().take_while(|us| us.abs_diff(first_us) >> step_bits < step).count();
            before as u32
        });
        let blocks_before = blocks_before.collect();
        Self { block_us, step_bits, blocks_before }
    }

    /// The first row of `ts_us`, the times this was made of, that is at or after `at_us`.
    #[must_use]
    pub fn first_at(&self, ts_us: &[i64], at_us: i64) -> usize {
        let [row] = self.first_at_each(ts_us, &[at_us]);
        row
    }

    /// The same for several times, waiting for memory once for all.
    #[must_use]
    pub fn first_at_each<const N: usize>(&self, ts_us: &[i64], at_us: &[i64; N]) -> [usize; N] {
        let mut rows = [0; N];
        let steps = at_us.map(|at_us| self.blocks_about(at_us));
        for blocks in &steps {
            touch(&self.block_us, blocks.start);
        }
        for ((row, blocks), &at_us) in rows.iter_mut().zip(steps).zip(at_us) {
            *row = self.last_block_before(blocks, at_us) * FAN;
            touch_all(ts_us, *row, FAN);
        }
        for (row, &at_us) in rows.iter_mut().zip(at_us) {
            let block = &ts_us[*row..ts_us.len().min(*row + FAN)];
            *row += block.iter().filter(|&&row_us| row_us < at_us).count();
        }
        rows
    }

    // The blocks that begin in the step of `at_us`.
    #[inline]
    fn blocks_about(&self, at_us: i64) -> Range<usize> {
        let blocks = self.block_us.len();
        let Some(&first_us) = self.block_us.first() else { return 0..0 };
        let step = (at_us.max(first_us).abs_diff(first_us) >> self.step_bits) as usize;
        let before = self.blocks_before.get(step..).and_then(|steps| steps.first_chunk());
        before.map_or(blocks..blocks, |&[from, to]| from as usize..to as usize)
    }

    // The first block where none begins before.
    #[inline]
    fn last_block_before(&self, about: Range<usize>, at_us: i64) -> usize {
        let begun = self.block_us[about.clone()].partition_point(|&block_us| block_us < at_us);
        (about.start + begun).saturating_sub(1)
    }
}

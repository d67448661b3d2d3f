//! Mean of the last `n` floats.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column};

/// A rolling mean of values that are no integers, at the price of two additions a value, nothing ever subtracted.
///
/// The window spans two blocks of `n` values: of the older one the sums from each place to its end are kept, the newer
/// one is summed as it comes and overwrites the places that have left.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RollingMean {
    sums: Vec<f64>,
    at: usize,
    newer: f64,
    per_n: f64,
    is_full: bool,
}

impl RollingMean {
    /// A mean that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { sums: vec![0.0; n], at: 0, newer: 0.0, per_n: 1.0 / n as f64, is_full: false }
    }

    /// Takes the next values (NaN is passed over); returns the means of the last `n`, NaN before `n` values.
    #[inline(always)]
    pub fn update(&mut self, values: &Column, rows: usize) -> Column {
        let mut means = [f64::NAN; BLOCK];
        for (mean, &value) in means.iter_mut().zip(values).take(rows) {
            if !value.is_nan() {
                self.take(value);
            }
            if self.is_full {
                *mean = (self.sums[self.at] + self.newer) * self.per_n;
            }
        }
        means
    }

    #[inline(always)]
    fn take(&mut self, value: f64) {
        self.sums[self.at] = value;
        self.newer += value;
        self.at += 1;
        if self.at == self.sums.len() {
            self.begin_block();
        }
    }

    fn begin_block(&mut self) {
        let mut sum = 0.0;
        for value in self.sums.iter_mut().rev() {
            sum += *value;
            *value = sum;
        }
        (self.at, self.newer, self.is_full) = (0, 0.0, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_mean_of_the_window() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i * i % 17)).collect();
        let (mut mean, mut said) = (RollingMean::new(7), Vec::<f64>::new());
        assert!(mean.update(&[f64::NAN; BLOCK], 1)[0].is_nan());
        for block in values.chunks(20) {
            let mut column = [0.0; BLOCK];
            column[..block.len()].copy_from_slice(block);
            said.extend(&mean.update(&column, block.len())[..block.len()]);
        }
        assert!(said[..6].iter().all(|value| value.is_nan()));
        for (window, said) in values.windows(7).zip(&said[6..]) {
            assert!((window.iter().sum::<f64>() / 7.0 - said).abs() < 1e-12);
        }
    }
}

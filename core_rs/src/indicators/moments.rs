//! Sum and squares of the last `n` integers.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals, Window};
use super::to_f64;

/// While `n` times all that windows of `n` values differ by is less, `n^2` times their variances fit 64 bits.
const SMALL: i64 = 1 << 31;

/// The first two moments of the window that each row of a block ends, exact for up to 1024 values below 2^52 in size.
///
/// Their scatter is the population variance times `n^2`: `n Q - S^2` with the sum `S` and the sum of squares `Q`. In
/// integers nothing cancels, however far the values are from zero. Totals wrap, which a scatter that fits 64 bits does
/// not feel; where it might not fit it is made anew in 128.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moments {
    n: usize,
    values: Window<i64>,
    totals: Totals,
    squares: Totals,
    /// Least and greatest value of all windows of the block.
    range: (i64, i64),
}

impl Moments {
    /// A window of `n` values, at least one, that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { n, values: Window::new(n), totals: Totals::new(n), squares: Totals::new(n), range: (0, 0) }
    }

    /// Takes the values of the next block.
    #[inline(always)]
    pub fn take(&mut self, values: &Column<i64>, rows: usize) {
        self.values.take(values, rows);
        self.totals.take(rows, |row| values[row]);
        self.squares.take(rows, |row| values[row].wrapping_mul(values[row]));
        self.range = range(self.values.reach(self.n));
    }

    /// The sums of the windows.
    #[inline(always)]
    pub fn sums(&self) -> impl Fn(usize) -> i64 + Copy {
        self.totals.sums(self.n)
    }

    /// `n` times the distance of each value from the mean of the window that it ends.
    #[inline(always)]
    pub fn deviations(&self) -> impl Fn(usize) -> f64 + Copy {
        let (n, values, sums) = (self.n as i64, self.values.now(), self.sums());
        move |row| n.wrapping_mul(values[row]).wrapping_sub(sums(row)) as f64
    }

    /// `n^2` times the population variances.
    #[inline(always)]
    #[must_use]
    pub fn scatter(&self) -> Column {
        self.scatter_with(self, &self.squares)
    }

    /// `n^2` times the population covariances with other values, given the totals of the products.
    #[inline(always)]
    #[must_use]
    pub fn scatter_with(&self, other: &Self, products: &Totals) -> Column {
        let (n, mut scatter) = (self.n as i64, [0.0; BLOCK]);
        if self.is_small() && other.is_small() {
            let (products, sums, others) = (products.sums(self.n), self.sums(), other.sums());
            for (row, scatter) in scatter.iter_mut().enumerate() {
                let squared = sums(row).wrapping_mul(others(row));
                *scatter = n.wrapping_mul(products(row)).wrapping_sub(squared) as f64;
            }
        } else {
            self.wide_scatter(other, &mut scatter);
        }
        scatter
    }

    #[cold]
    fn wide_scatter(&self, other: &Self, scatter: &mut Column) {
        let windows =
            self.values.reach(self.n).windows(self.n).zip(other.values.reach(self.n).windows(self.n));
        for (scatter, (a, b)) in scatter.iter_mut().zip(windows) {
            let products = a.iter().zip(b).map(|(&a, &b)| i128::from(a) * i128::from(b)).sum::<i128>();
            *scatter = to_f64(self.n as i128 * products - sum(a) * sum(b));
        }
    }

    /// The sums of the squares.
    #[inline(always)]
    #[must_use]
    pub fn squares(&self) -> Column {
        let mut squares = [0.0; BLOCK];
        let (low, high) = self.range;
        if low.saturating_neg().max(high).saturating_mul(self.n as i64) < SMALL {
            let sums = self.squares.sums(self.n);
            squares.iter_mut().enumerate().for_each(|(row, squares)| *squares = sums(row) as f64);
        } else {
            self.wide_squares(&mut squares);
        }
        squares
    }

    #[cold]
    fn wide_squares(&self, squares: &mut Column) {
        for (squares, window) in squares.iter_mut().zip(self.values.reach(self.n).windows(self.n)) {
            *squares = to_f64(window.iter().map(|&value| i128::from(value) * i128::from(value)).sum());
        }
    }

    /// Whether products of what values and sums differ by fit 64 bits.
    #[inline(always)]
    #[must_use]
    pub fn is_small(&self) -> bool {
        let (low, high) = self.range;
        high.saturating_sub(low).saturating_mul(self.n as i64) < SMALL
    }

    /// The windows that rows end, one after the other.
    pub fn windows(&self) -> impl Iterator<Item = &[i64]> {
        self.values.reach(self.n).windows(self.n)
    }
}

#[inline(always)]
fn range(values: &[i64]) -> (i64, i64) {
    values.iter().fold((i64::MAX, i64::MIN), |(low, high), &value| (low.min(value), high.max(value)))
}

/// The sum of integers in full.
pub fn sum(values: &[i64]) -> i128 {
    values.iter().map(|&value| i128::from(value)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    // What `of` says of the last value.
    fn last(n: usize, values: &[i64], of: impl Fn(&Moments) -> Column) -> f64 {
        let mut moments = Moments::new(n);
        let mut said = f64::NAN;
        for block in values.chunks(5) {
            let mut column = [0; BLOCK];
            column[..block.len()].copy_from_slice(block);
            moments.take(&column, block.len());
            said = of(&moments)[block.len() - 1];
        }
        said
    }

    #[test]
    fn vector_s7_welf() {
        // Mean 1e9 + 10 and sample variance 30: floats that sum squares lose all of it.
        let values = [4, 7, 13, 16].map(|step| 1_000_000_000 + step);
        assert!((last(4, &values, Moments::scatter) / (4.0 * 3.0) - 30.0).abs() < 1e-9);
        let mut moments = Moments::new(4);
        moments.take(&std::array::from_fn(|row| values[row % 4]), 4);
        assert!((moments.sums()(3) as f64 / 4.0 - 1_000_000_010.0).abs() < 1e-9);
        assert!((moments.deviations()(3) - 4.0 * 6.0).abs() < 1e-9);
    }

    #[test]
    fn the_largest_values_lose_nothing() {
        let huge = (1_i64 << 52) - 1;
        let mut values: Vec<i64> = (0..3000).map(|row| if row % 2 == 0 { huge } else { -huge }).collect();
        let expected = 1024.0 * huge as f64 * huge as f64;
        assert!((last(1024, &values, Moments::scatter) / (1024.0 * expected) - 1.0).abs() < 1e-15);
        assert!((last(1024, &values, Moments::squares) / expected - 1.0).abs() < 1e-15);
        values.extend([3; 1024]);
        assert!(last(1024, &values, Moments::scatter) == 0.0);
        assert!((last(1024, &values, Moments::squares) - 9.0 * 1024.0).abs() < 1e-9);
    }

    #[test]
    fn wrapped_totals_of_prices_are_exact_where_prices_are_near() {
        let values: Vec<i64> = (0..400).map(|row| (1 << 51) + row * row % 11).collect();
        let said = last(7, &values, Moments::scatter);
        let window = &values[values.len() - 7..];
        let products: i128 = window.iter().map(|&value| i128::from(value) * i128::from(value)).sum();
        assert_eq!(said.to_bits(), to_f64(7 * products - sum(window) * sum(window)).to_bits());
    }
}

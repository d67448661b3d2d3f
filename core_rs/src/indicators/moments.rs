//! Sum and squares of the last `n` integers.

use serde::{Deserialize, Serialize};

use super::{Ring, to_f64};

/// The first two moments of a window, exact for up to 1024 values below 2^52 in size.
///
/// Their spread is the population standard deviation times `n`: `sqrt(n Q - S^2)` with the sum `S` and the sum of
/// squares `Q`. In integers nothing cancels, however far the values are from zero.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Moments {
    window: Ring<i64>,
    n: i64,
    sum: i64,
    squares: i128,
}

impl Moments {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { window: Ring::new(n), n: n.max(1) as i64, sum: 0, squares: 0 }
    }

    /// Takes the next value; returns the one that leaves a full window, 0 before it is full.
    #[inline]
    pub fn push(&mut self, value: i64) -> i64 {
        let out = self.window.push(value);
        self.sum += value - out;
        self.squares += i128::from(value - out) * i128::from(value + out);
        out
    }

    /// Whether `n` values were seen; sums are those of the values seen until then.
    #[must_use]
    #[inline]
    pub fn is_full(&self) -> bool {
        self.window.is_full()
    }

    /// Sum of the values.
    #[must_use]
    #[inline]
    pub const fn sum(&self) -> i64 {
        self.sum
    }

    /// Sum of their squares.
    #[must_use]
    #[inline]
    pub fn squares(&self) -> f64 {
        to_f64(self.squares)
    }

    /// `n^2` times the population variance of a full window.
    #[must_use]
    #[inline]
    pub fn scatter(&self) -> f64 {
        to_f64(i128::from(self.n) * self.squares - square(self.sum))
    }

    /// `n` times the distance of a value from the mean of a full window.
    #[must_use]
    #[inline]
    pub const fn deviation(&self, value: i64) -> f64 {
        (self.n * value - self.sum) as f64
    }
}

/// The square of an integer.
#[inline]
fn square(x: i64) -> i128 {
    i128::from(x) * i128::from(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_s7_welf() {
        // Mean 1e9 + 10 and sample variance 30: floats that sum squares lose all of it.
        let mut moments = Moments::new(4);
        for step in [4, 7, 13, 16] {
            moments.push(1_000_000_000 + step);
        }
        assert!((moments.sum() as f64 / 4.0 - 1_000_000_010.0).abs() < 1e-9);
        assert!((moments.scatter() / (4.0 * 3.0) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn the_largest_values_lose_nothing() {
        let (mut moments, huge) = (Moments::new(1024), (1_i64 << 52) - 1);
        for row in 0..3000 {
            moments.push(if row % 2 == 0 { huge } else { -huge });
        }
        let expected = 1024.0 * 1024.0 * huge as f64 * huge as f64;
        assert!((moments.scatter() / expected - 1.0).abs() < 1e-15);
        for _ in 0..1024 {
            moments.push(3);
        }
        assert!(moments.scatter() == 0.0 && moments.sum() == 3 * 1024);
    }
}

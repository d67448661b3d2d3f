//! Realised variance of closes, and what it is made of.

use std::f64::consts::FRAC_PI_2;

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals, Window};
use super::{ratio, to_f64};

/// What `Variation` says of its window as of each row of a block; 0 where nothing moved.
pub struct Shares {
    /// Share of the realised variance that bipower variation does not explain, 0 to 1.
    pub jumps: Column,
    /// Variance of upward moves less that of downward ones, as a share of both.
    pub balance: Column,
    /// Logarithm to base 2 of the variance seen from trade to trade over that seen from close to close.
    pub noise: Column,
}

/// Sums over the changes `r` of the close in `n` bars.
///
/// Realised variance is `sum(r^2)`; bipower variation is `pi / 2 * n / (n - 1) * sum |r_t| |r_(t-1)|` over the
/// `n - 1` pairs inside the window, which jumps hardly enter (Barndorff-Nielsen and Shephard, 2004). Semivariances
/// are those of Barndorff-Nielsen, Kinnebrock and Shephard (2010).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variation {
    n: usize,
    changes: Window<i64>,
    squares: Totals,
    up_squares: Totals,
    pairs: Totals,
    trades: Totals<i128>,
}

/// Sums of the windows that rows end.
struct Sums {
    /// Of squared changes.
    squares: Column,
    /// Of squared rises less squared falls.
    balance: Column,
    /// Of products of neighbours, without signs.
    pairs: Column,
}

/// Where `n` times the largest change is less, sums of `n` products fit 64 bits.
const SMALL: i64 = 1 << 31;

impl Variation {
    /// A window over `n` changes, at least two, that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let [squares, up_squares, pairs] = [(); 3].map(|()| Totals::new(n));
        Self { n, changes: Window::new(n), squares, up_squares, pairs, trades: Totals::new(n) }
    }

    /// Takes the next bars' changes of the close and their trades' realised variances; what is said of windows that are
    /// not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, changes: &Column<i64>, trades: &Column<i128>, rows: usize) -> Shares {
        self.changes.take(changes, rows);
        let (now, before) = (self.changes.now(), self.changes.before(1));
        let rise = |row: usize| now[row].max(0);
        self.squares.take(rows, |row| now[row].wrapping_mul(now[row]));
        self.up_squares.take(rows, |row| rise(row).wrapping_mul(rise(row)));
        self.pairs.take(rows, |row| now[row].wrapping_mul(before[row]).wrapping_abs());
        self.trades.take(rows, |row| trades[row]);
        let Sums { squares, balance, pairs } = self.sums();
        let (bipower_of_pairs, trades) =
            (FRAC_PI_2 * self.n as f64 / (self.n as f64 - 1.0), self.trades.sums(self.n));
        let mut shares = Shares { jumps: [0.0; BLOCK], balance: [0.0; BLOCK], noise: [0.0; BLOCK] };
        for row in 0..BLOCK {
            let per_realised = ratio(1.0, squares[row]);
            shares.jumps[row] = (squares[row] - bipower_of_pairs * pairs[row]).max(0.0) * per_realised;
            shares.balance[row] = balance[row] * per_realised;
            shares.noise[row] = per_realised;
        }
        for (row, noise) in shares.noise.iter_mut().enumerate().take(rows) {
            *noise *= to_f64(trades(row));
            *noise = if *noise > 0.0 { noise.log2() } else { 0.0 };
        }
        shares
    }

    #[inline(always)]
    fn sums(&self) -> Sums {
        let mut sums = Sums { squares: [0.0; BLOCK], balance: [0.0; BLOCK], pairs: [0.0; BLOCK] };
        let largest = self.changes.reach(self.n).iter().fold(0, |most, change| change.abs().max(most));
        if largest.saturating_mul(self.n as i64) < SMALL {
            let [squares, up_squares] = [&self.squares, &self.up_squares].map(|totals| totals.sums(self.n));
            let pairs = self.pairs.sums(self.n - 1);
            for row in 0..BLOCK {
                sums.squares[row] = squares(row) as f64;
                sums.balance[row] = up_squares(row).wrapping_mul(2).wrapping_sub(squares(row)) as f64;
                sums.pairs[row] = pairs(row) as f64;
            }
        } else {
            self.wide_sums(&mut sums);
        }
        sums
    }

    #[cold]
    fn wide_sums(&self, sums: &mut Sums) {
        for (row, window) in self.changes.reach(self.n).windows(self.n).enumerate() {
            let square = |change: &i64| i128::from(*change) * i128::from(*change);
            let pair = |pair: &[i64]| (i128::from(pair[0]) * i128::from(pair[1])).abs();
            sums.squares[row] = to_f64(window.iter().map(square).sum());
            sums.balance[row] =
                to_f64(window.iter().map(|change| i128::from(change.signum()) * square(change)).sum());
            sums.pairs[row] = to_f64(window.windows(2).map(pair).sum());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Jumps, balance and noise of the last of some closes.
    fn last<const N: usize>(closes: [i64; N], trades: i128) -> [f64; 3] {
        let mut changes = [0; BLOCK];
        for (change, pair) in changes.iter_mut().zip(closes.windows(2)) {
            *change = pair[1] - pair[0];
        }
        let shares = Variation::new(3).update(&changes, &[trades; BLOCK], N - 1);
        [shares.jumps[N - 2], shares.balance[N - 2], shares.noise[N - 2]]
    }

    #[test]
    fn even_steps_are_no_jump_and_a_single_one_is() {
        assert!(last([50, 9, 10, 9, 10], 1)[0] == 0.0);
        let [jumps, balance, _] = last([50, 9, 9, 19, 19], 1);
        assert!((jumps - 1.0).abs() < 1e-12 && (balance - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_by_hand() {
        // Changes 2, -1, 5 after one that has left: variance 30, pairs 2 + 5, up 29 and down 1.
        for unit in [1, 1 << 40] {
            let trades = 40 * i128::from(unit) * i128::from(unit);
            let [jumps, balance, noise] = last([0, 100, 102, 101, 106].map(|close| close * unit), trades);
            assert!((jumps - (1.0 - FRAC_PI_2 * 1.5 * 7.0 / 30.0)).abs() < 1e-12);
            assert!((balance - 28.0 / 30.0).abs() < 1e-12);
            assert!((noise - 2.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_level_market_has_no_shares() {
        assert!(last([7; 6], 4).iter().all(|&share| share == 0.0));
    }
}

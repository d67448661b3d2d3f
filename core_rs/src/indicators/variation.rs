//! Realised variance of closes, and what it is made of.

use std::f64::consts::FRAC_PI_2;

use serde::{Deserialize, Serialize};

use super::{Ring, ratio, to_f64};
use crate::bars::Bar;

/// What `Variation` says of its window; 0 where nothing moved, NaN until warm.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Share of the realised variance that bipower variation does not explain, 0 to 1.
    pub jumps: f64,
    /// Variance of upward moves less that of downward ones, as a share of both.
    pub balance: f64,
    /// Logarithm to base 2 of the variance seen from trade to trade over that seen from close to close.
    pub noise: f64,
}

/// Sums over the changes `r` of the close in `n` bars.
///
/// Realised variance is `sum(r^2)`; bipower variation is `pi / 2 * n / (n - 1) * sum |r_t| |r_(t-1)|` over the
/// `n - 1` pairs inside the window, which jumps hardly enter (Barndorff-Nielsen and Shephard, 2004). Semivariances
/// are those of Barndorff-Nielsen, Kinnebrock and Shephard (2010).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Variation {
    window: Ring<Step>,
    bipower_of_pairs: f64,
    previous: Option<Step>,
    squares: i128,
    up_squares: i128,
    pairs: i128,
    trades: i128,
}

/// One bar: the change of its close and its trades' realised variance.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Step {
    close: i64,
    change: i64,
    trades: i128,
}

impl Variation {
    /// A window over `n` changes, at least two, that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let bipower_of_pairs = FRAC_PI_2 * n as f64 / (n as f64 - 1.0);
        let window = Ring::new(n);
        Self { window, bipower_of_pairs, previous: None, squares: 0, up_squares: 0, pairs: 0, trades: 0 }
    }

    /// Takes the next bar; NaN before `n + 1` bars.
    #[inline]
    pub fn update(&mut self, bar: &Bar) -> Shares {
        let (close, trades) = (bar.close, bar.realised_variance);
        let change = self.previous.map_or(0, |before| close - before.close);
        let step = Step { close, change, trades };
        if let Some(before) = self.previous.replace(step) {
            self.enter(&step, &before);
        }
        if self.window.is_full() {
            self.shares()
        } else {
            Shares { jumps: f64::NAN, balance: f64::NAN, noise: f64::NAN }
        }
    }

    // The first change has no pair: the step before it counts as none.
    #[inline]
    fn enter(&mut self, step: &Step, before: &Step) {
        self.squares += pair(step, step);
        self.up_squares += up(step);
        self.pairs += pair(step, before);
        self.trades += step.trades;
        let out = self.window.push(*step);
        self.squares -= pair(&out, &out);
        self.up_squares -= up(&out);
        self.pairs -= pair(&self.window.oldest(), &out);
        self.trades -= out.trades;
    }

    #[inline]
    fn shares(&self) -> Shares {
        let realised = to_f64(self.squares);
        let per_realised = ratio(1.0, realised);
        let bipower = self.bipower_of_pairs * to_f64(self.pairs);
        let noise = to_f64(self.trades) * per_realised;
        Shares {
            jumps: (realised - bipower).max(0.0) * per_realised,
            balance: to_f64(2 * self.up_squares - self.squares) * per_realised,
            noise: if noise > 0.0 { noise.log2() } else { 0.0 },
        }
    }
}

#[inline]
fn pair(one: &Step, other: &Step) -> i128 {
    i128::from(one.change.abs()) * i128::from(other.change.abs())
}

#[inline]
fn up(step: &Step) -> i128 {
    let rise = i128::from(step.change.max(0));
    rise * rise
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(closes: &[i64], trades: i128) -> Shares {
        let mut variation = Variation::new(3);
        let bar = |&close: &i64| {
            let mut bar = Bar::flat(0, close);
            bar.realised_variance = trades;
            bar
        };
        closes.iter().map(|close| variation.update(&bar(close))).last().unwrap()
    }

    #[test]
    fn even_steps_are_no_jump_and_a_single_one_is() {
        assert!(last(&[50, 9, 10, 9, 10], 1).jumps == 0.0);
        let jump = last(&[50, 9, 9, 19, 19], 1);
        assert!((jump.jumps - 1.0).abs() < 1e-12 && (jump.balance - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_by_hand() {
        // Changes 2, -1, 5 after one that has left: variance 30, pairs 2 + 5, up 29 and down 1.
        let shares = last(&[0, 100, 102, 101, 106], 40);
        assert!((shares.jumps - (1.0 - FRAC_PI_2 * 1.5 * 7.0 / 30.0)).abs() < 1e-12);
        assert!((shares.balance - 28.0 / 30.0).abs() < 1e-12);
        assert!((shares.noise - 2.0).abs() < 1e-12);
    }

    #[test]
    fn a_level_market_has_no_shares() {
        let shares = last(&[7; 6], 4);
        assert!(shares.jumps == 0.0 && shares.balance == 0.0 && shares.noise == 0.0);
    }
}

//! Changes of the close over the last `n` bars.

use serde::{Deserialize, Serialize};

use super::block::{BLOCK, Column, Totals};
use super::moments::Moments;
use super::ratio;

/// What `Returns` says of its window of changes as of each row of a block.
pub struct Path {
    /// Population standard deviations of the changes, ticks.
    pub deviation: Column,
    /// Net changes over the sums of absolute changes (Kaufman, 1995), -1 to 1; 0 where nothing moved.
    pub efficiency: Column,
}

/// Moments and length of the path that the close has taken.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Returns {
    changes: Moments,
    lengths: Totals,
    n: usize,
}

impl Returns {
    /// A window that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { changes: Moments::new(n), lengths: Totals::new(n), n }
    }

    /// Takes the next changes of the close; what is said of windows that are not full means nothing.
    #[inline(always)]
    pub fn update(&mut self, changes: &Column<i64>, rows: usize) -> Path {
        self.changes.take(changes, rows);
        self.lengths.take(rows, |row| changes[row].abs());
        let (scatter, sums, lengths) =
            (self.changes.scatter(), self.changes.sums(), self.lengths.sums(self.n));
        let per_n = 1.0 / self.n as f64;
        let mut path = Path { deviation: [0.0; BLOCK], efficiency: [0.0; BLOCK] };
        for row in 0..BLOCK {
            path.deviation[row] = per_n * scatter[row].sqrt();
            path.efficiency[row] = ratio(sums(row) as f64, lengths(row) as f64);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_steps_up_and_one_back() {
        let (mut returns, mut changes) = (Returns::new(4), [0; BLOCK]);
        changes[..5].copy_from_slice(&[50, 1, 1, 1, -1]);
        let path = returns.update(&changes, 5);
        assert!((path.efficiency[4] - 0.5).abs() < 1e-12);
        assert!((path.deviation[4] - 0.75_f64.sqrt()).abs() < 1e-12);
    }
}

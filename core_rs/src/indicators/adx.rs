//! Directional movement: the two directional indicators and their average index.

use serde::{Deserialize, Serialize};

use super::{Average, Ema, Emas, ratio};

/// What `Adx` says of a bar.
#[derive(Clone, Copy, Debug)]
pub struct Directional {
    /// Smoothed upward movement, downward movement and range, warm after `n + 1` bars.
    pub smoothed: [f64; 3],
    /// Average directional index, 0 to 100, warm after `2 n` bars.
    pub adx: f64,
}

impl Directional {
    /// The directional indicators, upward and downward, 0 to 100.
    #[must_use]
    #[inline(always)]
    pub fn indicators([plus, minus, range]: [f64; 3]) -> [f64; 2] {
        let per_range = ratio(100.0, range);
        [plus * per_range, minus * per_range]
    }
}

/// Wilder's directional movement system (1978), with the seeds of `TA-Lib`.
///
/// Movements and ranges are summed over the first `n - 1` changes, then `s <- s - s / n + x`; the index is Wilder's
/// average of `100 |+DI - -DI| / (+DI + -DI)`. Where that quotient does not exist (no movement at all) it counts
/// as 0 in the seed and leaves the average as it is afterwards.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Adx {
    smoothed: Emas<3>,
    index: Ema,
}

impl Adx {
    /// A system that has seen nothing.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let smoothed = Emas::new([Average::wilder_sum(n).after(1); 3]);
        Self { smoothed, index: Ema::new(Average::wilder(n).after(n)) }
    }

    /// Updates until all of it is warm.
    #[must_use]
    #[inline(always)]
    pub fn warming(&self) -> usize {
        self.smoothed.warming().max(self.index.warming())
    }

    /// Takes the next bar's upward and downward movement and its true range, ticks; those of the first bar do not count.
    #[inline(always)]
    pub fn update<const WARM: bool>(&mut self, moved: [f64; 3]) -> Directional {
        let smoothed = self.smoothed.update::<WARM>(moved);
        // The range cancels in the quotient of the indicators, which is not a number where nothing moved.
        let [plus, minus, _] = smoothed;
        let quotient = 100.0 * (plus - minus).abs() / (plus + minus);
        Directional { smoothed, adx: self.index.update_known::<WARM>(quotient) }
    }
}

/// Upward and downward movement of a bar's high and low from those before. Only the larger of two outward moves counts;
/// equal ones cancel.
#[must_use]
#[inline(always)]
pub fn movement(up: i64, down: i64) -> [f64; 2] {
    let outward = |this: i64, other: i64| if this > other { this.max(0) as f64 } else { 0.0 };
    [outward(up, down), outward(down, up)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_ups_and_a_market_that_only_rises() {
        let mut adx = Adx::new(3);
        let said: Vec<Directional> = (0..8).map(|_| adx.update::<false>([2.0, 0.0, 3.0])).collect();
        assert_eq!(said.iter().position(|bar| !bar.adx.is_nan()), Some(5));
        // Two ranges are summed, then a third of the sum makes room for each.
        assert!((said[2].smoothed[2] - 6.0).abs() < 1e-12 && (said[3].smoothed[2] - 7.0).abs() < 1e-12);
        let [_, minus] = Directional::indicators(said[7].smoothed);
        assert!((said[7].adx - 100.0).abs() < 1e-9 && minus == 0.0);
    }

    #[test]
    fn the_larger_of_two_outward_moves_counts() {
        for (moves, expected) in
            [((3, 2), [3.0, 0.0]), ((2, 3), [0.0, 3.0]), ((2, 2), [0.0, 0.0]), ((-1, -2), [0.0, 0.0])]
        {
            assert_eq!(movement(moves.0, moves.1).map(f64::to_bits), expected.map(f64::to_bits), "{moves:?}");
        }
    }

    #[test]
    fn a_dead_market_has_no_trend() {
        let mut adx = Adx::new(3);
        let last = (0..8).map(|_| adx.update::<false>([0.0; 3])).last().unwrap();
        assert!(last.adx == 0.0 && Directional::indicators(last.smoothed).iter().all(|&di| di == 0.0));
    }
}

//! Moving average convergence and divergence.

use serde::{Deserialize, Serialize};

use super::{Average, Ema, Emas};

/// What `Macd` says of a close, ticks.
#[derive(Clone, Copy, Debug)]
pub struct Convergence {
    /// The fast average less the slow one; warm after `slow` closes.
    pub line: f64,
    /// The line less its own average; warm after `slow + signal - 1` closes.
    pub histogram: f64,
}

/// Appel's MACD with the seeds of `TA-Lib`'s `MACD`.
///
/// Both averages begin at close `slow`, each from the mean of its own span of closes up to there: the fast one does not
/// see the first `slow - fast` closes. The signal begins from the mean of the first `signal` values of the line.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Macd {
    /// The fast one and the slow one.
    averages: Emas<2>,
    signal: Ema,
}

impl Macd {
    /// A MACD that has seen nothing.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        Self {
            averages: Emas::new([Average::span(fast).after(slow.saturating_sub(fast)), Average::span(slow)]),
            signal: Ema::new(Average::span(signal).after(fast.max(slow).saturating_sub(1))),
        }
    }

    /// Updates until all of it is warm.
    #[must_use]
    #[inline(always)]
    pub fn warming(&self) -> usize {
        self.averages.warming().max(self.signal.warming())
    }

    /// Takes the next close, NaN until warm.
    #[inline(always)]
    pub fn update<const WARM: bool>(&mut self, close: f64) -> Convergence {
        let [fast, slow] = self.averages.update::<WARM>([close; 2]);
        let line = fast - slow;
        Convergence { line, histogram: line - self.signal.update::<WARM>(line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_averages_begin_together() {
        let mut macd = Macd::new(2, 4, 2);
        let said: Vec<Convergence> =
            [8.0, 0.0, 2.0, 6.0, 9.0].iter().map(|&close| macd.update::<false>(close)).collect();
        assert!(said[..3].iter().all(|bar| bar.line.is_nan()) && said[3].histogram.is_nan());
        // Seeds 4 and 4; then 4 + 2/3 * 5 and 4 + 2/5 * 5.
        assert!(said[3].line.abs() < 1e-12 && (said[4].line - 4.0 / 3.0).abs() < 1e-12);
        assert!((said[4].histogram - 2.0 / 3.0).abs() < 1e-12);
    }
}

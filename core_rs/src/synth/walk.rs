//! The bid's recent path: where it turned, and who traded last.

/// Prints whose mean side is `z`.
const FLOW: usize = 50;

/// Trend trackers and order flow of the generator.
#[derive(Clone, Debug)]
pub struct Walk {
    long_base: i64,
    peak: i64,
    short_base: i64,
    trough: i64,
    sides: [i8; FLOW],
    sum: i64,
    prints: usize,
}

impl Walk {
    pub const fn new(bid: i64) -> Self {
        Self { long_base: bid, peak: bid, short_base: bid, trough: bid, sides: [0; FLOW], sum: 0, prints: 0 }
    }

    /// Forgets the path, not the flow.
    pub const fn restart(&mut self, bid: i64) {
        self.long_base = bid;
        self.peak = bid;
        self.short_base = bid;
        self.trough = bid;
    }

    /// Notes who traded last.
    #[inline]
    pub fn flows(&mut self, side: i8) {
        let slot = &mut self.sides[self.prints % FLOW];
        self.sum += i64::from(side) - i64::from(*slot);
        *slot = side;
        self.prints += 1;
    }

    /// Notes the bid, where no episode is under way: the path of one is forgotten with its end.
    #[inline]
    pub fn goes(&mut self, bid: i64) {
        if bid < self.long_base {
            (self.long_base, self.peak) = (bid, bid);
        }
        self.peak = self.peak.max(bid);
        if bid > self.short_base {
            (self.short_base, self.trough) = (bid, bid);
        }
        self.trough = self.trough.min(bid);
    }

    /// Mean side of the last prints.
    pub fn flow(&self) -> f64 {
        self.sum as f64 / FLOW as f64
    }

    /// +1 after a run up and a pullback, -1 for the mirror image, 0 otherwise.
    pub const fn trigger(&self, bid: i64, run_up: i64, pull_back: i64) -> i8 {
        if self.prints <= FLOW {
            0
        } else if self.peak - self.long_base >= run_up && self.peak - bid >= pull_back {
            1
        } else if self.short_base - self.trough >= run_up && bid - self.trough >= pull_back {
            -1
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pullback_after_a_run_triggers_once_the_flow_is_known() {
        let mut walk = Walk::new(100);
        (0..FLOW).for_each(|_| walk.flows(1));
        assert_eq!(walk.trigger(100, 0, 0), 0);
        for bid in 101..=110 {
            walk.flows(1);
            walk.goes(bid);
        }
        assert_eq!(walk.trigger(106, 10, 5), 0);
        assert_eq!(walk.trigger(105, 10, 5), 1);
        assert!((walk.flow() - 1.0).abs() < f64::EPSILON);
    }
}

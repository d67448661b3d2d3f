//! Tick directions from prices, for files that do not have them.

use super::trade::TickDirection;

/// Follows prices; a tie keeps the last direction that was not zero.
///
/// A trade that steps back in time is told nothing, and all before it is forgotten: on the tape it stands elsewhere than
/// behind them.
#[derive(Clone, Copy, Debug)]
pub struct TickTracker {
    last_us: i64,
    last: Option<f64>,
    rising: Option<bool>,
}

impl Default for TickTracker {
    fn default() -> Self {
        Self::after(i64::MIN)
    }
}

impl TickTracker {
    // One that knows no price.
    const fn after(last_us: i64) -> Self {
        Self { last_us, last: None, rising: None }
    }

    /// Takes the next trade and returns its direction, `Unknown` before the first change.
    pub fn push(&mut self, ts_us: i64, price: f64) -> TickDirection {
        if ts_us < self.last_us {
            *self = Self::after(ts_us);
            return TickDirection::Unknown;
        }
        self.last_us = ts_us;
        let last = self.last.replace(price).unwrap_or(price);
        if price > last {
            self.rising = Some(true);
            return TickDirection::Plus;
        }
        if price < last {
            self.rising = Some(false);
            return TickDirection::Minus;
        }
        match self.rising {
            Some(true) => TickDirection::ZeroPlus,
            Some(false) => TickDirection::ZeroMinus,
            None => TickDirection::Unknown,
        }
    }

    /// Leaves the tracker as if it had seen all trades: of those in order the last two whose prices differ tell it as
    /// much.
    #[allow(clippy::float_cmp)] // the same price is the same float
    pub fn follow(&mut self, ts_us: &[i64], prices: &[f64]) {
        let (Some(&last_us), Some(last)) = (ts_us.last(), prices.last()) else { return };
        if ts_us[0] < self.last_us || !ts_us.is_sorted() {
            ts_us.iter().zip(prices).for_each(|(ts_us, price)| _ = self.push(*ts_us, *price));
            return;
        }
        if let Some(other) = prices.iter().rfind(|price| *price != last) {
            self.push(last_us, *other);
        }
        self.push(last_us, *last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TickDirection::{Minus, Plus, Unknown, ZeroMinus, ZeroPlus};

    #[test]
    fn ties_keep_the_last_change() {
        let mut tracker = TickTracker::default();
        let found: Vec<_> = [5.0, 5.0, 6.0, 6.0, 4.0, 4.0, 5.0].map(|price| tracker.push(0, price)).into();
        assert_eq!(found, [Unknown, Unknown, Plus, ZeroPlus, Minus, ZeroMinus, Plus]);
    }

    #[test]
    fn a_step_back_in_time_is_a_new_beginning() {
        let mut tracker = TickTracker::default();
        let trades = [(5, 5.0), (5, 6.0), (4, 9.0), (3, 1.0), (6, 6.0), (7, 5.0), (7, 5.0), (6, 5.0)];
        let found: Vec<_> = trades.map(|(ts_us, price)| tracker.push(ts_us, price)).into();
        assert_eq!(found, [Unknown, Plus, Unknown, Unknown, Unknown, Minus, ZeroMinus, Unknown]);
    }

    #[test]
    fn following_trades_is_pushing_them() {
        for prices in [[9.0, 9.0, 6.0, 6.0], [5.0; 4]] {
            for ts_us in [[1, 2, 3, 4], [1, 2, 3, 2], [9, 8, 7, 6], [0, 0, 5, 9]] {
                let (mut pushed, mut followed) = (TickTracker::default(), TickTracker::default());
                for tracker in [&mut pushed, &mut followed] {
                    tracker.push(0, 4.0);
                    tracker.push(1, 5.0);
                }
                ts_us.iter().zip(prices).for_each(|(ts_us, price)| _ = pushed.push(*ts_us, price));
                followed.follow(&ts_us, &prices);
                let next = [(9, prices[3]), (9, prices[3]), (9, 1.0)];
                assert_eq!(
                    next.map(|(ts_us, price)| followed.push(ts_us, price)),
                    next.map(|(ts_us, price)| pushed.push(ts_us, price)),
                    "{ts_us:?}"
                );
            }
        }
    }
}

//! Tick directions from prices, for files that do not have them.

use super::trade::TickDirection;

/// Follows prices; a tie keeps the last direction that was not zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct TickTracker {
    last: Option<f64>,
    rising: Option<bool>,
}

impl TickTracker {
    /// Takes the next price and returns its direction, `Unknown` before the first change.
    pub fn push(&mut self, price: f64) -> TickDirection {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use TickDirection::{Minus, Plus, Unknown, ZeroMinus, ZeroPlus};

    #[test]
    fn ties_keep_the_last_change() {
        let mut tracker = TickTracker::default();
        let found: Vec<_> = [5.0, 5.0, 6.0, 6.0, 4.0, 4.0, 5.0].map(|price| tracker.push(price)).into();
        assert_eq!(found, [Unknown, Unknown, Plus, ZeroPlus, Minus, ZeroMinus, Plus]);
    }
}

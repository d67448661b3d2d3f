//! What a print proves about a resting order (METHOD 5.1 and 5.2), from optimistic to strict.

use crate::tape::{Side, Trade};

/// When a resting order counts as filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FillModel {
    /// Any print at or through the price: an upper bound, never for results.
    Touch,
    /// Volume printed at the price first consumes the lots assumed ahead of the order.
    Queue,
    /// Only prints that prove the fill: a lower bound.
    Through,
}

impl FillModel {
    /// Lots of an order (`side`, `price`, `open` lots left) that a print fills; takes its share off `queue`.
    #[must_use]
    pub fn filled(self, side: Side, price: i64, open: i64, queue: &mut i64, print: &Trade) -> i64 {
        let beyond = side.sign() * (print.price - price);
        if beyond > 0 {
            return 0;
        }
        if self == Self::Touch || beyond < 0 || print.side == side {
            return open;
        }
        // An opposite taker printed exactly at the price.
        match self {
            Self::Queue => {
                let past = (print.size - *queue).max(0);
                *queue = (*queue - print.size).max(0);
                past.min(open)
            }
            Self::Touch | Self::Through => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::TickDirection;

    fn print(price: i64, size: i64, side: Side) -> Trade {
        Trade { ts_us: 0, price, size, side, tick: TickDirection::Unknown, flags: 0 }
    }

    fn through(side: Side, price: i64, trade: &Trade) -> i64 {
        FillModel::Through.filled(side, price, 3, &mut 0, trade)
    }

    #[test]
    fn a_print_proves_a_buy_as_the_method_says() {
        assert_eq!(through(Side::Buy, 100, &print(99, 1, Side::Sell)), 3);
        assert_eq!(through(Side::Buy, 100, &print(100, 1, Side::Buy)), 3);
        assert_eq!(through(Side::Buy, 100, &print(100, 9, Side::Sell)), 0);
        assert_eq!(through(Side::Buy, 100, &print(101, 9, Side::Sell)), 0);
        assert_eq!(through(Side::Buy, 100, &print(101, 9, Side::Buy)), 0);
    }

    #[test]
    fn sells_mirror_buys() {
        assert_eq!(through(Side::Sell, 100, &print(101, 1, Side::Buy)), 3);
        assert_eq!(through(Side::Sell, 100, &print(100, 1, Side::Sell)), 3);
        assert_eq!(through(Side::Sell, 100, &print(100, 9, Side::Buy)), 0);
    }

    #[test]
    fn the_queue_is_consumed_before_the_order() {
        let mut queue = 5;
        let mut fill =
            |size| FillModel::Queue.filled(Side::Buy, 100, 3, &mut queue, &print(100, size, Side::Sell));
        assert_eq!([fill(3), fill(3), fill(9)], [0, 1, 3]);
    }
}

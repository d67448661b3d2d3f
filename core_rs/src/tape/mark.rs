//! Side, tick direction and flags of a trade in one byte, as a tape keeps them.

use bytemuck::{Pod, Zeroable};

use super::trade::{Side, TickDirection, Trade};

/// Bit 0 is a buying taker, bits 1 to 3 the tick direction's code plus two, bits 4 and up the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Mark(u8);

const TICK: u32 = 1;
const FLAGS: u32 = 4;

impl Mark {
    /// The mark of a trade's side, direction and flags; flags beyond the fourth are lost.
    #[must_use]
    pub const fn new(side: Side, tick: TickDirection, flags: u8) -> Self {
        let buy = matches!(side, Side::Buy) as u8;
        Self(buy | ((tick as i8 + 2) as u8) << TICK | flags << FLAGS)
    }

    /// The mark of a trade.
    #[must_use]
    pub const fn of(trade: &Trade) -> Self {
        Self::new(trade.side, trade.tick, trade.flags)
    }

    /// The taker's side.
    #[must_use]
    pub const fn side(self) -> Side {
        if self.0 & 1 == 1 { Side::Buy } else { Side::Sell }
    }

    /// The direction against the price before.
    #[must_use]
    pub const fn tick(self) -> TickDirection {
        TICKS[(self.0 >> TICK & 7) as usize]
    }

    /// Whether the direction's code is `code`.
    #[must_use]
    pub const fn is_tick(self, code: i8) -> bool {
        (self.0 >> TICK & 7) as i8 == code + 2
    }

    /// Bits of [`Trade::flags`].
    #[must_use]
    pub const fn flags(self) -> u8 {
        self.0 >> FLAGS
    }
}

// A table, since directions change too often to be guessed by the processor.
const TICKS: [TickDirection; 8] = {
    use TickDirection::{Minus, Plus, Unknown, ZeroMinus, ZeroPlus};
    [Minus, ZeroMinus, Unknown, ZeroPlus, Plus, Unknown, Unknown, Unknown]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost() {
        for side in [Side::Buy, Side::Sell] {
            for code in -2..=2 {
                for flags in 0..4 {
                    let mark = Mark::new(side, TickDirection::from_code(code), flags);
                    assert_eq!((mark.side(), mark.tick() as i8, mark.flags()), (side, code, flags));
                }
            }
        }
    }
}

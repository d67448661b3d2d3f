//! The machine: trades in, rows and touches out.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::config::{ConfigError, MarketConfig};
use super::saved;
pub use super::saved::SavedStateError;
use super::state::State;
use super::table::Table;
use crate::bars::{Grid, LateTrade};
use crate::tape::{Tape, Trade};

/// Bars, features and touches of one market, a trade at a time. Batch and live use this and nothing else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Market {
    grid: Grid,
    state: State,
}

impl Market {
    /// A machine that has seen nothing.
    ///
    /// # Errors
    /// A configuration that makes no sense.
    pub fn new(config: MarketConfig) -> Result<Self, ConfigError> {
        let config = config.checked()?;
        Ok(Self { grid: Grid::new(config.part_us(), config.max_gap_us), state: State::new(config) })
    }

    /// Moves time to the trade, then takes it in.
    ///
    /// # Errors
    /// The trade is earlier than the watermark.
    #[inline]
    pub fn push(&mut self, trade: &Trade) -> Result<(), LateTrade> {
        self.grid.push(trade, &mut self.state)?;
        self.state.settle();
        Ok(())
    }

    /// Pushes the trades of some rows of a tape; rows beyond its end are none.
    ///
    /// # Errors
    /// A trade is earlier than the watermark; those before it have been taken in.
    pub fn push_rows(&mut self, tape: &Tape, rows: Range<usize>) -> Result<(), LateTrade> {
        let pushed = self.grid.push_rows(tape, rows, &mut self.state);
        self.state.settle();
        pushed
    }

    /// Moves time on: closes what has ended by then. An earlier time changes nothing.
    pub fn advance(&mut self, ts_us: i64) {
        self.grid.advance(ts_us, &mut self.state);
        self.state.settle();
    }

    /// The machine as bytes, from which `restore` makes one that goes on as if nothing had happened.
    ///
    /// # Errors
    /// None that any machine is known to raise.
    pub fn save(&self) -> Result<Vec<u8>, SavedStateError> {
        saved::pack(self, self.state.config())
    }

    /// The machine that was saved.
    ///
    /// # Errors
    /// Bytes that are no state, are damaged, or are of another version or configuration.
    pub fn restore(config: MarketConfig, bytes: &[u8]) -> Result<Self, SavedStateError> {
        let config = config.checked().map_err(|error| SavedStateError::Config(error.to_string()))?;
        let market: Self = saved::unpack(bytes, &config)?;
        Ok(market)
    }

    /// Takes what was emitted since the last take; rows of touches count from this table's first.
    pub fn take(&mut self) -> Table {
        self.state.take()
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::tests::small;
    use super::super::{schema, touch_schema};
    use super::*;
    use crate::tape::{Side, TickDirection};
    use proptest::prelude::*;

    fn tape(steps: &[(i64, i64, bool)]) -> Vec<Trade> {
        let (mut ts_us, mut price) = (1_000_500, 1000);
        let trade = |&(gap, move_, buy): &(i64, i64, bool)| {
            ts_us += gap * 100_000;
            price += move_;
            let side = if buy { Side::Buy } else { Side::Sell };
            Trade { ts_us, price, size: 1 + gap, side, tick: TickDirection::Plus, flags: 0 }
        };
        steps.iter().map(trade).collect()
    }

    // Bits, since NaN is not equal to itself.
    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    proptest! {
        // Lanes are slow where nothing is optimised.
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn taking_often_and_ticking_between_trades_changes_nothing(
            steps in prop::collection::vec((0_i64..40, -3_i64..4, any::<bool>()), 50..300),
            cut in 1_usize..20,
        ) {
            let (mut whole, mut parts) = (Market::new(small()).unwrap(), Market::new(small()).unwrap());
            let (mut ts_us, mut features, mut levels) = (Vec::new(), Vec::new(), Vec::new());
            for (row, trade) in tape(&steps).iter().enumerate() {
                whole.push(trade).unwrap();
                parts.advance(trade.ts_us - 50_000);
                parts.push(trade).unwrap();
                if row % cut == 0 {
                    let table = parts.take();
                    ts_us.extend(table.ts_us);
                    features.extend(table.features);
                    levels.extend(table.touch_level);
                }
            }
            let (table, rest) = (whole.take(), parts.take());
            ts_us.extend(rest.ts_us);
            features.extend(rest.features);
            levels.extend(rest.touch_level);
            prop_assert_eq!(&table.ts_us, &ts_us);
            prop_assert_eq!(bits(&table.features), bits(&features));
            prop_assert_eq!(bits(&table.touch_level), bits(&levels));
        }
    }

    #[test]
    fn rows_are_as_wide_as_the_schemas() {
        let config = small().checked().unwrap();
        let mut market = Market::new(small()).unwrap();
        let steps: Vec<(i64, i64, bool)> = (0..600).map(|i| (i % 5, (i * i) % 7 - 2, i % 3 == 0)).collect();
        for trade in tape(&steps) {
            market.push(&trade).unwrap();
        }
        let table = market.take();
        assert!(!table.touch_row.is_empty());
        assert_eq!(table.features.len(), table.ts_us.len() * schema(&config).len());
        assert_eq!(table.touch_features.len(), table.touch_row.len() * touch_schema(&config).len());
        assert_eq!(table.widths.features, schema(&config).len());
        assert_eq!(table.widths.touch_features, touch_schema(&config).len());
        let next = market.take();
        assert!(next.ts_us.is_empty() && next.widths == table.widths);
    }
}

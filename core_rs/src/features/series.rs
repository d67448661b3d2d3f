//! Ready-made bars: one tape under many configurations needs its smallest bars only once.

use super::config::{ConfigError, MarketConfig};
use super::state::State;
use super::table::Table;
use crate::bars::{Bar, BarColumns, Grid, LateTrade, Sink};
use crate::tape::Tape;

/// Why a tape has no such bars.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum SeriesError {
    /// A configuration that makes no sense.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Trades out of order.
    #[error(transparent)]
    Late(#[from] LateTrade),
}

/// The bars of one step that a tape closes, and where its segments begin.
#[derive(Clone, Debug)]
pub struct Series {
    step_us: i64,
    max_gap_us: i64,
    told: Told,
}

#[derive(Clone, Debug, Default)]
struct Told {
    bars: BarColumns,
    starts: Vec<Start>,
}

/// A segment, by the place of its first bar.
#[derive(Clone, Copy, Debug)]
struct Start {
    segment: i32,
    first_ts_us: i64,
    bar: usize,
}

impl Sink for Told {
    fn start(&mut self, segment: i32, first_ts_us: i64) {
        self.starts.push(Start { segment, first_ts_us, bar: self.bars.len() });
    }

    fn close(&mut self, bar: &Bar) {
        self.bars.push(bar);
    }
}

impl Series {
    /// The bars of a configuration's smallest timeframe that have closed by the tape's last trade.
    ///
    /// # Errors
    /// A configuration that makes no sense, a trade that is earlier than the one before it.
    pub fn of(tape: &Tape, config: MarketConfig) -> Result<Self, SeriesError> {
        let config = config.checked()?;
        let (step_us, max_gap_us, mut told) = (config.part_us(), config.max_gap_us, Told::default());
        Grid::new(step_us, max_gap_us).push_rows(tape, 0..tape.len(), &mut told)?;
        Ok(Self { step_us, max_gap_us, told })
    }

    /// Number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.told.bars.len()
    }

    /// Whether no bar has closed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.told.bars.is_empty()
    }

    /// What a machine makes of the tape: the same that it would make of its trades, bit for bit.
    ///
    /// # Errors
    /// A configuration that makes no sense, or whose smallest timeframe or greatest gap is another.
    pub fn table(&self, config: MarketConfig) -> Result<Table, ConfigError> {
        let config = config.checked()?;
        if (config.part_us(), config.max_gap_us) != (self.step_us, self.max_gap_us) {
            let expected = "the smallest timeframe and the greatest gap of the bars";
            let found = format!("{} us and {} us", config.part_us(), config.max_gap_us);
            return Err(ConfigError { expected, found });
        }
        let mut state = State::new(config);
        state.reserve(self.len());
        self.tell(&mut state);
        Ok(state.take())
    }

    fn tell(&self, state: &mut State) {
        let Told { bars, starts } = &self.told;
        let ends = starts.iter().skip(1).map(|start| start.bar).chain([bars.len()]);
        for (start, end) in starts.iter().zip(ends) {
            state.start(start.segment, start.first_ts_us);
            state.take_in(&bars.part(start.bar..end));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::tests::small;
    use super::*;
    use proptest::prelude::*;

    fn bar(number: usize, close: i64) -> Bar {
        let mut bar = Bar::flat(number as i64 * 1_000_000, close);
        (bar.high, bar.low, bar.count, bar.volume) = (close + 2, close - 2, 1, 1);
        bar
    }

    fn bits(table: &Table) -> Vec<u64> {
        [&table.features, &table.touch_features, &table.atr]
            .into_iter()
            .flatten()
            .map(|cell| cell.to_bits())
            .collect()
    }

    proptest! {
        // Lanes are slow where nothing is optimised.
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn blocks_of_bars_make_what_bars_one_by_one_make(
            moves in prop::collection::vec(-3_i64..4, 100..300), at_once in 1_usize..90,
        ) {
            let config = small().checked().unwrap();
            let (mut price, mut bars) = (1000, BarColumns::default());
            for (number, move_) in moves.into_iter().enumerate() {
                price += move_;
                bars.push(&bar(number, price));
            }
            let (mut blocks, mut one_by_one) = (State::new(config.clone()), State::new(config));
            blocks.start(0, 500_000);
            one_by_one.start(0, 500_000);
            for bars in bars.all().chunks(at_once) {
                blocks.take_in(&bars);
            }
            for row in 0..bars.len() {
                one_by_one.close(&bars.get(row));
                one_by_one.settle();
            }
            let (made, expected) = (blocks.take(), one_by_one.take());
            prop_assert!(!expected.touch_row.is_empty());
            prop_assert_eq!(bits(&made), bits(&expected));
            prop_assert_eq!((made.ts_us, made.touch_row), (expected.ts_us, expected.touch_row));
        }
    }
}

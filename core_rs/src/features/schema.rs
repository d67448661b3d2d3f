//! The columns of a market table, described.

use super::config::MarketConfig;
use super::families::{self, Definition, Family};
use super::touch;

/// One column: what it is called, how it is computed, when it is there, how it behaves under reflection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// `<tf>_<name>`, the name following from the parameters.
    pub name: String,
    /// Family of features that it belongs to.
    pub family: &'static str,
    /// Timeframe of its bars; 0 where it has none.
    pub timeframe_s: i64,
    /// How it is computed; `x[-1]` is the value of x one bar of the timeframe before. A quotient is 0 where its
    /// divisor is, and an `atr` below a billionth of the price counts as 0.
    pub formula: String,
    /// Closed bars of its timeframe that a segment needs before the column is a number.
    pub warm_up_bars: usize,
    /// When its value is known and used.
    pub known_at: String,
    /// Whether it changes sign when the tape is reflected (prices negated, sides swapped).
    pub directional: bool,
}

/// The columns of `Table::features`, in order.
#[must_use]
pub fn schema(config: &MarketConfig) -> Vec<Feature> {
    let mut columns = Vec::new();
    for &seconds in &config.timeframes_s {
        let mut own = families::closed_bar_columns(&config.families, &config.windows);
        if seconds > config.base_s && config.families.contains(&Family::Forming) {
            own.extend(families::forming_bar_columns(&config.windows));
        }
        if seconds > config.base_s && config.families.contains(&Family::Agreement) {
            own.extend(families::agreement_columns(config));
        }
        columns.extend(own.into_iter().map(|definition| of_timeframe(seconds, definition, config)));
    }
    if config.families.contains(&Family::Clock) {
        columns
            .extend(families::clock_columns().into_iter().map(|definition| feature(0, definition, config)));
    }
    columns
}

/// The columns of `Table::touch_features`, in order: the features turned to the touch's side, then the touch's own.
#[must_use]
pub fn touch_schema(config: &MarketConfig) -> Vec<Feature> {
    let turned = |column: Feature| {
        if column.directional {
            Feature { formula: format!("side * ({})", column.formula), directional: false, ..column }
        } else {
            column
        }
    };
    let own = touch::columns(config).into_iter().map(|definition| feature(0, definition, config));
    schema(config).into_iter().map(turned).chain(own).collect()
}

fn of_timeframe(seconds: i64, definition: Definition, config: &MarketConfig) -> Feature {
    let column = feature(seconds, definition, config);
    Feature { name: format!("{}_{}", timeframe_name(seconds), column.name), ..column }
}

fn feature(timeframe_s: i64, definition: Definition, config: &MarketConfig) -> Feature {
    let Definition { name, family, formula, warm_up_bars, directional } = definition;
    let decision = format!("close of the {} bar decided on", timeframe_name(config.base_s));
    let as_of_decision = [Family::Forming, Family::Agreement].iter().any(|fresh| family == fresh.name());
    let known_at = if timeframe_s > config.base_s && !as_of_decision {
        format!("last {} close at or before the {decision}", timeframe_name(timeframe_s))
    } else {
        decision
    };
    Feature { name, family, timeframe_s, formula, warm_up_bars, known_at, directional }
}

fn timeframe_name(seconds: i64) -> String {
    let units = [(86_400, 'd'), (3600, 'h'), (60, 'm')];
    let (unit, letter) = units.into_iter().find(|(unit, _)| seconds % unit == 0).unwrap_or((1, 's'));
    format!("{}{letter}", seconds / unit)
}

#[cfg(test)]
mod tests {
    use super::super::config::tests::small;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn timeframes_are_named_as_traders_name_them() {
        let names: Vec<String> = [1, 90, 300, 14_400, 86_400].map(timeframe_name).to_vec();
        assert_eq!(names, ["1s", "90s", "5m", "4h", "1d"]);
    }

    #[test]
    fn no_name_is_there_twice() {
        let config = small().checked().unwrap();
        let columns = touch_schema(&config);
        let names: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names.len(), columns.len());
    }

    #[test]
    fn a_touch_row_has_nothing_left_to_turn() {
        let config = small().checked().unwrap();
        assert!(schema(&config).iter().any(|column| column.directional));
        assert!(!touch_schema(&config).iter().any(|column| column.directional));
    }
}

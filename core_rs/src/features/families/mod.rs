//! Families of features, one a file: each describes its columns and computes them in the same order.
//!
//! Every column is scale-free: a ratio, a share, or a price distance in its own timeframe's ATR.

mod clock;
mod flow;
mod forming;
mod momentum;
mod pullback;
mod trend;
mod volatility;
mod volume;

pub use clock::clock;
pub use forming::forming;

use super::config::Windows;
use crate::bars::Bar;
use flow::Flow;
use momentum::Momentum;
use pullback::Pullback;
use trend::Trend;
use volatility::Volatility;
use volume::Volume;

/// A column before its timeframe is known.
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub family: &'static str,
    pub formula: String,
    pub warm_up_bars: usize,
    pub directional: bool,
}

impl Definition {
    /// A column that keeps its sign when the tape is reflected.
    pub fn new(family: &'static str, name: impl Into<String>, formula: impl Into<String>) -> Self {
        Self { name: name.into(), family, formula: formula.into(), warm_up_bars: 0, directional: false }
    }

    pub fn warm_after(self, bars: usize) -> Self {
        Self { warm_up_bars: bars, ..self }
    }

    pub fn directional(self) -> Self {
        Self { directional: true, ..self }
    }
}

/// A closed bar with the ATR of its timeframe, NaN until warm.
pub struct Closed<'a> {
    pub bar: &'a Bar,
    pub atr: f64,
}

/// Writes columns one family after the other.
pub struct Cells<'a>(std::slice::IterMut<'a, f64>);

impl<'a> Cells<'a> {
    pub fn new(row: &'a mut [f64]) -> Self {
        Self(row.iter_mut())
    }

    pub fn write<const N: usize>(&mut self, values: [f64; N]) {
        self.0.by_ref().zip(values).for_each(|(cell, value)| *cell = value);
    }
}

/// The families that live on one timeframe's closed bars.
#[derive(Clone, Debug)]
pub struct Families {
    momentum: Momentum,
    trend: Trend,
    volatility: Volatility,
    volume: Volume,
    flow: Flow,
    pullback: Pullback,
    last: [f64; COLUMNS],
}

const COLUMNS: usize = 23;

impl Families {
    pub fn new(windows: &Windows) -> Self {
        Self {
            momentum: Momentum::new(windows),
            trend: Trend::new(windows),
            volatility: Volatility::new(windows),
            volume: Volume::new(windows),
            flow: Flow::new(windows),
            pullback: Pullback::new(windows),
            last: [f64::NAN; COLUMNS],
        }
    }

    pub fn update(&mut self, now: &Closed<'_>) {
        let mut cells = Cells::new(&mut self.last);
        cells.write(self.momentum.update(now));
        cells.write(self.trend.update(now));
        cells.write(self.volatility.update(now));
        cells.write(self.volume.update(now));
        cells.write(self.flow.update(now));
        cells.write(self.pullback.update(now));
    }

    /// Writes the columns of the last closed bar, NaN where there is none.
    pub fn write(&self, cells: &mut Cells<'_>) {
        cells.write(self.last);
    }
}

/// The columns of `Families`, in order.
pub fn closed_bar_columns(windows: &Windows) -> Vec<Definition> {
    let columns: [&[Definition]; 6] = [
        &Momentum::columns(windows),
        &Trend::columns(windows),
        &Volatility::columns(windows),
        &Volume::columns(windows),
        &Flow::columns(windows),
        &Pullback::columns(windows),
    ];
    columns.concat()
}

/// The columns of a timeframe's forming bar, in order.
pub fn forming_bar_columns(windows: &Windows) -> Vec<Definition> {
    forming::columns(windows).into()
}

/// The columns of the clock, in order.
pub fn clock_columns() -> Vec<Definition> {
    clock::columns().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::config::tests::small;

    #[test]
    fn every_column_is_described() {
        assert_eq!(closed_bar_columns(&small().windows).len(), COLUMNS);
    }
}

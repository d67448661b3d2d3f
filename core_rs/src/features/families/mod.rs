//! Families of features, one a file: each describes its columns and computes them in the same order.
//!
//! Every column is scale-free: a ratio, a share, or a price distance in its own timeframe's ATR.

mod agreement;
mod candle;
mod clock;
mod closed;
mod flow;
mod forming;
mod liquidity;
mod momentum;
mod pullback;
mod rows;
mod structure;
mod trend;
mod volatility;
mod volume;

pub use agreement::{Side as AgreementSide, agreement};
pub use clock::clock;
pub use closed::{Closed, column};
pub use forming::forming;

use fearless_simd::{Level, dispatch};
use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, Windows};
use crate::indicators::{BLOCK, Column};
use candle::Candle;
use flow::Flow;
use liquidity::Liquidity;
use momentum::Momentum;
use pullback::Pullback;
use structure::Structure;
use trend::Trend;
use volatility::Volatility;
use volume::Volume;

/// A group of features that are computed together or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Family {
    /// How far price has come.
    Momentum,
    /// Where price stands to its averages, where they go, how directed the moves are.
    Trend,
    /// How large the moves are.
    Volatility,
    /// How busy the bars are.
    Volume,
    /// Which side takes.
    Flow,
    /// How far price goes for what is traded, and in what sizes.
    Liquidity,
    /// The last swing, its impulse and what was given back.
    Pullback,
    /// Confirmed swings, and the mean price of what was traded.
    Structure,
    /// The shape of the last bar.
    Candle,
    /// The forming bars of the timeframes above the base.
    Forming,
    /// How those timeframes stand to the base.
    Agreement,
    /// The time of the decision.
    Clock,
    /// The touch itself: part of every touch row, never chosen.
    Touch,
}

impl Family {
    /// All families that can be chosen, in the order of columns.
    pub const ALL: [Self; 12] = [
        Self::Momentum,
        Self::Trend,
        Self::Volatility,
        Self::Volume,
        Self::Flow,
        Self::Liquidity,
        Self::Pullback,
        Self::Structure,
        Self::Candle,
        Self::Forming,
        Self::Agreement,
        Self::Clock,
    ];

    /// The name that specs and schemas give it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Momentum => "momentum",
            Self::Trend => "trend",
            Self::Volatility => "volatility",
            Self::Volume => "volume",
            Self::Flow => "flow",
            Self::Liquidity => "liquidity",
            Self::Pullback => "pullback",
            Self::Structure => "structure",
            Self::Candle => "candle",
            Self::Forming => "forming",
            Self::Agreement => "agreement",
            Self::Clock => "clock",
            Self::Touch => "touch",
        }
    }

    /// The family of a name that can be chosen.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }
}

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
    pub fn new(family: Family, name: impl Into<String>, formula: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            family: family.name(),
            formula: formula.into(),
            warm_up_bars: 0,
            directional: false,
        }
    }

    pub fn warm_after(self, bars: usize) -> Self {
        Self { warm_up_bars: bars, ..self }
    }

    pub fn directional(self) -> Self {
        Self { directional: true, ..self }
    }
}

/// Columns of a block that are handed out one family after the other.
struct Columns<'a>(&'a mut [Column]);

impl<'a> Columns<'a> {
    /// The next columns, if as many are left.
    #[inline(always)]
    fn next<const N: usize>(&mut self) -> Option<&'a mut [Column; N]> {
        let (columns, rest) = std::mem::take(&mut self.0).split_first_chunk_mut()?;
        self.0 = rest;
        Some(columns)
    }
}

/// The state of one family on one timeframe's closed bars.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant)] // a handful of each, kept side by side
enum Kernel {
    Momentum(Momentum),
    Trend(Trend),
    Volatility(Volatility),
    Volume(Volume),
    Flow(Flow),
    Liquidity(Liquidity),
    Pullback(Pullback),
    Structure(Structure),
    Candle(Candle),
}

impl Kernel {
    /// `None` for a family that does not live on closed bars.
    fn new(family: Family, windows: &Windows) -> Option<Self> {
        match family {
            Family::Momentum => Some(Self::Momentum(Momentum::new(windows))),
            Family::Trend => Some(Self::Trend(Trend::new(windows))),
            Family::Volatility => Some(Self::Volatility(Volatility::new(windows))),
            Family::Volume => Some(Self::Volume(Volume::new(windows))),
            Family::Flow => Some(Self::Flow(Flow::new(windows))),
            Family::Liquidity => Some(Self::Liquidity(Liquidity::new(windows))),
            Family::Pullback => Some(Self::Pullback(Pullback::new(windows))),
            Family::Structure => Some(Self::Structure(Structure::new(windows))),
            Family::Candle => Some(Self::Candle(Candle::new(windows))),
            Family::Forming | Family::Agreement | Family::Clock | Family::Touch => None,
        }
    }

    fn columns(family: Family, windows: &Windows) -> Vec<Definition> {
        match family {
            Family::Momentum => Momentum::columns(windows).into(),
            Family::Trend => Trend::columns(windows).into(),
            Family::Volatility => Volatility::columns(windows).into(),
            Family::Volume => Volume::columns(windows).into(),
            Family::Flow => Flow::columns(windows).into(),
            Family::Liquidity => Liquidity::columns(windows).into(),
            Family::Pullback => Pullback::columns(windows).into(),
            Family::Structure => Structure::columns(windows).into(),
            Family::Candle => Candle::columns(windows).into(),
            Family::Forming | Family::Agreement | Family::Clock | Family::Touch => Vec::new(),
        }
    }

    /// Fills the family's columns, if as many are left. Compiled anew for each kind of vectors, with all that follows.
    fn update(&mut self, now: &Closed<'_>, columns: &mut Columns<'_>) -> Option<()> {
        dispatch!(Level::new(), _ => {
            match self {
                Self::Momentum(family) => family.update(now, columns.next()?),
                Self::Trend(family) => family.update(now, columns.next()?),
                Self::Volatility(family) => family.update(now, columns.next()?),
                Self::Volume(family) => family.update(now, columns.next()?),
                Self::Flow(family) => family.update(now, columns.next()?),
                Self::Liquidity(family) => family.update(now, columns.next()?),
                Self::Pullback(family) => family.update(now, columns.next()?),
                Self::Structure(family) => family.update(now, columns.next()?),
                Self::Candle(family) => family.update(now, columns.next()?),
            }
            Some(())
        })
    }
}

/// The families that live on one timeframe's closed bars.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Families {
    kernels: Vec<Kernel>,
    /// Closed bars that each column needs.
    warm_up_bars: Vec<usize>,
    /// The row of the last bar before the block at hand, NaN where there is none.
    before: Vec<f64>,
    /// The columns of the block, and its rows.
    #[serde(skip)]
    columns: Vec<Column>,
    #[serde(skip)]
    rows: Vec<f64>,
}

impl Families {
    pub fn new(families: &[Family], windows: &Windows) -> Self {
        let kernels = families.iter().filter_map(|&family| Kernel::new(family, windows)).collect();
        let columns = closed_bar_columns(families, windows);
        let warm_up_bars: Vec<usize> = columns.iter().map(|column| column.warm_up_bars).collect();
        let before = vec![f64::NAN; columns.len()];
        Self { kernels, warm_up_bars, before, columns: Vec::new(), rows: Vec::new() }
    }

    /// Computes the columns of a block of bars.
    pub fn update(&mut self, now: &Closed<'_>) {
        self.columns.resize(self.before.len(), [f64::NAN; BLOCK]);
        let mut columns = Columns(&mut self.columns);
        for kernel in &mut self.kernels {
            kernel.update(now, &mut columns);
        }
        for (column, warm_up_bars) in self.columns.iter_mut().zip(&self.warm_up_bars) {
            let cold = warm_up_bars.saturating_sub(now.seen + 1).min(BLOCK);
            column[..cold].fill(f64::NAN);
        }
        self.rows.resize(now.rows() * self.columns.len(), f64::NAN);
        rows::fill(&mut self.rows, &self.columns);
    }

    /// The row after so many bars of the block, NaN where none has closed at all.
    #[inline]
    pub fn row(&self, bars: usize) -> &[f64] {
        let width = self.before.len();
        bars.checked_sub(1).map_or(&self.before, |row| &self.rows[row * width..][..width])
    }

    /// The rows of a block of so many bars, one after the other.
    pub fn rows(&self, bars: usize) -> &[f64] {
        &self.rows[..bars * self.before.len()]
    }

    /// Leaves a block of so many bars: forgets all its rows but the last.
    pub fn settle(&mut self, bars: usize) {
        if let Some(last) = bars.checked_sub(1) {
            let width = self.before.len();
            self.before.copy_from_slice(&self.rows[last * width..][..width]);
        }
    }
}

/// The columns of `Families`, in order.
pub fn closed_bar_columns(families: &[Family], windows: &Windows) -> Vec<Definition> {
    families.iter().flat_map(|&family| Kernel::columns(family, windows)).collect()
}

/// The columns of a timeframe's forming bar, in order.
pub fn forming_bar_columns(windows: &Windows) -> Vec<Definition> {
    forming::columns(windows).into()
}

/// The columns of a timeframe's agreement with the base, in order.
pub fn agreement_columns(config: &MarketConfig) -> Vec<Definition> {
    agreement::columns(config).into()
}

/// The columns of the clock, in order.
pub fn clock_columns() -> Vec<Definition> {
    clock::columns().into()
}

#[cfg(test)]
mod tests {
    use super::closed::tests::closed;
    use super::*;
    use crate::bars::Bar;
    use crate::features::config::tests::small;

    #[test]
    fn every_family_writes_the_columns_that_it_describes() {
        let windows = small().windows;
        let bars = [Bar::flat(0, 5); 20];
        for family in Family::ALL {
            let mut columns = [[f64::NAN; BLOCK]; 64];
            if let Some(mut kernel) = Kernel::new(family, &windows) {
                closed(&bars, |now| assert!(kernel.update(now, &mut Columns(&mut columns)).is_some()));
            }
            let written = columns.iter().filter(|column| !column[19].is_nan()).count();
            assert_eq!(written, Kernel::columns(family, &windows).len(), "{family:?}");
        }
    }

    #[test]
    fn families_are_known_by_their_names() {
        for family in Family::ALL {
            assert_eq!(Family::of_name(family.name()), Some(family));
        }
        assert_eq!(Family::of_name("astrology"), None);
    }
}

//! Families of features, one a file: each describes its columns and computes them in the same order.
//!
//! Every column is scale-free: a ratio, a share, or a price distance in its own timeframe's ATR.

mod agreement;
mod candle;
mod clock;
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
pub use forming::forming;
pub use rows::Rows;

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, Windows};
use crate::bars::Bar;
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

/// A closed bar with the ATR of its timeframe, NaN until warm.
pub struct Closed<'a> {
    pub bar: &'a Bar,
    pub atr: f64,
    /// What turns ticks into ATR; 0 where there is no range at all.
    pub per_atr: f64,
}

/// Writes columns one family after the other.
pub struct Cells<'a>(&'a mut [f64]);

impl<'a> Cells<'a> {
    pub fn new(row: &'a mut [f64]) -> Self {
        Self(row)
    }

    /// Fills the next cells with what is computed; right in place, since copies cost as much as sums do.
    #[inline]
    pub fn fill<const N: usize>(&mut self, compute: impl FnOnce() -> [f64; N]) {
        if let Some((cells, rest)) = std::mem::take(&mut self.0).split_first_chunk_mut() {
            *cells = compute();
            self.0 = rest;
        }
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

    #[inline]
    // Each family is a call: in one body, what does not depend on the loop over families would be computed for all of
    // them, chosen or not.
    fn update(&mut self, now: &Closed<'_>, cells: &mut Cells<'_>) {
        match self {
            Self::Momentum(family) => cells.fill(|| family.update(now)),
            Self::Trend(family) => cells.fill(|| family.update(now)),
            Self::Volatility(family) => cells.fill(|| family.update(now)),
            Self::Volume(family) => cells.fill(|| family.update(now)),
            Self::Flow(family) => cells.fill(|| family.update(now)),
            Self::Liquidity(family) => cells.fill(|| family.update(now)),
            Self::Pullback(family) => cells.fill(|| family.update(now)),
            Self::Structure(family) => cells.fill(|| family.update(now)),
            Self::Candle(family) => cells.fill(|| family.update(now)),
        }
    }
}

/// The families that live on one timeframe's closed bars.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Families {
    kernels: Vec<Kernel>,
    width: usize,
    /// The row of the last bar before the block at hand, NaN where there is none, then those of the block, then room.
    rows: Vec<f64>,
    /// Bars of the block.
    bars: usize,
}

impl Families {
    pub fn new(families: &[Family], windows: &Windows) -> Self {
        let kernels = families.iter().filter_map(|&family| Kernel::new(family, windows)).collect();
        let width = closed_bar_columns(families, windows).len();
        Self { kernels, width, rows: vec![f64::NAN; width], bars: 0 }
    }

    /// Makes the row of the block's next bar.
    #[inline]
    pub fn update(&mut self, now: &Closed<'_>) {
        self.bars += 1;
        let (begin, end) = (self.bars * self.width, (self.bars + 1) * self.width);
        if self.rows.len() < end {
            self.rows.resize(end, f64::NAN);
        }
        let mut cells = Cells::new(&mut self.rows[begin..end]);
        self.kernels.iter_mut().for_each(|kernel| kernel.update(now, &mut cells));
    }

    /// Copies the columns after so many bars of the block each, NaN where none has closed at all.
    #[inline]
    pub fn write(&self, bars: impl Iterator<Item = usize>, rows: &mut Rows<'_>) {
        rows.copy(self.width, bars.map(|bars| &self.rows[bars * self.width..][..self.width]));
    }

    /// Leaves the block: forgets all its rows but the last.
    pub fn settle(&mut self) {
        self.rows.copy_within(self.bars * self.width..(self.bars + 1) * self.width, 0);
        self.bars = 0;
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
    use super::*;
    use crate::features::config::tests::small;

    #[test]
    fn every_family_writes_the_columns_that_it_describes() {
        let windows = small().windows;
        for family in Family::ALL {
            let mut row = [f64::NAN; 64];
            if let Some(mut kernel) = Kernel::new(family, &windows) {
                for _ in 0..100 {
                    let bar = Bar::flat(0, 5);
                    kernel.update(&Closed { bar: &bar, atr: 1.0, per_atr: 1.0 }, &mut Cells::new(&mut row));
                }
            }
            let written = row.iter().filter(|cell| !cell.is_nan()).count();
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

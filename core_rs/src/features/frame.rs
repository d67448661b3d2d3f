//! One timeframe's state.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{AgreementSide, Closed, Families, Family, Rows, forming};
use super::touch::{Line, Prices, TouchEma};
use crate::bars::{Bar, Rollup};
use crate::indicators::{Atr, ratio};

/// A timeframe from the start of a segment on.
///
/// It takes the bars of the smallest timeframe a block at a time, and answers as of any decision in the block.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    timeframe_s: i64,
    is_touchable: bool,
    shows_forming: bool,
    /// None where a part is a whole bar.
    rollup: Option<Rollup>,
    average_range: Atr,
    touch_ema: TouchEma,
    families: Families,
    /// As of the last bar before the block, then as of each bar that closed in it.
    standings: Vec<Standing>,
    /// The bars that closed in the block; where a part is a whole bar, the parts themselves are.
    #[serde(skip)]
    bars: Vec<Bar>,
    /// As of each decision in the block; none where a part is a whole bar.
    #[serde(skip)]
    views: Vec<View>,
}

/// What is known of a timeframe as of one of its closed bars.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Standing {
    /// ATR in ticks, NaN until warm.
    atr: f64,
    /// The touchable EMA of closed bars.
    line: Line,
    any_closed: bool,
}

/// What a decision sees of a timeframe.
#[derive(Clone, Copy, Debug)]
struct View {
    /// Bars of the block that have closed.
    closed: usize,
    forming: Option<Bar>,
}

/// The place of a decision: its number in the block, and that of the part that ends its bar.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub decision: usize,
    pub part: usize,
}

impl Frame {
    pub fn new(config: &MarketConfig, timeframe_s: i64, first_ts_us: i64) -> Self {
        let (part_us, step_us) = (config.part_us(), timeframe_s * SECOND_US);
        let line = Line { level: f64::NAN, slope: f64::NAN };
        Self {
            timeframe_s,
            is_touchable: config.touch.timeframes_s.contains(&timeframe_s),
            shows_forming: timeframe_s > config.base_s && config.families.contains(&Family::Forming),
            rollup: (step_us > part_us).then(|| Rollup::new(part_us, step_us, first_ts_us)),
            average_range: Atr::new(config.windows.atr),
            touch_ema: TouchEma::new(config.touch.ema),
            families: Families::new(&config.families, &config.windows),
            standings: vec![Standing { atr: f64::NAN, line, any_closed: false }],
            bars: Vec::new(),
            views: Vec::new(),
        }
    }

    /// The parts of a block that end a bar of this timeframe, by their numbers.
    pub fn ends(&self, parts: &[Bar]) -> impl Iterator<Item = usize> {
        let ends = |part: &Bar| self.rollup.as_ref().is_none_or(|rollup| rollup.is_ended_by(part));
        (0..parts.len()).filter(move |&number| ends(&parts[number]))
    }

    /// Takes the next block of bars of the smallest timeframe, in which decisions fall at some places.
    pub fn add_all(&mut self, parts: &[Bar], places: &[Place]) {
        let Some(mut rollup) = self.rollup.take() else {
            for part in parts {
                self.close(part);
            }
            return;
        };
        let mut places = places.iter().peekable();
        for (number, part) in parts.iter().enumerate() {
            if let Some(bar) = rollup.add(part) {
                self.close(&bar);
                self.bars.push(bar);
            }
            if places.next_if(|place| place.part == number).is_some() {
                self.views.push(View { closed: self.bars.len(), forming: rollup.forming().copied() });
            }
        }
        self.rollup = Some(rollup);
    }

    #[inline]
    fn close(&mut self, bar: &Bar) {
        let atr = self.average_range.update(bar.high, bar.low, bar.close);
        let per_atr = ratio(1.0, atr);
        let line = self.touch_ema.update(bar.close, per_atr);
        self.standings.push(Standing { atr, line, any_closed: true });
        self.families.update(&Closed { bar, atr, per_atr });
    }

    /// Leaves the block: forgets all of it but how it ended.
    pub fn settle(&mut self) {
        self.standings.drain(..self.standings.len() - 1);
        self.families.settle();
        self.bars.clear();
        self.views.clear();
    }

    #[inline]
    fn view(&self, at: Place) -> (usize, Option<&Bar>) {
        match &self.rollup {
            None => (at.part + 1, None),
            Some(_) => (self.views[at.decision].closed, self.views[at.decision].forming.as_ref()),
        }
    }

    #[inline]
    fn standing(&self, at: Place) -> &Standing {
        &self.standings[self.view(at).0]
    }

    /// Writes the columns of the last closed bar and those of the forming bar as of decisions, where they show.
    pub fn write(&self, places: impl Iterator<Item = Place> + Clone, rows: &mut Rows<'_>) {
        self.families.write(places.clone().map(|at| self.view(at).0), rows);
        if self.shows_forming {
            rows.fill(places.map(|at| {
                let (closed, bar) = self.view(at);
                let Standing { atr, any_closed, .. } = self.standings[closed];
                forming(bar, atr, any_closed)
            }));
        }
    }

    /// The prices of the bar that a decision of this timeframe ends.
    #[inline]
    pub fn prices(&self, at: Place, parts: &[Bar]) -> Prices {
        Prices::of(if self.rollup.is_some() { &self.bars[at.decision] } else { &parts[at.part] })
    }

    /// How the timeframe stands to the base, as of a decision.
    pub fn agreement_side(&self, at: Place) -> AgreementSide {
        AgreementSide { timeframe_s: self.timeframe_s, atr: self.atr(at), line: self.line(at) }
    }

    /// The touchable EMA, as of a decision.
    #[inline]
    pub fn line(&self, at: Place) -> Line {
        let (closed, forming) = self.view(at);
        self.touch_ema.with_forming(self.standings[closed].line, forming)
    }

    /// Whether a touch of this timeframe's EMA counts.
    pub const fn is_touchable(&self) -> bool {
        self.is_touchable
    }

    /// ATR of closed bars in ticks as of a decision, NaN until warm.
    #[inline]
    pub fn atr(&self, at: Place) -> f64 {
        self.standing(at).atr
    }

    pub const fn timeframe_s(&self) -> i64 {
        self.timeframe_s
    }
}

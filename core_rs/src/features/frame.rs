//! One timeframe's state.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{AgreementSide, Closed, Families, Family, column, forming};
use super::touch::{Line, Prices, TouchEma};
use crate::bars::{Bar, BarColumns, BarsPart, Rollup};
use crate::indicators::{Atr, BLOCK, Column, Window, ratio, true_range};

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
    /// Bars that have closed before the block.
    seen: usize,
    /// High, low and close, and those of the bar before.
    prices: [Window<i64>; 3],
    /// As of the last bar before the block, then as of each bar that closed in it.
    standings: Vec<Standing>,
    /// The bars that closed in the block; where a part is a whole bar, the parts themselves are.
    #[serde(skip)]
    bars: BarColumns,
    /// As of each decision in the block; none where a part is a whole bar.
    #[serde(skip)]
    views: Vec<View>,
}

/// What distances are measured in, a column each as `Closed` has them.
#[derive(Default)]
struct Measures {
    true_range: Column,
    atr: Column,
    per_atr: Column,
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
            seen: 0,
            prices: [(); 3].map(|()| Window::new(1)),
            standings: vec![Standing { atr: f64::NAN, line, any_closed: false }],
            bars: BarColumns::default(),
            views: Vec::new(),
        }
    }

    /// The parts of a block that end a bar of this timeframe, by their numbers.
    pub fn ends(&self, parts: &BarsPart<'_>) -> impl Iterator<Item = usize> {
        let ends = |open_us: i64| self.rollup.as_ref().is_none_or(|rollup| rollup.is_ended_by(open_us));
        let opens_us = parts.field(|bars| &bars.open_ts_us).iter().enumerate();
        opens_us.filter(move |&(_, &open_us)| ends(open_us)).map(|(number, _)| number)
    }

    /// Takes the next block of bars of the smallest timeframe, in which decisions fall at some places.
    pub fn add_all(&mut self, parts: &BarsPart<'_>, places: &[Place]) {
        let Some(mut rollup) = self.rollup.take() else {
            self.close_all(parts);
            return;
        };
        let (mut places, mut bars) = (places.iter().peekable(), std::mem::take(&mut self.bars));
        for number in 0..parts.len() {
            rollup.add(&parts.get(number)).iter().for_each(|bar| bars.push(bar));
            if places.next_if(|place| place.part == number).is_some() {
                self.views.push(View { closed: bars.len(), forming: rollup.forming().copied() });
            }
        }
        self.close_all(&bars.all());
        (self.rollup, self.bars) = (Some(rollup), bars);
    }

    fn close_all(&mut self, bars: &BarsPart<'_>) {
        if bars.is_empty() {
            return;
        }
        let [high, low, close] = &mut self.prices;
        take(high, bars.field(|bars| &bars.high), self.seen);
        take(low, bars.field(|bars| &bars.low), self.seen);
        take(close, bars.field(|bars| &bars.close), self.seen);
        let Measures { true_range, atr, per_atr } = &self.stand(bars.len());
        let [high, low, close] = &self.prices;
        let seen = self.seen;
        self.families.update(&Closed {
            bars: bars.clone(),
            seen,
            high,
            low,
            close,
            true_range,
            atr,
            per_atr,
        });
        self.seen += bars.len();
    }

    // Notes how the timeframe stands as of each bar of the block.
    fn stand(&mut self, rows: usize) -> Measures {
        let [high, low, close] = self.prices.each_ref().map(Window::now);
        let (before, mut measures) = (self.prices[2].before(1), Measures::default());
        let (mut average_range, mut touch_ema) = (self.average_range, self.touch_ema);
        for row in 0..rows.min(BLOCK) {
            let range = true_range(high[row], low[row], before[row]) as f64;
            let atr = Atr::of(average_range.update(range), close[row]);
            let per_atr = ratio(1.0, atr);
            let line = touch_ema.update(close[row], per_atr);
            self.standings.push(Standing { atr, line, any_closed: true });
            (measures.true_range[row], measures.atr[row], measures.per_atr[row]) = (range, atr, per_atr);
        }
        (self.average_range, self.touch_ema) = (average_range, touch_ema);
        measures
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

    /// Appends the columns of the last closed bar and those of the forming bar as of a decision, where they show. Of the
    /// decision before, if there was one, a row as long as `width` has just been appended.
    #[inline]
    pub fn write(&self, at: Place, before: Option<Place>, width: usize, cells: &mut Vec<f64>) {
        let (closed, bar) = self.view(at);
        match before.map(|before| self.view(before)) {
            Some((same, _)) if same == closed => self.families.repeat(width, cells),
            _ => self.families.write(closed, cells),
        }
        if self.shows_forming {
            let Standing { atr, any_closed, .. } = self.standings[closed];
            cells.extend(forming(bar, atr, any_closed));
        }
    }

    /// Appends the columns of bars of the block that is made of parts alone.
    pub fn write_parts(&self, parts: impl Iterator<Item = usize>, cells: &mut Vec<f64>) {
        parts.for_each(|part| self.families.write_row(part, cells));
    }

    /// The prices of the bar that a decision of this timeframe ends.
    #[inline]
    pub fn prices(&self, at: Place, parts: &BarsPart<'_>) -> Prices {
        let (bars, row) =
            if self.rollup.is_some() { (&self.bars.all(), at.decision) } else { (parts, at.part) };
        let price = |of: fn(&BarColumns) -> &Vec<i64>| bars.field(of)[row];
        Prices {
            open: price(|bars| &bars.open),
            high: price(|bars| &bars.high),
            low: price(|bars| &bars.low),
            close: price(|bars| &bars.close),
        }
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

// Takes prices of bars, the first of which counts as the one before the first of a segment.
fn take(window: &mut Window<i64>, prices: &[i64], seen: usize) {
    if seen == 0 {
        window.begin(prices[0]);
    }
    window.take(&column(prices), prices.len());
}

//! One timeframe's state.

use serde::{Deserialize, Serialize};

use super::config::{MarketConfig, SECOND_US};
use super::families::{AgreementSide, Closed, Families, Family, column, forming};
use super::standing::{Measures, Standing};
use super::touch::{Line, Prices, TouchEma};
use crate::bars::{Bar, BarColumns, BarsPart, Rollup};
use crate::indicators::Window;

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
    standing: Standing,
    families: Families,
    /// Bars that have closed before the block.
    seen: usize,
    /// High, low and close, and those of bars before.
    prices: [Window<i64>; 3],
    /// Bars that have closed in the block.
    #[serde(skip)]
    rows: usize,
    /// Those bars; where a part is a whole bar, the parts themselves are.
    #[serde(skip)]
    bars: BarColumns,
    /// As of each decision in the block; none where a part is a whole bar.
    #[serde(skip)]
    views: Vec<View>,
}

/// What a decision sees of a timeframe.
#[derive(Clone, Copy, Debug)]
struct View {
    /// Bars of the block that have closed.
    closed: usize,
    forming: Option<Bar>,
}

/// A base bar that has closed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decision {
    /// Its number in the block.
    pub row: usize,
    /// The number of the part that ends it.
    pub part: usize,
    /// Its end, at which it is known.
    pub ts_us: i64,
}

impl Frame {
    pub fn new(config: &MarketConfig, timeframe_s: i64, first_ts_us: i64) -> Self {
        let (part_us, step_us) = (config.part_us(), timeframe_s * SECOND_US);
        let is_touchable = config.touch.timeframes_s.contains(&timeframe_s);
        let shows_line = is_touchable || config.families.contains(&Family::Agreement);
        let touch_ema = shows_line.then(|| TouchEma::new(config.touch.ema));
        Self {
            timeframe_s,
            is_touchable,
            shows_forming: timeframe_s > config.base_s && config.families.contains(&Family::Forming),
            rollup: (step_us > part_us).then(|| Rollup::new(part_us, step_us, first_ts_us)),
            standing: Standing::new(config.windows.atr, touch_ema),
            families: Families::new(&config.families, &config.windows),
            seen: 0,
            prices: [1, 1, config.windows.flow].map(Window::new),
            rows: 0,
            bars: BarColumns::default(),
            views: Vec::new(),
        }
    }

    /// Whether the bar of the smallest timeframe that opens then ends a bar of this one.
    #[inline]
    pub fn is_ended_by(&self, open_ts_us: i64) -> bool {
        self.rollup.as_ref().is_none_or(|rollup| rollup.is_ended_by(open_ts_us))
    }

    /// Takes the next block of bars of the smallest timeframe, and the decisions that fall in it.
    pub fn add_all(&mut self, parts: &BarsPart<'_>, decisions: &[Decision]) {
        let Some(mut rollup) = self.rollup.take() else {
            self.close_all(parts);
            return;
        };
        let (mut decisions, mut bars) = (decisions.iter().peekable(), std::mem::take(&mut self.bars));
        for number in 0..parts.len() {
            rollup.add(&parts.get(number)).iter().for_each(|bar| bars.push(bar));
            if decisions.next_if(|at| at.part == number).is_some() {
                self.views.push(View { closed: bars.len(), forming: rollup.forming().copied() });
            }
        }
        self.close_all(&bars.all());
        (self.rollup, self.bars) = (Some(rollup), bars);
    }

    fn close_all(&mut self, bars: &BarsPart<'_>) {
        let Self { standing, families, seen, prices, rows, .. } = self;
        *rows = bars.len();
        if *rows == 0 {
            return;
        }
        take(&mut prices[0], bars.field(|bars| &bars.high), *seen);
        take(&mut prices[1], bars.field(|bars| &bars.low), *seen);
        take(&mut prices[2], bars.field(|bars| &bars.close), *seen);
        standing.update(prices, *rows);
        let (Measures { true_range, atr, per_atr, .. }, [high, low, close]) = (standing.now(), &*prices);
        let (bars, seen) = (bars.clone(), *seen);
        families.update(&Closed { bars, seen, high, low, close, true_range, atr, per_atr });
    }

    /// Leaves the block: forgets all of it but how it ended.
    pub fn settle(&mut self) {
        self.standing.settle(self.rows);
        self.families.settle(self.rows);
        self.seen += std::mem::take(&mut self.rows);
        self.bars.clear();
        self.views.clear();
    }

    // Bars of the block that have closed as of a decision, and the one that forms.
    #[inline]
    fn view(&self, at: &Decision) -> (usize, Option<&Bar>) {
        match &self.rollup {
            None => (at.part + 1, None),
            Some(_) => (self.views[at.row].closed, self.views[at.row].forming.as_ref()),
        }
    }

    /// Appends the columns of the last closed bar and those of the forming bar as of a decision, where they show.
    #[inline]
    pub fn write(&self, at: &Decision, cells: &mut Vec<f64>) {
        let (closed, bar) = self.view(at);
        cells.extend_from_slice(self.families.row(closed));
        if self.shows_forming {
            cells.extend(forming(bar, self.standing.as_of(closed).map(|known| known.atr)));
        }
    }

    /// The columns of closed bars as of all bars of the block, row after row.
    pub fn rows(&self) -> &[f64] {
        self.families.rows(self.rows)
    }

    /// The prices of a bar of the block, whose parts those are.
    #[inline]
    pub fn prices(&self, row: usize, parts: &BarsPart<'_>) -> Prices {
        let bars = if self.rollup.is_some() { &self.bars.all() } else { parts };
        let price = |of: fn(&BarColumns) -> &Vec<i64>| bars.field(of)[row];
        Prices {
            open: price(|bars| &bars.open),
            high: price(|bars| &bars.high),
            low: price(|bars| &bars.low),
            close: price(|bars| &bars.close),
        }
    }

    /// The closes of the bars of the block, ticks.
    pub fn closes(&self) -> &[i64] {
        &self.prices[2].now()[..self.rows]
    }

    /// The close `bars` bars before one of the block, at most `flow`; none so early in a segment.
    pub fn close_before(&self, row: usize, bars: usize) -> Option<i64> {
        (self.seen + row >= bars).then(|| self.prices[2].before(bars)[row])
    }

    /// ATR as of the bars of the block in ticks, NaN until warm.
    pub fn atrs(&self) -> &[f64] {
        &self.standing.now().atr[..self.rows]
    }

    /// How the timeframe stands to the base, as of a decision.
    pub fn agreement_side(&self, at: &Decision) -> AgreementSide {
        AgreementSide { timeframe_s: self.timeframe_s, atr: self.atr(at), line: self.line(at) }
    }

    /// The touchable EMA, as of a decision.
    #[inline]
    pub fn line(&self, at: &Decision) -> Line {
        let (closed, forming) = self.view(at);
        self.standing.line(closed, forming.map(|bar| bar.close))
    }

    /// Whether a touch of this timeframe's EMA counts.
    pub const fn is_touchable(&self) -> bool {
        self.is_touchable
    }

    /// ATR of closed bars in ticks as of a decision, NaN until warm.
    #[inline]
    pub fn atr(&self, at: &Decision) -> f64 {
        self.standing.as_of(self.view(at).0).map_or(f64::NAN, |known| known.atr)
    }

    pub const fn timeframe_s(&self) -> i64 {
        self.timeframe_s
    }
}

// Takes prices of bars, the first of which counts as those before the first of a segment.
fn take(window: &mut Window<i64>, prices: &[i64], seen: usize) {
    if seen == 0 {
        window.begin(prices[0]);
    }
    window.take(&column(prices), prices.len());
}

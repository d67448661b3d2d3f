//! What each intent holds; all of one side but while one trade makes way for another.

use super::config::Margin;
use crate::tape::{PriceRange, Side};

#[derive(Clone, Copy, Debug)]
struct Holding {
    intent: usize,
    side: Side,
    lots: i64,
    /// Ticks x lots, at the mean price of the entries.
    cost: f64,
}

/// Open lots by intent.
#[derive(Clone, Debug, Default)]
pub struct Holdings(Vec<Holding>);

impl Holdings {
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn position(&self) -> i64 {
        self.0.iter().map(|holding| holding.side.sign() * holding.lots).sum()
    }

    pub fn held(&self, intent: usize) -> i64 {
        self.0.iter().find(|holding| holding.intent == intent).map_or(0, |holding| holding.lots)
    }

    /// The intents that hold lots.
    pub fn intents(&self) -> Vec<usize> {
        self.0.iter().map(|holding| holding.intent).collect()
    }

    pub fn side(&self) -> Option<Side> {
        self.0.first().map(|holding| holding.side)
    }

    pub fn enter(&mut self, intent: usize, side: Side, lots: i64, price: i64) {
        let cost = price as f64 * lots as f64;
        match self.0.iter_mut().find(|holding| holding.intent == intent) {
            Some(holding) => {
                holding.lots += lots;
                holding.cost += cost;
            }
            None => self.0.push(Holding { intent, side, lots, cost }),
        }
    }

    pub fn exit(&mut self, intent: usize, lots: i64) {
        if let Some(holding) = self.0.iter_mut().find(|holding| holding.intent == intent) {
            holding.cost -= holding.cost * lots as f64 / holding.lots as f64;
            holding.lots -= lots;
        }
        self.0.retain(|holding| holding.lots > 0);
    }

    /// The price at which the net position is closed for want of margin.
    pub fn bound(&self, margin: Option<Margin>) -> Option<(Side, i64)> {
        let (margin, side) = (margin?, self.side()?);
        let (cost, lots) =
            self.0.iter().fold((0.0, 0), |(cost, lots), holding| (cost + holding.cost, lots + holding.lots));
        Some((side, margin.bound(side, cost / lots as f64)))
    }

    /// The prices at which it is not.
    pub fn quiet_band(&self, margin: Option<Margin>) -> PriceRange {
        match self.bound(margin) {
            None => PriceRange::ALL,
            Some((Side::Buy, bound)) => PriceRange::between(bound, i64::MAX),
            Some((Side::Sell, bound)) => PriceRange::between(i64::MIN, bound),
        }
    }
}

//! What each holding has: a trader's intents have one each, an account has one a position.

use super::config::Margin;
use crate::tape::{PriceRange, Side};

/// Open lots of one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holding {
    /// Its name: an intent's row, or a position's index.
    pub name: usize,
    /// Long or short.
    pub side: Side,
    /// Lots, at least 1.
    pub lots: i64,
    /// Ticks x lots, at the mean price of the entries.
    pub cost: f64,
}

/// Open lots by name.
#[derive(Clone, Debug, Default)]
pub struct Holdings(Vec<Holding>);

impl Holdings {
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn position(&self) -> i64 {
        self.0.iter().map(|holding| holding.side.sign() * holding.lots).sum()
    }

    pub fn find(&self, name: usize) -> Option<&Holding> {
        self.0.iter().find(|holding| holding.name == name)
    }

    pub fn held(&self, name: usize) -> i64 {
        self.find(name).map_or(0, |holding| holding.lots)
    }

    /// Lots of a holding that an order of `side` can take out.
    pub fn reducible(&self, name: usize, side: Side) -> i64 {
        self.find(name).filter(|holding| holding.side != side).map_or(0, |holding| holding.lots)
    }

    /// The holdings of a side, by name.
    pub fn of(&self, side: Side) -> Vec<usize> {
        self.0.iter().filter(|holding| holding.side == side).map(|holding| holding.name).collect()
    }

    /// Adds lots; those against a holding reduce it first, and what is left turns it over.
    pub fn enter(&mut self, name: usize, side: Side, lots: i64, price: i64) {
        let against = self.reducible(name, side).min(lots);
        self.exit(name, against);
        let (lots, cost) = (lots - against, price as f64 * (lots - against) as f64);
        match self.0.iter_mut().find(|holding| holding.name == name) {
            _ if lots == 0 => {}
            Some(holding) => {
                holding.lots += lots;
                holding.cost += cost;
            }
            None => self.0.push(Holding { name, side, lots, cost }),
        }
    }

    pub fn exit(&mut self, name: usize, lots: i64) {
        if let Some(holding) = self.0.iter_mut().find(|holding| holding.name == name) {
            holding.cost -= holding.cost * lots as f64 / holding.lots as f64;
            holding.lots -= lots;
        }
        self.0.retain(|holding| holding.lots > 0);
    }

    /// The price at which all holdings of a side are closed for want of margin.
    pub fn bound(&self, side: Side, margin: Option<Margin>) -> Option<i64> {
        let held = self.0.iter().filter(|holding| holding.side == side);
        let (cost, lots) =
            held.fold((0.0, 0), |(cost, lots), holding| (cost + holding.cost, lots + holding.lots));
        margin.filter(|_| lots > 0).map(|margin| margin.bound(side, cost / lots as f64))
    }

    /// The prices at which none is.
    pub fn quiet_band(&self, margin: Option<Margin>) -> PriceRange {
        match (self.bound(Side::Buy, margin), self.bound(Side::Sell, margin)) {
            (None, None) => PriceRange::ALL,
            (low, high) => PriceRange::between(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_against_a_holding_reduce_it_and_turn_it_over() {
        let mut holdings = Holdings::default();
        holdings.enter(0, Side::Buy, 3, 100);
        holdings.enter(0, Side::Sell, 2, 110);
        assert_eq!(holdings.find(0), Some(&Holding { name: 0, side: Side::Buy, lots: 1, cost: 100.0 }));
        holdings.enter(0, Side::Sell, 4, 120);
        assert_eq!(holdings.find(0), Some(&Holding { name: 0, side: Side::Sell, lots: 3, cost: 360.0 }));
        assert_eq!((holdings.reducible(0, Side::Buy), holdings.reducible(0, Side::Sell)), (3, 0));
    }

    #[test]
    fn both_sides_of_a_hedge_have_bounds_of_their_own() {
        let (mut holdings, margin) =
            (Holdings::default(), Some(Margin { leverage: 10.0, maintenance: 0.005 }));
        assert_eq!(holdings.quiet_band(margin), PriceRange::ALL);
        holdings.enter(1, Side::Buy, 1, 1000);
        holdings.enter(2, Side::Sell, 1, 1000);
        assert_eq!(holdings.quiet_band(margin), PriceRange::between(905, 1095));
        assert_eq!(holdings.quiet_band(None), PriceRange::ALL);
    }
}

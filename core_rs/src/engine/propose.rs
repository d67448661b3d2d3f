//! What a touch proposes: an entry at the touched EMA, a stop and a target some ATR away, a size that risks 1 R.

use super::Intent;
use crate::tape::Side;

/// A touch, known at the close of its base bar.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// The close.
    pub ts_us: i64,
    /// The side of the trend.
    pub side: Side,
    /// The EMA in ticks.
    pub level: f64,
    /// ATR of the base timeframe in ticks.
    pub atr: f64,
}

/// How touches become intents. Prices, distances and sizes are multiples of the venue's steps.
#[derive(Clone, Copy, Debug)]
pub struct Proposer {
    /// A post-only limit, or an entry at market.
    pub is_maker: bool,
    /// How far from the EMA, away from the market, the limit rests, in ATR.
    pub offset_atr: f64,
    /// Stop distance in ATR.
    pub stop_atr: f64,
    /// Target distance in stop distances.
    pub target_rr: f64,
    /// 1 R in quote currency.
    pub risk: f64,
    /// Price of a tick.
    pub tick_size: f64,
    /// Size of a lot.
    pub lot_size: f64,
    /// Ticks.
    pub price_step: i64,
    /// Lots.
    pub lot_step: i64,
    /// See [`Intent`].
    pub entry_ttl_us: i64,
    /// See [`Intent`].
    pub hold_us: i64,
    /// See [`Intent`].
    pub repeg: i64,
}

impl Proposer {
    /// The intent of a touch; one whose ATR is not known has distances of 0, which no check lets pass.
    #[must_use]
    pub fn propose(&self, touch: &Touch) -> Intent {
        let stop_distance = self.distance(self.stop_atr * touch.atr);
        Intent {
            ts_us: touch.ts_us,
            side: touch.side,
            limit: if self.is_maker { self.limit(touch) } else { 0 },
            stop_distance,
            target_distance: self.distance(self.target_rr * stop_distance as f64),
            lots: self.lots(stop_distance),
            entry_ttl_us: self.entry_ttl_us,
            hold_us: self.hold_us,
            repeg: self.repeg,
        }
    }

    fn distance(&self, ticks: f64) -> i64 {
        steps((ticks / self.price_step as f64).round_ties_even(), self.price_step)
    }

    // Rounded away from the market.
    fn limit(&self, touch: &Touch) -> i64 {
        let side = touch.side.sign() as f64;
        let level = (touch.level - side * self.offset_atr * touch.atr) / self.price_step as f64;
        let away = match touch.side {
            Side::Buy => level.floor(),
            Side::Sell => level.ceil(),
        };
        steps(away, self.price_step)
    }

    fn lots(&self, stop_distance: i64) -> i64 {
        let lots = self.risk / (stop_distance as f64 * self.tick_size) / self.lot_size;
        steps((lots / self.lot_step as f64).floor(), self.lot_step)
    }
}

// At least one step; none of what is not known.
fn steps(count: f64, step: i64) -> i64 {
    if count.is_nan() { 0 } else { count.max(1.0) as i64 * step }
}

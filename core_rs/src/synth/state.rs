//! The state of the generator, and what a print does to it (METHOD 8.1).

use super::psg1::{Episode, Psg1Params};
use super::walk::Walk;

/// All that the next prints depend on, but for their times and sizes.
#[derive(Clone, Debug)]
pub struct State {
    params: Psg1Params,
    walk: Walk,
    bid: i64,
    lean: f64,
    episode: Option<Episode>,
}

/// What a print shows, and what it did to the episodes.
#[derive(Clone, Copy, Debug)]
pub struct Print {
    /// Taker side.
    pub side: i8,
    /// Ticks.
    pub price: i64,
    /// Whether an episode began or ended.
    pub turn: Turn,
}

/// What becomes of episodes.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Nothing.
    Nothing,
    /// One begins.
    Begins(Episode),
    /// The one under way ends.
    Ends {
        /// Whether the bid reached the end that its side favours.
        gained: bool,
    },
}

impl State {
    /// The state before the first print.
    pub const fn new(params: Psg1Params) -> Self {
        Self { params, walk: Walk::new(params.bid_start), bid: params.bid_start, lean: 0.0, episode: None }
    }

    /// Bid, ticks.
    pub const fn bid(&self) -> i64 {
        self.bid
    }

    /// The episode under way.
    pub const fn episode(&self) -> Option<&Episode> {
        self.episode.as_ref()
    }

    /// Draws a print: whether it moves the price and who takes from uniform draws, how flow leans from a normal one.
    #[inline]
    pub fn push(&mut self, move_draw: f64, side_draw: f64, normal: f64) -> Print {
        self.lean = 0.98 * self.lean + 0.2 * normal;
        let moves = move_draw < self.params.move_share;
        let buys = side_draw < self.buy_probability(moves);
        let side: i8 = if buys { 1 } else { -1 };
        let price = self.bid + i64::from(buys);
        if moves {
            self.bid += i64::from(side);
        }
        self.walk.flows(side);
        let turn = if moves { self.turn() } else { Turn::Nothing };
        Print { side, price, turn }
    }

    fn buy_probability(&self, moves: bool) -> f64 {
        match &self.episode {
            Some(episode) if moves && episode.side > 0 => episode.u,
            Some(episode) if moves => 1.0 - episode.u,
            None if !moves => 1.0 / (1.0 + (-self.lean).exp()),
            _ => 0.5,
        }
    }

    // Begins or ends an episode after a move.
    fn turn(&mut self) -> Turn {
        let bid = self.bid;
        if let Some(episode) = &self.episode {
            let gain = (bid - episode.bid0) * i64::from(episode.side);
            if gain.abs() < self.params.a {
                return Turn::Nothing;
            }
            self.episode = None;
            self.walk.restart(bid);
            return Turn::Ends { gained: gain > 0 };
        }
        self.walk.goes(bid);
        let side = self.walk.trigger(bid, self.params.run_up, self.params.pull_back);
        if side == 0 {
            return Turn::Nothing;
        }
        let episode = self.begin(side);
        self.episode = Some(episode);
        Turn::Begins(episode)
    }

    fn begin(&self, side: i8) -> Episode {
        let Psg1Params { planted, b, p_lo, p_hi, a, m_z, s_z, .. } = self.params;
        let z = self.walk.flow();
        let s = (f64::from(side) * z - m_z) / s_z;
        let p = if planted { (1.0 / (1.0 + (-b * s).exp())).clamp(p_lo, p_hi) } else { 0.5 };
        let rho = ((1.0 - p) / p).powf(1.0 / a as f64);
        let u = 1.0 / (1.0 + rho);
        Episode { start_row: 0, side, bid0: self.bid, z, p, u, end_row: -1, hit: -1 }
    }
}

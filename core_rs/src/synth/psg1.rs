//! The generator of `METHOD.md` 8.1. Each operation stands as published: the bits depend on it.

use super::rng::u01;
use super::walk::Walk;

const DRAWS: u64 = 12;

/// What shapes a tape.
#[derive(Clone, Copy, Debug)]
pub struct Psg1Params {
    /// Seed of all draws.
    pub seed: u64,
    /// Number of prints.
    pub prints: usize,
    /// Whether flow predicts the outcome of an episode; otherwise bid and ask are martingales.
    pub planted: bool,
    /// Strength of the edge.
    pub b: f64,
    /// Least probability of an episode.
    pub p_lo: f64,
    /// Greatest probability of an episode.
    pub p_hi: f64,
    /// Ticks from an episode's start to either end.
    pub a: i64,
    /// Ticks of a run.
    pub run_up: i64,
    /// Ticks of a pullback.
    pub pull_back: i64,
    /// Mean of the standardised flow.
    pub m_z: f64,
    /// Its scale.
    pub s_z: f64,
    /// First bid, ticks.
    pub bid_start: i64,
    /// Prints a second.
    pub rate: f64,
    /// Share of prints that move the price.
    pub move_share: f64,
}

/// A stretch in which the bid is drawn to one end with known probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Episode {
    /// The print after which it begins.
    pub start_row: usize,
    /// Towards which side the drift goes.
    pub side: i8,
    /// Bid at its start.
    pub bid0: i64,
    /// Flow at its start.
    pub z: f64,
    /// Probability that the bid gains `a` ticks (for `side`) before it loses as many.
    pub p: f64,
    /// Probability of a step in its favour.
    pub u: f64,
    /// The print after which it ends; -1 while it runs.
    pub end_row: i64,
    /// 1 gained, 0 lost, -1 while it runs.
    pub hit: i8,
}

/// A tape and the state that made it. Columns of one row a print.
#[derive(Clone, Debug, Default)]
pub struct Psg1 {
    /// Times, milliseconds.
    pub ts_ms: Vec<i64>,
    /// Prices, ticks.
    pub price: Vec<i64>,
    /// Sizes, lots.
    pub size: Vec<i64>,
    /// Taker sides.
    pub side: Vec<i8>,
    /// Bid after the print, ticks.
    pub bid: Vec<i64>,
    /// Episode after the print, -1 for none.
    pub episode: Vec<i64>,
    /// All episodes.
    pub episodes: Vec<Episode>,
}

struct Generator {
    params: Psg1Params,
    tape: Psg1,
    walk: Walk,
    bid: i64,
    seconds: f64,
    activity: f64,
    lean: f64,
    running: bool,
}

/// Generates a tape.
#[must_use]
pub fn generate(params: Psg1Params) -> Psg1 {
    let mut generator = Generator {
        params,
        tape: Psg1::default(),
        walk: Walk::new(params.bid_start),
        bid: params.bid_start,
        seconds: 0.0,
        activity: 0.0,
        lean: 0.0,
        running: false,
    };
    for row in 0..params.prints {
        generator.push(row);
    }
    generator.tape
}

impl Generator {
    fn push(&mut self, row: usize) {
        let mut draws = [0.0; DRAWS as usize];
        for (draw, counter) in draws.iter_mut().zip(DRAWS * row as u64..) {
            *draw = u01(self.params.seed, counter);
        }
        let ts_ms = self.tick_clock(&draws);
        let moves = draws[1] < self.params.move_share;
        let buys = draws[2] < self.buy_probability(moves);
        let side: i8 = if buys { 1 } else { -1 };
        self.tape.ts_ms.push(ts_ms);
        self.tape.price.push(self.bid + i64::from(buys));
        self.tape.size.push(((1.0 - draws[3]).powf(-1.0 / 1.5).floor() as i64).min(10_000));
        self.tape.side.push(side);
        if moves {
            self.bid += i64::from(side);
        }
        self.walk.push(side, self.bid);
        if moves {
            self.turn(row);
        }
        self.tape.bid.push(self.bid);
        let episode = self.running.then(|| self.tape.episodes.len() as i64 - 1);
        self.tape.episode.push(episode.unwrap_or(-1));
    }

    fn tick_clock(&mut self, draws: &[f64; DRAWS as usize]) -> i64 {
        let normal = |four: &[f64]| (four[0] + four[1] + four[2] + four[3] - 2.0) * 3.0_f64.sqrt();
        self.activity = 0.999 * self.activity + 0.02 * normal(&draws[4..8]);
        self.lean = 0.98 * self.lean + 0.2 * normal(&draws[8..12]);
        self.seconds += -(1.0 - draws[0]).ln() / (self.params.rate * self.activity.clamp(-2.0, 2.0).exp());
        (1000.0 * self.seconds).floor() as i64
    }

    fn buy_probability(&self, moves: bool) -> f64 {
        match self.tape.episodes.last().filter(|_| self.running) {
            Some(episode) if moves && episode.side > 0 => episode.u,
            Some(episode) if moves => 1.0 - episode.u,
            None if !moves => 1.0 / (1.0 + (-self.lean).exp()),
            _ => 0.5,
        }
    }

    // Begins or ends an episode after a move.
    fn turn(&mut self, row: usize) {
        let (bid, a) = (self.bid, self.params.a);
        match self.tape.episodes.last_mut().filter(|_| self.running) {
            Some(episode) if (bid - episode.bid0).abs() >= a => {
                episode.end_row = row as i64;
                episode.hit = i8::from((bid - episode.bid0) * i64::from(episode.side) > 0);
                self.running = false;
                self.walk.restart(bid);
            }
            Some(_) => {}
            None => {
                let side = self.walk.trigger(bid, self.params.run_up, self.params.pull_back);
                if side != 0 {
                    self.tape.episodes.push(self.begin(row, side));
                    self.running = true;
                }
            }
        }
    }

    fn begin(&self, start_row: usize, side: i8) -> Episode {
        let Psg1Params { planted, b, p_lo, p_hi, a, m_z, s_z, .. } = self.params;
        let z = self.walk.flow();
        let s = (f64::from(side) * z - m_z) / s_z;
        let p = if planted { (1.0 / (1.0 + (-b * s).exp())).clamp(p_lo, p_hi) } else { 0.5 };
        let rho = ((1.0 - p) / p).powf(1.0 / a as f64);
        let u = 1.0 / (1.0 + rho);
        Episode { start_row, side, bid0: self.bid, z, p, u, end_row: -1, hit: -1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn params(planted: bool) -> Psg1Params {
        Psg1Params {
            seed: 1,
            prints: 20_000,
            planted,
            b: 1.0,
            p_lo: 0.05,
            p_hi: 0.95,
            a: 12,
            run_up: 10,
            pull_back: 5,
            m_z: 0.0,
            s_z: 0.2,
            bid_start: 6000,
            rate: 1.0,
            move_share: 0.5,
        }
    }

    #[test]
    fn the_published_first_prints_and_episodes() {
        let tape = generate(params(true));
        assert_eq!(tape.ts_ms[..5], [818, 1392, 1709, 2433, 4522]);
        assert_eq!(tape.price[..5], [6000, 6000, 6000, 5999, 6000]);
        assert_eq!(tape.size[..5], [1, 1, 2, 2, 1]);
        assert_eq!((tape.episodes.len(), generate(params(false)).episodes.len()), (44, 39));
        assert_eq!(
            (tape.episodes[0].start_row, tape.episodes[0].end_row, tape.episodes[0].hit),
            (169, 493, 0)
        );
    }

    #[test]
    fn the_first_rows_do_not_depend_on_the_length() {
        let short = generate(Psg1Params { prints: 5000, ..params(true) });
        assert_eq!(short.price[..], generate(params(true)).price[..5000]);
    }
}

//! The generator of METHOD 8.1. Each operation stands as published: the bits depend on it.

use super::rng::u01;
use super::state::{State, Turn};

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

/// Generates a tape.
#[must_use]
pub fn generate(params: Psg1Params) -> Psg1 {
    let mut tape = Psg1::default();
    let mut clock = Clock::default();
    let mut state = State::new(params);
    for row in 0..params.prints {
        let draws = draws(params.seed, row);
        tape.ts_ms.push(clock.tick(params.rate, &draws));
        let print = state.push(draws[1], draws[2], normal(&draws[8..12]));
        tape.price.push(print.price);
        tape.size.push(((1.0 - draws[3]).powf(-1.0 / 1.5).floor() as i64).min(10_000));
        tape.side.push(print.side);
        tape.note(row, print.turn);
        tape.bid.push(state.bid());
        tape.episode.push(if state.episode().is_some() { tape.episodes.len() as i64 - 1 } else { -1 });
    }
    tape
}

/// The state after each of the numbered prints of the tape of `params`, which must be in order.
pub fn states(params: Psg1Params, rows: impl Iterator<Item = usize>) -> impl Iterator<Item = State> {
    let (mut state, mut next) = (State::new(params), 0);
    rows.map(move |row| {
        while next <= row {
            let draws = draws(params.seed, next);
            state.push(draws[1], draws[2], normal(&draws[8..12]));
            next += 1;
        }
        state.clone()
    })
}

impl Psg1 {
    fn note(&mut self, row: usize, turn: Turn) {
        match (turn, self.episodes.last_mut()) {
            (Turn::Begins(mut episode), _) => {
                episode.start_row = row;
                self.episodes.push(episode);
            }
            (Turn::Ends { gained }, Some(episode)) => {
                episode.end_row = row as i64;
                episode.hit = i8::from(gained);
            }
            _ => {}
        }
    }
}

fn draws(seed: u64, row: usize) -> [f64; DRAWS as usize] {
    let mut draws = [0.0; DRAWS as usize];
    for (draw, counter) in draws.iter_mut().zip(DRAWS * row as u64..) {
        *draw = u01(seed, counter);
    }
    draws
}

fn normal(four: &[f64]) -> f64 {
    (four[0] + four[1] + four[2] + four[3] - 2.0) * 3.0_f64.sqrt()
}

/// When prints come: in bursts.
#[derive(Default)]
struct Clock {
    seconds: f64,
    activity: f64,
}

impl Clock {
    fn tick(&mut self, rate: f64, draws: &[f64; DRAWS as usize]) -> i64 {
        self.activity = 0.999 * self.activity + 0.02 * normal(&draws[4..8]);
        self.seconds += -(1.0 - draws[0]).ln() / (rate * self.activity.clamp(-2.0, 2.0).exp());
        (1000.0 * self.seconds).floor() as i64
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

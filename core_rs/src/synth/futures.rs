//! How often a bracket's target fills before its stop fires, over futures drawn from the generator's own state.
//!
//! The state is all that a future depends on, so the share of many is an unbiased estimate of the true probability,
//! through all episodes that are still to come.

use super::psg1::{Psg1Params, states};
use super::rng::Draws;
use super::state::State;

/// An open position: of a long the target lies above the stop.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    /// The print that opened it.
    pub row: usize,
    /// The stop fires at the first print that is not better, ticks.
    pub stop: i64,
    /// The target fills at the first print that proves it (`through`), ticks.
    pub target: i64,
}

/// The share of `futures` in which each bracket's target comes first; brackets in order of their rows.
#[must_use]
pub fn target_shares(params: Psg1Params, brackets: &[Bracket], futures: usize) -> Vec<f64> {
    states(params, brackets.iter().map(|bracket| bracket.row))
        .zip(brackets)
        .map(|(state, bracket)| {
            let mut draws = Draws::new(!params.seed, bracket.row as u64);
            let gained = (0..futures).filter(|_| gains(state.clone(), *bracket, &mut draws)).count();
            gained as f64 / futures as f64
        })
        .collect()
}

fn gains(mut state: State, Bracket { stop, target, .. }: Bracket, draws: &mut Draws) -> bool {
    let side: i8 = if target > stop { 1 } else { -1 };
    let sign = i64::from(side);
    loop {
        let (move_draw, side_draw) = draws.pair();
        let print = state.push(move_draw, side_draw, draws.normal());
        let beyond = sign * (print.price - target);
        if beyond > 0 && print.side == side || beyond >= 0 && print.side != side {
            return true;
        }
        if sign * (print.price - stop) <= 0 {
            return false;
        }
    }
}

//! PSG-1: a bit-reproducible synthetic tape with a planted edge.

mod futures;
mod psg1;
mod rng;
mod state;
mod walk;

pub use futures::{Bracket, target_shares};
pub use psg1::{Episode, Psg1, Psg1Params, generate};
pub use rng::u01;

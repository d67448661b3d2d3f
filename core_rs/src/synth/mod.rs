//! PSG-1: a bit-reproducible synthetic tape with a planted edge.

mod psg1;
mod rng;
mod walk;

pub use psg1::{Episode, Psg1, Psg1Params, generate};
pub use rng::u01;

//! The compiled core of psky: what is hot or stateful.
//!
//! Nothing here reads a clock, speaks JSON, or touches the network; the only files are those of tapes.
//! `python` is the boundary and nothing else; everything below it is tested by `cargo test` without a Python.

pub mod bars;
pub mod engine;
pub mod features;
pub mod indicators;
pub mod replay;
mod saved;
pub mod synth;
pub mod tape;

#[cfg(feature = "python")]
mod python;

//! The boundary: columns in, columns out, errors mapped once. No logic lives
//! here but the loops over rows that would be slow in Python.

mod bars;
mod columns;
mod features;
mod kept;
mod memory;
mod messages;
mod path;
mod quotes;
mod replay;
mod synth;
mod tape;
mod trader;
mod venue;

use pyo3::prelude::*;

/// The compiled core; imported by `psky.market` and `psky.engine` only.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    memory::keep_freed();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    tape::register(module)?;
    kept::register(module)?;
    bars::register(module)?;
    features::register(module)?;
    path::register(module)?;
    quotes::register(module)?;
    replay::register(module)?;
    trader::register(module)?;
    synth::register(module)?;
    venue::register(module)
}

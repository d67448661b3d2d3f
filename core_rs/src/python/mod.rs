//! The boundary: columns in, columns out, errors mapped once. No logic lives here.

mod bars;
mod columns;
mod features;
mod path;
mod quotes;
mod replay;
mod synth;
mod tape;

use mimalloc::MiMalloc;
use pyo3::prelude::*;

// Columns come and go by the megabyte. It keeps their memory, where the system's allocator has every page made anew.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The compiled core; imported by `psky.market` and `psky.engine` only.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    tape::register(module)?;
    bars::register(module)?;
    features::register(module)?;
    path::register(module)?;
    quotes::register(module)?;
    replay::register(module)?;
    synth::register(module)
}

//! Kept tapes as Python sees them: files that are written once and mapped by all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::tape::PyTape;
use crate::tape::{Memory, Tape};

#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // PyO3 hands paths over by value
fn keep_tape(py: Python<'_>, tape: &PyTape, path: PathBuf, identity: [u8; 32]) -> PyResult<()> {
    py.detach(|| {
        let mut file = File::create(path)?;
        tape.0.keep(identity, &mut file)?;
        file.sync_all()
    })?;
    Ok(())
}

#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // PyO3 hands paths over by value
fn kept_tape(py: Python<'_>, path: PathBuf, identity: [u8; 32]) -> PyResult<PyTape> {
    py.detach(|| {
        let memory = map(&path)?;
        let tape = Tape::kept(&memory, identity);
        tape.map(|tape| PyTape(Arc::new(tape))).map_err(|error| PyValueError::new_err(error.to_string()))
    })
}

fn map(path: &Path) -> io::Result<Memory> {
    let file = File::open(path)?;
    #[allow(unsafe_code)]
    // such files are replaced by renaming and never written again, so what is mapped stays as it is; whoever else
    // writes into one or cuts it off takes the numbers from under the processes that use it
    let mapped = unsafe { Mmap::map(&file) }?;
    Ok(Arc::new(mapped))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(keep_tape, module)?)?;
    module.add_function(wrap_pyfunction!(kept_tape, module)?)
}

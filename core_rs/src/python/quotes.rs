//! The last prices paid by sellers and buyers at given times, as Python sees them.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use super::tape::PyTape;

type Columns<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<i64>>);

#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
fn quotes_at<'py>(
    py: Python<'py>,
    tape: &PyTape,
    ts_us: PyReadonlyArray1<'py, i64>,
) -> PyResult<Columns<'py>> {
    let ts_us = ts_us.as_slice()?;
    let (bids, asks): (Vec<i64>, Vec<i64>) = py.detach(|| {
        let path = tape.0.path();
        let quotes = |&ts_us: &i64| path.quotes_before(path.first_at(ts_us.saturating_add(1)));
        ts_us.iter().map(quotes).map(|(bid, ask)| (bid.unwrap_or(-1), ask.unwrap_or(-1))).unzip()
    });
    Ok((bids.into_pyarray(py), asks.into_pyarray(py)))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(quotes_at, module)?)
}

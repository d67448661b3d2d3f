//! First passages as Python sees them.

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::tape::PyTape;
use crate::engine::{Barriers, FirstPassage, PathFinder};

type Column<'py> = Bound<'py, PyArray1<i64>>;
type Columns<'py> = (Column<'py>, Bound<'py, PyArray1<i8>>, Column<'py>, Column<'py>, Column<'py>);

#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
fn first_passages<'py>(
    py: Python<'py>,
    tape: &PyTape,
    start_us: PyReadonlyArray1<'py, i64>,
    lower_ticks: PyReadonlyArray1<'py, i64>,
    upper_ticks: PyReadonlyArray1<'py, i64>,
    until_us: PyReadonlyArray1<'py, i64>,
    max_gap_us: i64,
) -> PyResult<Columns<'py>> {
    let start_us = start_us.as_slice()?;
    let barriers = barriers(lower_ticks.as_slice()?, upper_ticks.as_slice()?, until_us.as_slice()?)?;
    if start_us.len() != barriers.len() {
        return Err(PyValueError::new_err(format!(
            "expected columns of one length, found {} starts and {} barriers",
            start_us.len(),
            barriers.len()
        )));
    }
    let found: Vec<FirstPassage> = py.detach(|| {
        let finder = PathFinder::new(&tape.0, max_gap_us);
        finder.from_times(start_us, &barriers)
    });
    let integers =
        |value: fn(&FirstPassage) -> i64| found.iter().map(value).collect::<Vec<_>>().into_pyarray(py);
    Ok((
        integers(|found| found.row.map_or(-1, |row| row as i64)),
        found.iter().map(|found| found.end as i8).collect::<Vec<_>>().into_pyarray(py),
        integers(|found| found.ts_us),
        integers(|found| if found.seen.is_empty() { -1 } else { found.seen.low }),
        integers(|found| if found.seen.is_empty() { -1 } else { found.seen.high }),
    ))
}

fn barriers(lower: &[i64], upper: &[i64], until_us: &[i64]) -> PyResult<Vec<Barriers>> {
    if lower.len() != upper.len() || lower.len() != until_us.len() {
        let lengths = [lower.len(), upper.len(), until_us.len()];
        return Err(PyValueError::new_err(format!("expected columns of one length, found {lengths:?}")));
    }
    let row = |((&lower, &upper), &until_us)| Barriers { lower, upper, until_us };
    let barriers: Vec<Barriers> = lower.iter().zip(upper).zip(until_us).map(row).collect();
    match barriers.iter().position(|barriers| barriers.lower >= barriers.upper) {
        Some(row) => Err(PyValueError::new_err(format!(
            "expected a lower level below the upper one, found {} and {} in row {row}",
            lower[row], upper[row]
        ))),
        None => Ok(barriers),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(first_passages, module)?)
}

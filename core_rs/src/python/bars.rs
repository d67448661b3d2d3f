//! Bars as Python sees them: read-only columns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;

use super::columns::{Column, column, value_error};
use super::tape::PyTape;
use crate::bars::{Columns, Ladder};
use crate::features::SECOND_US;

/// Bars in time order.
#[pyclass(name = "Bars", frozen, module = "psky._core", get_all)]
pub struct PyBars {
    open_ts_us: Column<i64>,
    open: Column<i64>,
    high: Column<i64>,
    low: Column<i64>,
    close: Column<i64>,
    volume: Column<i64>,
    buy_volume: Column<i64>,
    sell_volume: Column<i64>,
    turnover: Column<f64>,
    count: Column<i64>,
    buy_count: Column<i64>,
    plus: Column<i64>,
    zero_plus: Column<i64>,
    zero_minus: Column<i64>,
    minus: Column<i64>,
    vwap: Column<f64>,
    largest: Column<i64>,
    realised_variance: Column<f64>,
    runs: Column<i64>,
    first_ts_us: Column<i64>,
    last_ts_us: Column<i64>,
    segment: Column<i32>,
}

impl PyBars {
    fn new(py: Python<'_>, columns: Columns) -> Self {
        Self {
            open_ts_us: column(py, columns.open_ts_us),
            open: column(py, columns.open),
            high: column(py, columns.high),
            low: column(py, columns.low),
            close: column(py, columns.close),
            volume: column(py, columns.volume),
            buy_volume: column(py, columns.buy_volume),
            sell_volume: column(py, columns.sell_volume),
            turnover: column(py, columns.turnover),
            count: column(py, columns.count),
            buy_count: column(py, columns.buy_count),
            plus: column(py, columns.plus),
            zero_plus: column(py, columns.zero_plus),
            zero_minus: column(py, columns.zero_minus),
            minus: column(py, columns.minus),
            vwap: column(py, columns.vwap),
            largest: column(py, columns.largest),
            realised_variance: column(py, columns.realised_variance),
            runs: column(py, columns.runs),
            first_ts_us: column(py, columns.first_ts_us),
            last_ts_us: column(py, columns.last_ts_us),
            segment: column(py, columns.segment),
        }
    }
}

/// Bars of several timeframes as trades come; one caller at a time.
#[pyclass(name = "BarStream", frozen, module = "psky._core")]
pub struct PyBarStream(Mutex<Ladder>);

impl PyBarStream {
    fn ladder(&self) -> MutexGuard<'_, Ladder> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyBarStream {
    #[new]
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands lists over by value
    fn new(timeframes_s: Vec<i64>, max_gap_us: i64) -> PyResult<Self> {
        let steps_us: Vec<i64> =
            timeframes_s.iter().map(|seconds| seconds.saturating_mul(SECOND_US)).collect();
        Ladder::new(&steps_us, max_gap_us).map(|ladder| Self(Mutex::new(ladder))).map_err(value_error)
    }

    fn push(&self, py: Python<'_>, tape: &PyTape, start: usize, stop: usize) -> PyResult<()> {
        let tape = Arc::clone(&tape.0);
        py.detach(|| self.ladder().push_rows(&tape, start..stop)).map_err(value_error)
    }

    fn take(&self, py: Python<'_>) -> Vec<PyBars> {
        let taken = py.detach(|| self.ladder().take());
        taken.into_iter().map(|columns| PyBars::new(py, columns)).collect()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyBars>()?;
    module.add_class::<PyBarStream>()
}

//! The tape as Python sees it.

use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::tape::Tape;

/// The trades of one symbol, held by the core.
#[pyclass(name = "Tape", frozen, module = "psky._core")]
pub struct PyTape(pub Arc<Tape>);

#[pymethods]
impl PyTape {
    #[new]
    #[pyo3(signature = (ts_us, price, size, side, tick_direction, *, tick_size, lot_size))]
    #[allow(clippy::too_many_arguments)] // five columns and two units
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn new(
        ts_us: PyReadonlyArray1<'_, i64>,
        price: PyReadonlyArray1<'_, f64>,
        size: PyReadonlyArray1<'_, f64>,
        side: PyReadonlyArray1<'_, i8>,
        tick_direction: PyReadonlyArray1<'_, i8>,
        tick_size: f64,
        lot_size: f64,
    ) -> PyResult<Self> {
        let tape = Tape::from_decimal(
            ts_us.as_slice()?,
            price.as_slice()?,
            size.as_slice()?,
            side.as_slice()?,
            tick_direction.as_slice()?,
            tick_size,
            lot_size,
        );
        tape.map(|tape| Self(Arc::new(tape))).map_err(|error| PyValueError::new_err(error.to_string()))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Times, microseconds.
    #[getter]
    fn ts_us<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.ts_us().to_vec().into_pyarray(py)
    }

    /// Prices in ticks.
    #[getter]
    fn price_ticks<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.price().to_vec().into_pyarray(py)
    }

    #[getter]
    fn tick_size(&self) -> f64 {
        self.0.tick_size()
    }

    #[getter]
    fn lot_size(&self) -> f64 {
        self.0.lot_size()
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyTape>()
}

//! Features and touches as Python sees them: read-only columns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::columns::{Column, column, value_error};
use super::tape::PyTape;
use crate::features::{
    Family, Feature, Market, MarketConfig, Series, Table, TouchRule, Windows, schema, touch_schema,
};

/// What to compute; checked.
#[pyclass(name = "MarketConfig", frozen, module = "psky._core")]
pub struct PyMarketConfig(MarketConfig);

#[pymethods]
impl PyMarketConfig {
    #[new]
    #[pyo3(signature = (*, base_s, timeframes_s, max_gap_us, families, dense, touch_timeframes_s, touch_ema,
        min_slope_atr, max_distance_atr, **windows))]
    #[allow(clippy::too_many_arguments)] // keyword-only, one a parameter of the spec
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands lists over by value
    fn new(
        base_s: i64,
        timeframes_s: Vec<i64>,
        max_gap_us: i64,
        families: Vec<String>,
        dense: bool,
        touch_timeframes_s: Vec<i64>,
        touch_ema: usize,
        min_slope_atr: f64,
        max_distance_atr: f64,
        windows: Option<Windows>,
    ) -> PyResult<Self> {
        let windows =
            windows.ok_or_else(|| PyValueError::new_err("expected the windows of features, found none"))?;
        let families = families.iter().map(|name| family(name)).collect::<PyResult<_>>()?;
        let touch =
            TouchRule { timeframes_s: touch_timeframes_s, ema: touch_ema, min_slope_atr, max_distance_atr };
        let config = MarketConfig { base_s, timeframes_s, max_gap_us, families, dense, windows, touch };
        config.checked().map(Self).map_err(value_error)
    }
}

fn family(name: &str) -> PyResult<Family> {
    Family::of_name(name).ok_or_else(|| {
        let known = Family::ALL.map(Family::name).join(", ");
        PyValueError::new_err(format!("expected families among {known}, found {name}"))
    })
}

/// One column, described.
#[pyclass(name = "FeatureInfo", frozen, module = "psky._core", get_all)]
pub struct PyFeatureInfo {
    name: String,
    family: &'static str,
    timeframe_s: i64,
    formula: String,
    warm_up_bars: usize,
    known_at: String,
    directional: bool,
}

impl From<Feature> for PyFeatureInfo {
    fn from(feature: Feature) -> Self {
        let Feature { name, family, timeframe_s, formula, warm_up_bars, known_at, directional } = feature;
        Self { name, family, timeframe_s, formula, warm_up_bars, known_at, directional }
    }
}

#[pyfunction]
fn feature_schema(config: &PyMarketConfig) -> Vec<PyFeatureInfo> {
    schema(&config.0).into_iter().map(PyFeatureInfo::from).collect()
}

#[pyfunction]
fn touch_feature_schema(config: &PyMarketConfig) -> Vec<PyFeatureInfo> {
    touch_schema(&config.0).into_iter().map(PyFeatureInfo::from).collect()
}

fn matrix(py: Python<'_>, values: Vec<f64>, rows: usize, columns: usize) -> PyResult<Py<PyArray2<f64>>> {
    let array = values.into_pyarray(py).reshape([rows, columns])?;
    array.readwrite().make_nonwriteable();
    Ok(array.unbind())
}

/// Rows of base bars and of touches.
#[pyclass(name = "MarketTable", frozen, module = "psky._core", get_all)]
pub struct PyMarketTable {
    ts_us: Column<i64>,
    close_ticks: Column<i64>,
    atr_ticks: Column<f64>,
    segment: Column<i32>,
    features: Py<PyArray2<f64>>,
    touch_row: Column<i64>,
    touch_side: Column<i8>,
    touch_timeframe_s: Column<i32>,
    touch_level_ticks: Column<f64>,
    touch_features: Py<PyArray2<f64>>,
}

impl PyMarketTable {
    fn new(py: Python<'_>, table: Table, is_dense: bool) -> PyResult<Self> {
        let (rows, touches, widths) = (table.ts_us.len(), table.touch_row.len(), table.widths);
        Ok(Self {
            ts_us: column(py, table.ts_us),
            close_ticks: column(py, table.close),
            atr_ticks: column(py, table.atr),
            segment: column(py, table.segment),
            features: matrix(py, table.features, if is_dense { rows } else { 0 }, widths.features)?,
            touch_row: column(py, table.touch_row),
            touch_side: column(py, table.touch_side),
            touch_timeframe_s: column(py, table.touch_timeframe_s),
            touch_level_ticks: column(py, table.touch_level),
            touch_features: matrix(py, table.touch_features, touches, widths.touch_features)?,
        })
    }
}

/// The market machine; one caller at a time.
#[pyclass(name = "MarketStream", frozen, module = "psky._core")]
pub struct PyMarketStream {
    is_dense: bool,
    market: Mutex<Market>,
}

impl PyMarketStream {
    fn of(config: &MarketConfig, market: Market) -> Self {
        Self { is_dense: config.dense, market: Mutex::new(market) }
    }

    fn market(&self) -> MutexGuard<'_, Market> {
        self.market.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyMarketStream {
    #[new]
    fn new(config: &PyMarketConfig) -> PyResult<Self> {
        let market = Market::new(config.0.clone()).map_err(value_error)?;
        Ok(Self::of(&config.0, market))
    }

    fn push(&self, py: Python<'_>, tape: &PyTape, start: usize, stop: usize) -> PyResult<()> {
        let tape = Arc::clone(&tape.0);
        py.detach(|| self.market().push_rows(&tape, start..stop)).map_err(value_error)
    }

    fn advance(&self, py: Python<'_>, ts_us: i64) {
        py.detach(|| self.market().advance(ts_us));
    }

    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.market().save()).map_err(value_error)?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[staticmethod]
    fn restore(py: Python<'_>, config: &PyMarketConfig, state: &[u8]) -> PyResult<Self> {
        let market = py.detach(|| Market::restore(config.0.clone(), state)).map_err(value_error)?;
        Ok(Self::of(&config.0, market))
    }

    fn take(&self, py: Python<'_>) -> PyResult<PyMarketTable> {
        let table = py.detach(|| self.market().take());
        PyMarketTable::new(py, table, self.is_dense)
    }
}

#[pyfunction]
fn compute(py: Python<'_>, tape: &PyTape, config: &PyMarketConfig) -> PyResult<PyMarketTable> {
    let mut market = Market::new(config.0.clone()).map_err(value_error)?;
    let tape = Arc::clone(&tape.0);
    py.detach(|| market.push_rows(&tape, 0..tape.len())).map_err(value_error)?;
    PyMarketTable::new(py, market.take(), config.0.dense)
}

/// The smallest bars of a tape, ready-made.
#[pyclass(name = "BarSeries", frozen, module = "psky._core")]
pub struct PyBarSeries(Series);

#[pymethods]
impl PyBarSeries {
    #[new]
    fn new(py: Python<'_>, tape: &PyTape, config: &PyMarketConfig) -> PyResult<Self> {
        let tape = Arc::clone(&tape.0);
        py.detach(|| Series::of(&tape, config.0.clone())).map(Self).map_err(value_error)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }
}

#[pyfunction]
fn compute_bars(py: Python<'_>, bars: &PyBarSeries, config: &PyMarketConfig) -> PyResult<PyMarketTable> {
    let table = py.detach(|| bars.0.table(config.0.clone())).map_err(value_error)?;
    PyMarketTable::new(py, table, config.0.dense)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyMarketConfig>()?;
    module.add_class::<PyFeatureInfo>()?;
    module.add_class::<PyMarketTable>()?;
    module.add_class::<PyMarketStream>()?;
    module.add_function(wrap_pyfunction!(feature_schema, module)?)?;
    module.add_function(wrap_pyfunction!(touch_feature_schema, module)?)?;
    module.add_class::<PyBarSeries>()?;
    module.add_function(wrap_pyfunction!(compute_bars, module)?)?;
    module.add_function(wrap_pyfunction!(compute, module)?)
}

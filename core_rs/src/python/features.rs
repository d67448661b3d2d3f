//! Bars, features and touches as Python sees them: read-only columns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use numpy::{Element, IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::tape::PyTape;
use crate::bars;
use crate::features::{Feature, Market, MarketConfig, Table, TouchRule, Windows, schema, touch_schema};

const SECOND_US: i64 = 1_000_000;

#[allow(clippy::needless_pass_by_value)] // the signature that map_err wants
fn value_error(error: impl std::error::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What to compute; checked.
#[pyclass(name = "MarketConfig", frozen, module = "psky._core")]
pub struct PyMarketConfig(MarketConfig);

#[pymethods]
impl PyMarketConfig {
    #[new]
    #[pyo3(signature = (*, base_s, timeframes_s, max_gap_us, ema, rsi, atr, adx, bollinger, bollinger_sd, volume,
        rank, flow, swing, touch_timeframes_s, touch_ema, min_slope_atr, max_distance_atr))]
    #[allow(clippy::too_many_arguments)] // keyword-only, one a parameter of the spec
    fn new(
        base_s: i64,
        timeframes_s: Vec<i64>,
        max_gap_us: i64,
        ema: usize,
        rsi: usize,
        atr: usize,
        adx: usize,
        bollinger: usize,
        bollinger_sd: f64,
        volume: usize,
        rank: usize,
        flow: usize,
        swing: usize,
        touch_timeframes_s: Vec<i64>,
        touch_ema: usize,
        min_slope_atr: f64,
        max_distance_atr: f64,
    ) -> PyResult<Self> {
        let windows = Windows { ema, rsi, atr, adx, bollinger, bollinger_sd, volume, rank, flow, swing };
        let touch =
            TouchRule { timeframes_s: touch_timeframes_s, ema: touch_ema, min_slope_atr, max_distance_atr };
        let config = MarketConfig { base_s, timeframes_s, max_gap_us, windows, touch };
        config.checked().map(Self).map_err(value_error)
    }
}

/// One column, described.
#[pyclass(name = "FeatureInfo", frozen, module = "psky._core", get_all)]
pub struct PyFeatureInfo {
    name: String,
    family: &'static str,
    timeframe_s: i64,
    formula: String,
    warm_up_bars: usize,
    directional: bool,
}

impl From<Feature> for PyFeatureInfo {
    fn from(feature: Feature) -> Self {
        let Feature { name, family, timeframe_s, formula, warm_up_bars, directional } = feature;
        Self { name, family, timeframe_s, formula, warm_up_bars, directional }
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

type Column<T> = Py<PyArray1<T>>;

fn column<T: Element>(py: Python<'_>, values: Vec<T>) -> Column<T> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
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
    fn new(py: Python<'_>, table: Table, config: &MarketConfig) -> PyResult<Self> {
        let (rows, touches) = (table.ts_us.len(), table.touch_row.len());
        Ok(Self {
            ts_us: column(py, table.ts_us),
            close_ticks: column(py, table.close),
            atr_ticks: column(py, table.atr),
            segment: column(py, table.segment),
            features: matrix(py, table.features, rows, schema(config).len())?,
            touch_row: column(py, table.touch_row),
            touch_side: column(py, table.touch_side),
            touch_timeframe_s: column(py, table.touch_timeframe_s),
            touch_level_ticks: column(py, table.touch_level),
            touch_features: matrix(py, table.touch_features, touches, touch_schema(config).len())?,
        })
    }
}

/// The market machine; one caller at a time.
#[pyclass(name = "MarketStream", frozen, module = "psky._core")]
pub struct PyMarketStream {
    config: MarketConfig,
    market: Mutex<Market>,
}

impl PyMarketStream {
    fn market(&self) -> MutexGuard<'_, Market> {
        self.market.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyMarketStream {
    #[new]
    fn new(config: &PyMarketConfig) -> PyResult<Self> {
        let market = Market::new(config.0.clone()).map_err(value_error)?;
        Ok(Self { config: config.0.clone(), market: Mutex::new(market) })
    }

    fn push(&self, py: Python<'_>, tape: &PyTape, start: usize, stop: usize) -> PyResult<()> {
        let tape = Arc::clone(&tape.0);
        py.detach(|| self.market().push_rows(&tape, start..stop)).map_err(value_error)
    }

    fn advance(&self, py: Python<'_>, ts_us: i64) {
        py.detach(|| self.market().advance(ts_us));
    }

    fn take(&self, py: Python<'_>) -> PyResult<PyMarketTable> {
        let table = py.detach(|| self.market().take());
        PyMarketTable::new(py, table, &self.config)
    }
}

#[pyfunction]
fn compute(py: Python<'_>, tape: &PyTape, config: &PyMarketConfig) -> PyResult<PyMarketTable> {
    let mut market = Market::new(config.0.clone()).map_err(value_error)?;
    let tape = Arc::clone(&tape.0);
    py.detach(|| market.push_rows(&tape, 0..tape.len())).map_err(value_error)?;
    PyMarketTable::new(py, market.take(), &config.0)
}

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
    turnover: Column<f64>,
    count: Column<i64>,
    buy_count: Column<i64>,
    plus: Column<i64>,
    zero_plus: Column<i64>,
    zero_minus: Column<i64>,
    minus: Column<i64>,
    segment: Column<i32>,
}

impl PyBars {
    fn new(py: Python<'_>, columns: bars::Columns) -> Self {
        Self {
            open_ts_us: column(py, columns.open_ts_us),
            open: column(py, columns.open),
            high: column(py, columns.high),
            low: column(py, columns.low),
            close: column(py, columns.close),
            volume: column(py, columns.volume),
            buy_volume: column(py, columns.buy_volume),
            turnover: column(py, columns.turnover),
            count: column(py, columns.count),
            buy_count: column(py, columns.buy_count),
            plus: column(py, columns.plus),
            zero_plus: column(py, columns.zero_plus),
            zero_minus: column(py, columns.zero_minus),
            minus: column(py, columns.minus),
            segment: column(py, columns.segment),
        }
    }
}

#[pyfunction(name = "bars")]
fn build_bars(py: Python<'_>, tape: &PyTape, timeframe_s: i64, max_gap_us: i64) -> PyResult<PyBars> {
    if timeframe_s <= 0 || max_gap_us <= 0 {
        let message =
            format!("expected a positive timeframe and gap, found {timeframe_s} s and {max_gap_us} us");
        return Err(PyValueError::new_err(message));
    }
    let tape = Arc::clone(&tape.0);
    let columns =
        py.detach(|| bars::build(&tape, timeframe_s * SECOND_US, max_gap_us)).map_err(value_error)?;
    Ok(PyBars::new(py, columns))
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyMarketConfig>()?;
    module.add_class::<PyFeatureInfo>()?;
    module.add_class::<PyMarketTable>()?;
    module.add_class::<PyMarketStream>()?;
    module.add_class::<PyBars>()?;
    module.add_function(wrap_pyfunction!(feature_schema, module)?)?;
    module.add_function(wrap_pyfunction!(touch_feature_schema, module)?)?;
    module.add_function(wrap_pyfunction!(compute, module)?)?;
    module.add_function(wrap_pyfunction!(build_bars, module)?)
}

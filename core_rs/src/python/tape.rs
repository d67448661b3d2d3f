//! The tape and the reader of trade files as Python sees them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::create_exception;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use crate::tape::{self, DecimalColumns, Tape, TimeUnit, TradeBatch, TradeFileError, TradeReader};

create_exception!(
    psky._core,
    TapeFileError,
    PyValueError,
    "A file that is damaged or holds no trades of one symbol."
);
create_exception!(
    psky._core,
    TapeSchemaError,
    TapeFileError,
    "A file whose format or header is of no known dialect."
);

/// The trades of one symbol, held by the core.
#[pyclass(name = "Tape", frozen, module = "psky._core")]
pub struct PyTape(pub Arc<Tape>);

#[pymethods]
impl PyTape {
    #[new]
    #[pyo3(signature = (ts_us, price, size, side, tick_direction, flags, *, tick_size, lot_size))]
    #[allow(clippy::too_many_arguments)] // six columns and two units
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn new(
        ts_us: PyReadonlyArray1<'_, i64>,
        price: PyReadonlyArray1<'_, f64>,
        size: PyReadonlyArray1<'_, f64>,
        side: PyReadonlyArray1<'_, i8>,
        tick_direction: PyReadonlyArray1<'_, i8>,
        flags: PyReadonlyArray1<'_, u8>,
        tick_size: f64,
        lot_size: f64,
    ) -> PyResult<Self> {
        let columns = DecimalColumns {
            ts_us: ts_us.as_slice()?,
            price: price.as_slice()?,
            size: size.as_slice()?,
            side: side.as_slice()?,
            tick: tick_direction.as_slice()?,
            flags: flags.as_slice()?,
        };
        let tape = Tape::from_decimal(&columns, tick_size, lot_size);
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

    /// Times of the first and the last trade, `None` where there is none.
    #[getter]
    fn span_us(&self) -> Option<(i64, i64)> {
        Some((*self.0.ts_us().first()?, *self.0.ts_us().last()?))
    }

    /// Time of the last trade before a moment, `None` where there is none.
    fn last_before(&self, ts_us: i64) -> Option<i64> {
        let times = self.0.ts_us();
        times[..times.partition_point(|&time| time < ts_us)].last().copied()
    }

    /// Price in ticks of the last trade before a moment, `None` where there is none.
    fn price_before(&self, ts_us: i64) -> Option<i64> {
        let row = self.0.first_at(ts_us).checked_sub(1)?;
        Some(self.0.price().get(row))
    }

    /// Prices in ticks.
    #[getter]
    fn price_ticks<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        self.0.price().all().to_vec().into_pyarray(py)
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

/// Trades of a file in its order, one array a field.
#[pyclass(name = "TradeBatch", frozen, get_all, module = "psky._core")]
pub struct PyTradeBatch {
    ts_us: Py<PyArray1<i64>>,
    price: Py<PyArray1<f64>>,
    size: Py<PyArray1<f64>>,
    side: Py<PyArray1<i8>>,
    tick_direction: Py<PyArray1<i8>>,
    flags: Py<PyArray1<u8>>,
    rejects: Vec<(u64, String, String)>,
}

impl PyTradeBatch {
    fn of(py: Python<'_>, batch: TradeBatch) -> Self {
        let rejects = batch.rejects.into_iter();
        Self {
            ts_us: batch.ts_us.into_pyarray(py).unbind(),
            price: batch.price.into_pyarray(py).unbind(),
            size: batch.size.into_pyarray(py).unbind(),
            side: batch.side.into_pyarray(py).unbind(),
            tick_direction: batch.tick.into_pyarray(py).unbind(),
            flags: batch.flags.into_pyarray(py).unbind(),
            rejects: rejects.map(|reject| (reject.line, reject.reason.to_string(), reject.text)).collect(),
        }
    }
}

#[pymethods]
impl PyTradeBatch {
    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.ts_us.bind(py).len()
    }
}

/// A stream of the trades of one file. The lock lets the object stay frozen while reading moves on.
#[pyclass(name = "TradeReader", frozen, module = "psky._core")]
pub struct PyTradeReader {
    reader: Mutex<TradeReader>,
    batch_rows: usize,
}

impl PyTradeReader {
    fn lock(&self) -> MutexGuard<'_, TradeReader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyTradeReader {
    #[new]
    #[pyo3(signature = (path, batch_rows = 65_536, *, hashed = false))]
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands paths over by value
    fn new(py: Python<'_>, path: PathBuf, batch_rows: usize, hashed: bool) -> PyResult<Self> {
        if batch_rows == 0 {
            return Err(PyValueError::new_err("expected batch_rows of at least 1, found 0"));
        }
        let open = if hashed { TradeReader::open_hashed } else { TradeReader::open };
        let reader = py.detach(|| open(&path)).map_err(to_python)?;
        Ok(Self { reader: Mutex::new(reader), batch_rows })
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<PyTradeBatch>> {
        let batch = py.detach(|| self.lock().next_batch(self.batch_rows)).map_err(to_python)?;
        Ok(batch.map(|batch| PyTradeBatch::of(py, batch)))
    }

    #[getter]
    fn dialect(&self) -> &'static str {
        self.lock().dialect().name()
    }

    #[getter]
    fn time_unit(&self) -> Option<&'static str> {
        self.lock().findings().unit.map(TimeUnit::name)
    }

    #[getter]
    fn symbol(&self) -> Option<String> {
        self.lock().findings().symbol.clone()
    }

    #[getter]
    fn price_decimals(&self) -> u32 {
        self.lock().findings().price_decimals
    }

    #[getter]
    fn size_decimals(&self) -> u32 {
        self.lock().findings().size_decimals
    }

    #[getter]
    fn rows(&self) -> u64 {
        self.lock().findings().rows
    }

    #[getter]
    fn rejected(&self) -> u64 {
        self.lock().findings().rejected
    }

    #[getter]
    fn bytes_read(&self) -> u64 {
        self.lock().bytes_read()
    }

    #[getter]
    fn xxh128(&self) -> PyResult<String> {
        let hash = self.lock().xxh128();
        hash.ok_or_else(|| {
            PyValueError::new_err("expected a reader that hashes, found one made without `hashed`")
        })
    }
}

/// The XXH128 hash of a file's bytes, in hexadecimal.
#[pyfunction]
#[allow(clippy::needless_pass_by_value)] // PyO3 hands paths over by value
fn xxh128_of(py: Python<'_>, path: PathBuf) -> PyResult<String> {
    py.detach(|| tape::xxh128_of(&path)).map_err(to_python)
}

#[allow(clippy::needless_pass_by_value)] // shaped for `map_err`
fn to_python(error: TradeFileError) -> PyErr {
    let message = error.to_string();
    match error {
        TradeFileError::Unreadable(_) | TradeFileError::NotAFile => PyOSError::new_err(message),
        TradeFileError::Empty
        | TradeFileError::Archive(_)
        | TradeFileError::NotText(_)
        | TradeFileError::NoHeader(_)
        | TradeFileError::MissingColumns { .. }
        | TradeFileError::DuplicateColumn(_) => TapeSchemaError::new_err(message),
        TradeFileError::NoRows
        | TradeFileError::LineTooLong { .. }
        | TradeFileError::Truncated { .. }
        | TradeFileError::Corrupt { .. }
        | TradeFileError::TwoSymbols { .. } => TapeFileError::new_err(message),
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("TapeFileError", module.py().get_type::<TapeFileError>())?;
    module.add("TapeSchemaError", module.py().get_type::<TapeSchemaError>())?;
    module.add_class::<PyTradeBatch>()?;
    module.add_class::<PyTradeReader>()?;
    module.add_function(wrap_pyfunction!(xxh128_of, module)?)?;
    module.add_class::<PyTape>()
}

//! The synthetic tape as Python sees it.

use numpy::{Element, IntoPyArray, PyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::synth::{self, Episode, Psg1, Psg1Params};

type Column<'py, T> = Bound<'py, PyArray1<T>>;

/// A synthetic tape and the state that made it.
#[pyclass(name = "Psg1", frozen, module = "psky._core")]
pub struct PyPsg1(Psg1);

#[pymethods]
impl PyPsg1 {
    fn __len__(&self) -> usize {
        self.0.ts_ms.len()
    }

    #[getter]
    fn ts_ms<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.0.ts_ms.clone().into_pyarray(py)
    }

    #[getter]
    fn price_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.0.price.clone().into_pyarray(py)
    }

    #[getter]
    fn size<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.0.size.clone().into_pyarray(py)
    }

    #[getter]
    fn side<'py>(&self, py: Python<'py>) -> Column<'py, i8> {
        self.0.side.clone().into_pyarray(py)
    }

    #[getter]
    fn bid<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.0.bid.clone().into_pyarray(py)
    }

    #[getter]
    fn episode<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.0.episode.clone().into_pyarray(py)
    }

    fn episodes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        columns.set_item("start_row", self.column(py, |episode| episode.start_row as i64))?;
        columns.set_item("side", self.column(py, |episode| episode.side))?;
        columns.set_item("bid0", self.column(py, |episode| episode.bid0))?;
        columns.set_item("z", self.column(py, |episode| episode.z))?;
        columns.set_item("p", self.column(py, |episode| episode.p))?;
        columns.set_item("u", self.column(py, |episode| episode.u))?;
        columns.set_item("end_row", self.column(py, |episode| episode.end_row))?;
        columns.set_item("hit", self.column(py, |episode| episode.hit))?;
        Ok(columns)
    }
}

impl PyPsg1 {
    fn column<'py, T: Element>(&self, py: Python<'py>, value: impl Fn(&Episode) -> T) -> Column<'py, T> {
        self.0.episodes.iter().map(value).collect::<Vec<T>>().into_pyarray(py)
    }
}

#[pyfunction]
#[pyo3(signature = (seed, n, *, planted=true, b=1.0, p_lo=0.05, p_hi=0.95, a=12, run_up=10, pull_back=5, m_z=0.0,
                    s_z=0.2, bid_start=6000, rate=1.0, move_share=0.5))]
#[allow(clippy::too_many_arguments)] // the generator has as many parameters
fn psg1(
    py: Python<'_>,
    seed: u64,
    n: usize,
    planted: bool,
    b: f64,
    p_lo: f64,
    p_hi: f64,
    a: i64,
    run_up: i64,
    pull_back: i64,
    m_z: f64,
    s_z: f64,
    bid_start: i64,
    rate: f64,
    move_share: f64,
) -> PyResult<PyPsg1> {
    let ranges = 0.0 < p_lo && p_lo <= p_hi && p_hi < 1.0 && (0.0..=1.0).contains(&move_share);
    if !ranges || a < 1 || rate <= 0.0 || s_z <= 0.0 || bid_start < 1 {
        return Err(PyValueError::new_err(
            "expected 0 < p_lo <= p_hi < 1, a move_share within [0, 1], and positive a, rate, s_z and bid_start",
        ));
    }
    let params = Psg1Params {
        seed,
        prints: n,
        planted,
        b,
        p_lo,
        p_hi,
        a,
        run_up,
        pull_back,
        m_z,
        s_z,
        bid_start,
        rate,
        move_share,
    };
    Ok(PyPsg1(py.detach(|| synth::generate(params))))
}

#[pyfunction]
fn splitmix64_u01(seed: u64, counter: u64) -> f64 {
    synth::u01(seed, counter)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyPsg1>()?;
    module.add_function(wrap_pyfunction!(psg1, module)?)?;
    module.add_function(wrap_pyfunction!(splitmix64_u01, module)?)
}

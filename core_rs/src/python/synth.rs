//! The synthetic tape as Python sees it.

use numpy::{Element, IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::synth::{self, Bracket, Episode, Psg1, Psg1Params};

type Column<'py, T> = Bound<'py, PyArray1<T>>;

/// A synthetic tape and the state that made it.
#[pyclass(name = "Psg1", frozen, module = "psky._core")]
pub struct PyPsg1 {
    params: Psg1Params,
    tape: Psg1,
}

#[pymethods]
impl PyPsg1 {
    fn __len__(&self) -> usize {
        self.tape.ts_ms.len()
    }

    #[getter]
    fn ts_ms<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.tape.ts_ms.clone().into_pyarray(py)
    }

    #[getter]
    fn price_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.tape.price.clone().into_pyarray(py)
    }

    #[getter]
    fn size<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.tape.size.clone().into_pyarray(py)
    }

    #[getter]
    fn side<'py>(&self, py: Python<'py>) -> Column<'py, i8> {
        self.tape.side.clone().into_pyarray(py)
    }

    #[getter]
    fn bid<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.tape.bid.clone().into_pyarray(py)
    }

    #[getter]
    fn episode<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.tape.episode.clone().into_pyarray(py)
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

    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn target_shares<'py>(
        &self,
        py: Python<'py>,
        rows: PyReadonlyArray1<'py, i64>,
        stop_ticks: PyReadonlyArray1<'py, i64>,
        target_ticks: PyReadonlyArray1<'py, i64>,
        futures: usize,
    ) -> PyResult<Column<'py, f64>> {
        let brackets = self.brackets(rows.as_slice()?, stop_ticks.as_slice()?, target_ticks.as_slice()?)?;
        if futures == 0 {
            return Err(PyValueError::new_err("expected at least one future, found 0"));
        }
        Ok(py.detach(|| synth::target_shares(self.params, &brackets, futures)).into_pyarray(py))
    }
}

impl PyPsg1 {
    fn brackets(&self, rows: &[i64], stop: &[i64], target: &[i64]) -> PyResult<Vec<Bracket>> {
        if rows.len() != stop.len() || rows.len() != target.len() {
            let lengths = [rows.len(), stop.len(), target.len()];
            return Err(PyValueError::new_err(format!("expected columns of one length, found {lengths:?}")));
        }
        let prints = self.tape.ts_ms.len() as i64;
        if !rows.is_sorted() || rows.iter().any(|row| !(0..prints).contains(row)) {
            return Err(PyValueError::new_err(format!(
                "expected rows in order and within the {prints} prints"
            )));
        }
        let row = |((&row, &stop), &target)| Bracket { row: row as usize, stop, target };
        Ok(rows.iter().zip(stop).zip(target).map(row).collect())
    }

    fn column<'py, T: Element>(&self, py: Python<'py>, value: impl Fn(&Episode) -> T) -> Column<'py, T> {
        self.tape.episodes.iter().map(value).collect::<Vec<T>>().into_pyarray(py)
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
    Ok(PyPsg1 { params, tape: py.detach(|| synth::generate(params)) })
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

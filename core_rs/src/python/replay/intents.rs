//! What goes in: intents.

use numpy::{IntoPyArray, PyReadonlyArray1};
use pyo3::prelude::*;

use super::{Column, column, parse_side};
use crate::engine::{Intent, Proposer, Touch};
use crate::python::columns::value_error;

/// An intent's fields in the order of the columns.
type Row = (i64, i8, i64, i64, i64, i64, i64, i64, i64);

const fn row(intent: &Intent) -> Row {
    let &Intent { ts_us, limit, stop_distance, target_distance, lots, entry_ttl_us, hold_us, repeg, .. } =
        intent;
    (ts_us, intent.side as i8, limit, stop_distance, target_distance, lots, entry_ttl_us, hold_us, repeg)
}

fn same_length(lengths: &[usize], expected: usize) -> PyResult<()> {
    match lengths.iter().find(|&&length| length != expected) {
        Some(found) => {
            Err(value_error(format!("expected columns of one length, found {expected} and {found}")))
        }
        None => Ok(()),
    }
}

/// Proposed trades in time order.
#[pyclass(name = "Intents", frozen, module = "psky._core")]
pub struct PyIntents(pub Vec<Intent>);

#[pymethods]
impl PyIntents {
    #[new]
    #[pyo3(signature = (ts_us, side, limit_ticks, stop_distance_ticks, target_distance_ticks, qty_lots, entry_ttl_us,
                        hold_us, *, repeg_ticks = 0))]
    #[allow(clippy::too_many_arguments)] // eight columns
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn new(
        ts_us: PyReadonlyArray1<'_, i64>,
        side: PyReadonlyArray1<'_, i8>,
        limit_ticks: PyReadonlyArray1<'_, i64>,
        stop_distance_ticks: PyReadonlyArray1<'_, i64>,
        target_distance_ticks: PyReadonlyArray1<'_, i64>,
        qty_lots: PyReadonlyArray1<'_, i64>,
        entry_ttl_us: PyReadonlyArray1<'_, i64>,
        hold_us: PyReadonlyArray1<'_, i64>,
        repeg_ticks: i64,
    ) -> PyResult<Self> {
        let side = side.as_slice()?;
        let columns = [
            &ts_us,
            &limit_ticks,
            &stop_distance_ticks,
            &target_distance_ticks,
            &qty_lots,
            &entry_ttl_us,
            &hold_us,
        ];
        let [ts_us, limit, stop, target, lots, ttl, hold] = columns.map(PyReadonlyArray1::as_slice);
        let [ts_us, limit, stop, target, lots, ttl, hold] =
            [ts_us?, limit?, stop?, target?, lots?, ttl?, hold?];
        same_length(&[ts_us, limit, stop, target, lots, ttl, hold].map(<[i64]>::len), side.len())?;
        let intent = |row: usize| {
            Ok(Intent {
                ts_us: ts_us[row],
                side: parse_side(side[row])?,
                limit: limit[row],
                stop_distance: stop[row],
                target_distance: target[row],
                lots: lots[row],
                entry_ttl_us: ttl[row],
                hold_us: hold[row],
                repeg: repeg_ticks,
            })
        };
        let intents = (0..side.len()).map(intent).collect::<PyResult<Vec<_>>>()?;
        Intent::check(&intents).map_err(value_error)?;
        Ok(Self(intents))
    }

    #[staticmethod]
    #[pyo3(signature = (ts_us, side, level_ticks, atr_ticks, *, is_maker, offset_atr, stop_atr, target_rr, risk,
                        tick_size, lot_size, price_step_ticks, lot_step_lots, entry_ttl_us, hold_us, repeg_ticks))]
    #[allow(clippy::too_many_arguments)] // four columns, and what a proposal is made of
    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn propose(
        ts_us: PyReadonlyArray1<'_, i64>,
        side: PyReadonlyArray1<'_, i8>,
        level_ticks: PyReadonlyArray1<'_, f64>,
        atr_ticks: PyReadonlyArray1<'_, f64>,
        is_maker: bool,
        offset_atr: f64,
        stop_atr: f64,
        target_rr: f64,
        risk: f64,
        tick_size: f64,
        lot_size: f64,
        price_step_ticks: i64,
        lot_step_lots: i64,
        entry_ttl_us: i64,
        hold_us: i64,
        repeg_ticks: i64,
    ) -> PyResult<Self> {
        let (ts_us, side) = (ts_us.as_slice()?, side.as_slice()?);
        let (level, atr) = (level_ticks.as_slice()?, atr_ticks.as_slice()?);
        same_length(&[side.len(), level.len(), atr.len()], ts_us.len())?;
        let proposer = Proposer {
            is_maker,
            offset_atr,
            stop_atr,
            target_rr,
            risk,
            tick_size,
            lot_size,
            price_step: price_step_ticks,
            lot_step: lot_step_lots,
            entry_ttl_us,
            hold_us,
            repeg: repeg_ticks,
        };
        let touch = |row: usize| {
            let side = parse_side(side[row])?;
            Ok(proposer.propose(&Touch { ts_us: ts_us[row], side, level: level[row], atr: atr[row] }))
        };
        let intents = (0..ts_us.len()).map(touch).collect::<PyResult<Vec<_>>>()?;
        Intent::check(&intents).map_err(value_error)?;
        Ok(Self(intents))
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[allow(clippy::needless_pass_by_value)] // PyO3 hands arrays over by value
    fn expected_entry_ticks<'py>(
        &self,
        py: Python<'py>,
        close_ticks: PyReadonlyArray1<'py, i64>,
    ) -> PyResult<Column<'py, f64>> {
        let close = close_ticks.as_slice()?;
        if close.len() != self.0.len() {
            return Err(value_error(format!("expected {} closes, found {}", self.0.len(), close.len())));
        }
        let entry = |(intent, &close): (&Intent, &i64)| if intent.is_maker() { intent.limit } else { close };
        Ok(self.0.iter().zip(close).map(|pair| entry(pair) as f64).collect::<Vec<_>>().into_pyarray(py))
    }

    fn rows(&self) -> Vec<Row> {
        self.0.iter().map(row).collect()
    }

    #[getter]
    fn ts_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.ts_us)
    }

    #[getter]
    fn side<'py>(&self, py: Python<'py>) -> Column<'py, i8> {
        column(py, &self.0, |intent| intent.side as i8)
    }

    #[getter]
    fn limit_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.limit)
    }

    #[getter]
    fn stop_distance_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.stop_distance)
    }

    #[getter]
    fn target_distance_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.target_distance)
    }

    #[getter]
    fn qty_lots<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.lots)
    }

    #[getter]
    fn entry_ttl_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.entry_ttl_us)
    }

    #[getter]
    fn hold_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.hold_us)
    }

    #[getter]
    fn repeg_ticks<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |intent| intent.repeg)
    }
}

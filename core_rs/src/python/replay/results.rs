//! What comes out: outcomes and the ledger, as columns.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Column, column};
use crate::engine::TradeRow;
use crate::replay::{Ledger, Outcome};

/// What each intent earned alone.
#[pyclass(name = "Outcomes", frozen, module = "psky._core")]
pub struct PyOutcomes(pub Vec<Outcome>);

impl PyOutcomes {
    fn integer<'py>(&self, py: Python<'py>, value: impl Fn(&TradeRow) -> i64) -> Column<'py, i64> {
        column(py, &self.0, |outcome| outcome.trade.as_ref().map_or(-1, &value))
    }

    fn float<'py>(&self, py: Python<'py>, value: impl Fn(&TradeRow) -> f64) -> Column<'py, f64> {
        column(py, &self.0, |outcome| outcome.trade.as_ref().map_or(f64::NAN, &value))
    }
}

#[pymethods]
impl PyOutcomes {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    #[getter]
    fn status<'py>(&self, py: Python<'py>) -> Column<'py, i8> {
        column(py, &self.0, |outcome| outcome.status as i8)
    }

    #[getter]
    fn known_at_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |outcome| outcome.known_at_us)
    }

    #[getter]
    fn entry_ts_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.integer(py, |trade| trade.entry_ts_us)
    }

    #[getter]
    fn exit_ts_us<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.integer(py, |trade| trade.exit_ts_us)
    }

    #[getter]
    fn entry_row<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.integer(py, |trade| trade.entry_row as i64)
    }

    #[getter]
    fn exit_row<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        self.integer(py, |trade| trade.exit_row as i64)
    }

    #[getter]
    fn filled_lots<'py>(&self, py: Python<'py>) -> Column<'py, i64> {
        column(py, &self.0, |outcome| outcome.trade.map_or(0, |trade| trade.lots))
    }

    #[getter]
    fn entry_ticks<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.entry_ticks)
    }

    #[getter]
    fn exit_ticks<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.exit_ticks)
    }

    #[getter]
    fn gross_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.gross_r)
    }

    #[getter]
    fn fee_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.fee_r)
    }

    #[getter]
    fn funding_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.funding_r)
    }

    #[getter]
    fn net_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.net_r)
    }

    #[getter]
    fn mae_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.mae_r)
    }

    #[getter]
    fn mfe_r<'py>(&self, py: Python<'py>) -> Column<'py, f64> {
        self.float(py, |trade| trade.mfe_r)
    }
}

/// Everything that happened in a replay.
#[pyclass(name = "Ledger", frozen, module = "psky._core")]
pub struct PyLedger(pub Ledger);

macro_rules! columns {
    ($py:expr, $rows:expr, { $($name:literal: $value:expr),* $(,)? }) => {{
        let columns = PyDict::new($py);
        $(columns.set_item($name, column($py, $rows, $value))?;)*
        Ok(columns)
    }};
}

#[pymethods]
impl PyLedger {
    fn orders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns!(py, &self.0.orders, {
            "order_id": |order| order.order_id.code(),
            "intent": |order| order.order_id.intent() as i64,
            "kind": |order| order.kind as i8,
            "side": |order| order.side as i8,
            "price_ticks": |order| order.price_ticks,
            "qty_lots": |order| order.qty_lots,
            "filled_lots": |order| order.filled_lots,
            "submitted_us": |order| order.submitted_us,
            "status": |order| order.status as i8,
            "reject_reason": |order| order.reject_reason,
            "closed_us": |order| order.closed_us,
            "amends": |order| order.amends,
        })
    }

    fn fills<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns!(py, &self.0.fills, {
            "order_id": |fill| fill.order_id.code(),
            "execution_id": |fill| fill.execution_id as i64,
            "intent": |fill| fill.order_id.intent() as i64,
            "ts_us": |fill| fill.ts_us,
            "row": |fill| fill.row as i64,
            "side": |fill| fill.side as i8,
            "price_ticks": |fill| fill.price_ticks as f64,
            "lots": |fill| fill.lots,
            "maker": |fill| fill.maker,
            "fee_r": |fill| fill.fee_r,
        })
    }

    fn equity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns!(py, &self.0.equity, {
            "ts_us": |row| row.ts_us,
            "row": |row| row.row.map_or(-1, |row| row as i64),
            "mark_ticks": |row| row.mark_ticks as f64,
            "lots": |row| row.lots,
            "lots_r": |row| row.lots_r,
            "cash": |row| row.cash,
            "cash_r": |row| row.cash_r,
            "fees": |row| row.fees,
            "funding": |row| row.funding,
            "equity": |row| row.equity,
            "equity_r": |row| row.equity_r,
        })
    }

    fn trades<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns!(py, &self.0.trades, {
            "intent": |trade| trade.intent as i64,
            "side": |trade| trade.side,
            "entry_ts_us": |trade| trade.entry_ts_us,
            "exit_ts_us": |trade| trade.exit_ts_us,
            "entry_row": |trade| trade.entry_row as i64,
            "exit_row": |trade| trade.exit_row as i64,
            "entry_ticks": |trade| trade.entry_ticks,
            "exit_ticks": |trade| trade.exit_ticks,
            "lots": |trade| trade.lots,
            "exit_reason": |trade| trade.reason as i8,
            "gross_r": |trade| trade.gross_r,
            "fee_r": |trade| trade.fee_r,
            "funding_r": |trade| trade.funding_r,
            "net_r": |trade| trade.net_r,
            "mae_r": |trade| trade.mae_r,
            "mfe_r": |trade| trade.mfe_r,
        })
    }

    fn skips<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        columns!(py, &self.0.skips, {
            "intent": |skip| skip.intent as i64,
            "reason": |skip| skip.reason as i8,
        })
    }
}

//! The trader, event by event, and the ledger that a driver fills, as Python sees them.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::columns::value_error;
use super::messages::{Row, command_of, command_row, event_of, order_id, record_of, record_row};
use super::replay::{PyLedger, policy};
use super::tape::PyTape;
use crate::engine::{Event, OrderId, OrderNames, Outbox, Policy, Record, Trader};
use crate::replay::{Ledger, SkipRow};
use crate::tape::Tape;

type Said<'py> = (Vec<Row<'py>>, Vec<Row<'py>>);

/// The trader of one symbol; one caller at a time.
#[pyclass(name = "Trader", frozen, module = "psky._core")]
pub struct PyTrader(Mutex<Trader>);

impl PyTrader {
    fn trader(&self) -> MutexGuard<'_, Trader> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn made_of(opposite: &str, prefix: &str, max_positions: usize) -> PyResult<(Policy, OrderNames)> {
    Ok((policy(opposite, max_positions)?, OrderNames::new(prefix).map_err(value_error)?))
}

fn said<'py>(py: Python<'py>, trader: &Trader, out: &Outbox) -> PyResult<Said<'py>> {
    let name = |id| trader.names().name(id);
    Ok((
        out.commands.iter().map(|command| command_row(py, command, name)).collect::<PyResult<_>>()?,
        out.records.iter().map(|record| record_row(py, record)).collect::<PyResult<_>>()?,
    ))
}

// Hears the trades of some rows until it says something; returns the next row.
fn hear(trader: &mut Trader, tape: &Tape, rows: Range<usize>, out: &mut Outbox) -> usize {
    for row in rows.start..rows.end.min(tape.len()) {
        let print = tape.get(row);
        if print.is_on_book() {
            let heard = Event::Trade { price: print.price, side: print.side };
            trader.on(print.ts_us, &heard, out);
        }
        if !out.commands.is_empty() || !out.records.is_empty() {
            return row + 1;
        }
    }
    rows.end
}

#[pymethods]
impl PyTrader {
    #[new]
    #[pyo3(signature = (opposite, prefix, *, max_positions = 1))]
    fn new(opposite: &str, prefix: &str, max_positions: usize) -> PyResult<Self> {
        let (policy, names) = made_of(opposite, prefix, max_positions)?;
        Ok(Self(Mutex::new(Trader::new(policy, names))))
    }

    #[staticmethod]
    #[pyo3(signature = (opposite, prefix, state, *, max_positions = 1))]
    fn restore(opposite: &str, prefix: &str, state: &[u8], max_positions: usize) -> PyResult<Self> {
        let (policy, names) = made_of(opposite, prefix, max_positions)?;
        let trader = Trader::restore(policy, names, state).map_err(value_error)?;
        Ok(Self(Mutex::new(trader)))
    }

    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.trader().save().map_err(value_error)?))
    }

    fn on<'py>(&self, py: Python<'py>, now_us: i64, event: &Row<'py>) -> PyResult<Said<'py>> {
        let (event, mut trader, mut out) = (event_of(event)?, self.trader(), Outbox::default());
        trader.on(now_us, &event, &mut out);
        said(py, &trader, &out)
    }

    fn on_trades<'py>(
        &self,
        py: Python<'py>,
        tape: &PyTape,
        start: usize,
        stop: usize,
    ) -> PyResult<(usize, Said<'py>)> {
        let (tape, mut out) = (Arc::clone(&tape.0), Outbox::default());
        let mut trader = self.trader();
        let next = hear(&mut trader, &tape, start..stop, &mut out);
        Ok((next, said(py, &trader, &out)?))
    }

    fn on_end<'py>(&self, py: Python<'py>) -> PyResult<Said<'py>> {
        let (mut trader, mut out) = (self.trader(), Outbox::default());
        trader.on_end(&mut out);
        said(py, &trader, &out)
    }

    fn set_quotes(&self, bid: Option<i64>, ask: Option<i64>) {
        self.trader().set_quotes(bid, ask);
    }

    #[getter]
    fn next_us(&self) -> i64 {
        self.trader().next_us()
    }

    #[getter]
    fn quiet_band(&self) -> (i64, i64) {
        let band = self.trader().quiet_band();
        (band.low, band.high)
    }

    #[getter]
    fn is_flat(&self) -> bool {
        self.trader().is_flat()
    }

    fn positions(&self) -> Vec<(usize, i64)> {
        self.trader().positions().collect()
    }

    #[getter]
    fn realised(&self) -> i128 {
        self.trader().realised().billionths()
    }

    fn running(&self, mark_ticks: i64) -> i128 {
        self.trader().running(mark_ticks).billionths()
    }

    fn name(&self, order: i64) -> PyResult<String> {
        let id = order_id(order)?;
        Ok(self.trader().names().name(id))
    }

    fn order_id(&self, name: &str) -> Option<i64> {
        self.trader().names().id(name).map(OrderId::code)
    }
}

/// A ledger under way; one caller at a time.
#[pyclass(name = "LedgerBook", frozen, module = "psky._core")]
pub struct PyLedgerBook(Mutex<Ledger>);

impl PyLedgerBook {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl PyLedgerBook {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn send(&self, sent_us: i64, command: &Row<'_>) -> PyResult<()> {
        self.ledger().send(sent_us, &command_of(command)?);
        Ok(())
    }

    fn note(&self, now_us: i64, event: &Row<'_>) -> PyResult<()> {
        match event_of(event)? {
            Event::Verdict { row, intent } => self.ledger().note_risk(row, intent.risk()),
            event => self.ledger().note(now_us, &event),
        }
        Ok(())
    }

    fn record(&self, record: &Row<'_>) -> PyResult<()> {
        match record_of(record)? {
            Record::Trade(trade) => self.ledger().trades.push(trade),
            Record::Skip { intent, reason } => self.ledger().skips.push(SkipRow { intent, reason }),
            Record::NoTrade { .. } => {}
        }
        Ok(())
    }

    fn ledger_so_far(&self) -> PyLedger {
        PyLedger(self.ledger().clone())
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyTrader>()?;
    module.add_class::<PyLedgerBook>()
}

//! Intents, outcomes and replay as Python sees them.

mod intents;
mod results;
mod venue;

use numpy::{Element, IntoPyArray, PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use self::intents::PyIntents;
pub use self::results::PyLedger;
use self::results::PyOutcomes;
pub use self::venue::PyVenueConfig;
use self::venue::{PyFunding, stamps};
use super::columns::value_error;
use super::tape::PyTape;
use crate::engine::costs;
use crate::engine::{
    ExitReason, Intent, Opposite, OrderKind, OrderStatus, PassageEnd, Policy, RejectReason, SkipReason,
};
use crate::replay::{self, LoneStatus, OutcomeStatus as Status, Setup};
use crate::tape::Side;

type Column<'py, T> = Bound<'py, PyArray1<T>>;

fn column<'py, R, T: Element>(py: Python<'py>, rows: &[R], value: impl Fn(&R) -> T) -> Column<'py, T> {
    rows.iter().map(value).collect::<Vec<T>>().into_pyarray(py)
}

/// The side of a signed code.
pub fn parse_side(code: i8) -> PyResult<Side> {
    Side::from_code(code).ok_or_else(|| value_error(format!("expected side +1 or -1, found {code}")))
}

#[pyfunction]
#[pyo3(signature = (tape, intents, venue, *, funding = None))]
fn outcomes(
    py: Python<'_>,
    tape: &PyTape,
    intents: &PyIntents,
    venue: &PyVenueConfig,
    funding: Option<&PyFunding>,
) -> PyOutcomes {
    let policy = Policy { opposite: Opposite::Ignore, max_positions: 1 };
    let setup = Setup { venue: &venue.0, policy, funding: stamps(funding) };
    PyOutcomes(py.detach(|| replay::outcomes(&tape.0, &intents.0, setup)))
}

fn parse_opposite(opposite: &str) -> PyResult<Opposite> {
    match opposite {
        "flip" => Ok(Opposite::Flip),
        "close" => Ok(Opposite::Close),
        "ignore" => Ok(Opposite::Ignore),
        other => Err(value_error(format!("expected opposite flip, close or ignore, found {other:?}"))),
    }
}

/// What a trader may do.
pub fn policy(opposite: &str, max_positions: usize) -> PyResult<Policy> {
    if max_positions == 0 {
        return Err(value_error("expected at least 1 position, found 0"));
    }
    Ok(Policy { opposite: parse_opposite(opposite)?, max_positions })
}

#[pyfunction(name = "replay")]
#[pyo3(signature = (tape, intents, rows, venue, opposite, *, max_positions = 1, funding = None))]
#[allow(clippy::needless_pass_by_value)]
#[allow(clippy::too_many_arguments)] // what a run is made of
fn replay_rows(
    py: Python<'_>,
    tape: &PyTape,
    intents: &PyIntents,
    rows: PyReadonlyArray1<'_, i64>,
    venue: &PyVenueConfig,
    opposite: &str,
    max_positions: usize,
    funding: Option<&PyFunding>,
) -> PyResult<PyLedger> {
    let policy = policy(opposite, max_positions)?;
    let rows: Vec<usize> = rows.as_slice()?.iter().map(|&row| row as usize).collect();
    if rows.iter().any(|&row| row >= intents.0.len()) || rows.windows(2).any(|pair| pair[1] <= pair[0]) {
        return Err(value_error("expected increasing rows of the intents"));
    }
    let setup = Setup { venue: &venue.0, policy, funding: stamps(funding) };
    Ok(PyLedger(py.detach(|| replay::replay(&tape.0, &intents.0, &rows, setup))))
}

#[pyfunction]
#[allow(clippy::needless_pass_by_value)]
fn payoffs<'py>(
    py: Python<'py>,
    intents: &PyIntents,
    entry_ticks: PyReadonlyArray1<'py, f64>,
    venue: &PyVenueConfig,
) -> PyResult<(Column<'py, f64>, Column<'py, f64>)> {
    let entries = entry_ticks.as_slice()?;
    if entries.len() != intents.0.len() {
        return Err(value_error(format!(
            "expected {} entry prices, found {}",
            intents.0.len(),
            entries.len()
        )));
    }
    let payoff = |(intent, &entry)| costs::payoff(intent, entry, venue.0.fees.base(), venue.0.slippage_ticks);
    let (win, loss): (Vec<f64>, Vec<f64>) = intents.0.iter().zip(entries).map(payoff).unzip();
    Ok((win.into_pyarray(py), loss.into_pyarray(py)))
}

#[pyfunction]
fn net_r(
    side: i8,
    entry: f64,
    exit: f64,
    risk: f64,
    entry_fee_rate: f64,
    exit_fee_rate: f64,
    funding: f64,
) -> PyResult<f64> {
    Ok(costs::net_r(parse_side(side)?, entry, exit, risk, (entry_fee_rate, exit_fee_rate), funding))
}

#[pyfunction]
#[allow(clippy::too_many_arguments)] // an order has as many terms
#[allow(clippy::type_complexity)] // the stub names the four
fn fill_order(
    py: Python<'_>,
    tape: &PyTape,
    side: i8,
    price_ticks: i64,
    qty_lots: i64,
    submit_us: i64,
    cancel_us: Option<i64>,
    venue: &PyVenueConfig,
) -> PyResult<(i8, Vec<(usize, i64, i64)>, i64, i64)> {
    let order = (parse_side(side)?, price_ticks, qty_lots);
    let lone = py.detach(|| replay::fill_order(&tape.0, order, submit_us, cancel_us, &venue.0));
    Ok((lone.status as i8, lone.fills, lone.remaining, lone.queue_left))
}

#[pyfunction]
#[pyo3(signature = (tape, fill_row, side, entry_ticks, stop_ticks, target_ticks, hold_us, venue, *, funding = None))]
#[allow(clippy::too_many_arguments)] // a bracket has as many levels
fn bracket(
    py: Python<'_>,
    tape: &PyTape,
    fill_row: usize,
    side: i8,
    entry_ticks: i64,
    stop_ticks: i64,
    target_ticks: i64,
    hold_us: i64,
    venue: &PyVenueConfig,
    funding: Option<&PyFunding>,
) -> PyResult<PyOutcomes> {
    if fill_row >= tape.0.len() {
        return Err(value_error(format!("expected a row below {}, found {fill_row}", tape.0.len())));
    }
    let side = parse_side(side)?;
    let intent = Intent {
        ts_us: tape.0.ts_us()[fill_row],
        side,
        limit: entry_ticks,
        stop_distance: side.sign() * (entry_ticks - stop_ticks),
        target_distance: side.sign() * (target_ticks - entry_ticks),
        lots: 1,
        entry_ttl_us: 1,
        hold_us,
        repeg: 0,
    };
    Intent::check(&[intent]).map_err(value_error)?;
    let follow = || replay::bracket(&tape.0, fill_row, entry_ticks, intent, &venue.0, stamps(funding));
    Ok(PyOutcomes(vec![py.detach(follow)]))
}

macro_rules! codes {
    ($dict:expr, $($kind:ident { $($name:ident),* }),* $(,)?) => {
        $($dict.set_item(
            stringify!($kind),
            [$((stringify!($name), $kind::$name as i8)),*].into_iter().collect::<std::collections::HashMap<_, _>>(),
        )?;)*
    };
}

#[pyfunction]
fn engine_codes(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    codes!(
        dict,
        Status { Unfilled, Target, Stop, Time, Censored, Rejected },
        OrderKind { Entry, Stop, Target, Market, Liquidation },
        OrderStatus { Open, Filled, Cancelled, Rejected },
        ExitReason { Target, Stop, Time, Opposite, End, Liquidated },
        RejectReason { PostOnly, Tick, Lot, Notional, Reduce, Other },
        SkipReason { Busy, Closes, Ignored, Late },
        LoneStatus { Open, Filled, Partial, RejectPostOnly },
        PassageEnd { Lower, Upper, Time, Gap, End },
    );
    Ok(dict)
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyVenueConfig>()?;
    module.add_class::<PyFunding>()?;
    module.add_class::<PyIntents>()?;
    module.add_class::<PyOutcomes>()?;
    module.add_class::<PyLedger>()?;
    module.add_function(wrap_pyfunction!(outcomes, module)?)?;
    module.add_function(wrap_pyfunction!(replay_rows, module)?)?;
    module.add_function(wrap_pyfunction!(payoffs, module)?)?;
    module.add_function(wrap_pyfunction!(net_r, module)?)?;
    module.add_function(wrap_pyfunction!(fill_order, module)?)?;
    module.add_function(wrap_pyfunction!(bracket, module)?)?;
    module.add_function(wrap_pyfunction!(engine_codes, module)?)
}

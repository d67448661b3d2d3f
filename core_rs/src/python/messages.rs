//! Messages as rows: tuples of the code of a kind and the fields of `psky.engine.messages`, in their order.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::columns::value_error;
use super::replay::parse_side;
use crate::engine::{
    Amendment, Command, Event, ExitReason, Fill, FundingStamp, Intent, Money, Order, OrderId, OrderKind,
    Rate, Record, RejectReason, SkipReason, Terms, TradeRow,
};

pub type Row<'py> = Bound<'py, PyTuple>;

/// A row that is no message.
#[derive(Debug, thiserror::Error)]
#[error("expected {expected}, found {found}")]
struct NoMessage {
    expected: &'static str,
    found: i64,
}

fn wrong(expected: &'static str, found: i64) -> PyErr {
    value_error(NoMessage { expected, found })
}

macro_rules! row {
    ($py:expr, $($value:expr),+ $(,)?) => {
        PyTuple::new($py, [$($value.into_bound_py_any($py)?),+])
    };
}

macro_rules! coded {
    ($name:ident, $kind:ident { $($variant:ident),* }, $expected:literal) => {
        fn $name(code: i8) -> PyResult<$kind> {
            let known = [$($kind::$variant),*].into_iter().find(|kind| *kind as i8 == code);
            known.ok_or_else(|| wrong($expected, i64::from(code)))
        }
    };
}

coded!(order_kind, OrderKind { Entry, Stop, Target, Market, Liquidation }, "the kind of an order");
coded!(
    reject_reason,
    RejectReason { PostOnly, Tick, Lot, Notional, Reduce, Other },
    "a reason to refuse an order"
);
coded!(exit_reason, ExitReason { Target, Stop, Time, Opposite, End, Liquidated }, "a reason to end a trade");
coded!(skip_reason, SkipReason { Busy, Closes, Ignored, Late }, "a reason to skip a verdict");

fn terms(code: i8, price: i64) -> PyResult<Terms> {
    match code {
        0 => Ok(Terms::Limit(price)),
        1 => Ok(Terms::Stop(price)),
        2 => Ok(Terms::Market),
        _ => Err(wrong("the type of an order", i64::from(code))),
    }
}

const fn terms_code(terms: Terms) -> i8 {
    match terms {
        Terms::Limit(_) => 0,
        Terms::Stop(_) => 1,
        Terms::Market => 2,
    }
}

/// The order of this id.
pub fn order_id(code: i64) -> PyResult<OrderId> {
    OrderId::from_code(code).ok_or_else(|| wrong("an order id of at least 0", code))
}

fn field<'py, T>(row: &Row<'py>, at: usize) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py, Error: Into<PyErr>>,
{
    let value = row.get_item(at)?;
    value.extract().map_err(Into::into)
}

/// The event that a row stands for.
pub fn event_of(row: &Row<'_>) -> PyResult<Event> {
    match field::<i64>(row, 0)? {
        0 => Ok(Event::Verdict { row: field(row, 1)?, intent: intent_of(row, 2)? }),
        1 => Ok(Event::Trade { price: field(row, 1)?, side: parse_side(field(row, 2)?)? }),
        2 => Ok(Event::Accepted { id: order_id(field(row, 1)?)?, version: field(row, 2)? }),
        3 => Ok(Event::Filled(fill_of(row)?)),
        4 => Ok(Event::Rejected { id: order_id(field(row, 1)?)?, reason: reject_reason(field(row, 2)?)? }),
        5 => Ok(Event::Cancelled { id: order_id(field(row, 1)?)?, filled: field(row, 2)? }),
        6 => Ok(Event::Funding(FundingStamp {
            ts_us: field(row, 1)?,
            rate: Rate::from_billionths(field(row, 2)?),
            mark: field(row, 3)?,
        })),
        7 => Ok(Event::Clock),
        code => Err(wrong("the code of an event", code)),
    }
}

fn intent_of(row: &Row<'_>, at: usize) -> PyResult<Intent> {
    let intent = Intent {
        ts_us: field(row, at)?,
        side: parse_side(field(row, at + 1)?)?,
        limit: field(row, at + 2)?,
        stop_distance: field(row, at + 3)?,
        target_distance: field(row, at + 4)?,
        lots: field(row, at + 5)?,
        entry_ttl_us: field(row, at + 6)?,
        hold_us: field(row, at + 7)?,
        repeg: field(row, at + 8)?,
    };
    Intent::check(&[intent]).map_err(value_error)?;
    Ok(intent)
}

fn fill_of(row: &Row<'_>) -> PyResult<Fill> {
    Ok(Fill {
        id: order_id(field(row, 1)?)?,
        execution: field(row, 2)?,
        ts_us: field(row, 3)?,
        row: field(row, 4)?,
        side: parse_side(field(row, 5)?)?,
        price: field(row, 6)?,
        lots: field(row, 7)?,
        cumulative: field(row, 8)?,
        left: field(row, 9)?,
        maker: field(row, 10)?,
        fee: Money::from_billionths(field(row, 11)?),
        queue: field(row, 12)?,
    })
}

/// The row of an event that a venue says.
pub fn event_row<'py>(py: Python<'py>, event: &Event) -> PyResult<Row<'py>> {
    match *event {
        Event::Accepted { id, version } => row!(py, 2, id.code(), version),
        Event::Filled(fill) => row!(
            py,
            3,
            fill.id.code(),
            fill.execution,
            fill.ts_us,
            fill.row,
            fill.side as i8,
            fill.price,
            fill.lots,
            fill.cumulative,
            fill.left,
            fill.maker,
            fill.fee.billionths(),
            fill.queue,
        ),
        Event::Rejected { id, reason } => row!(py, 4, id.code(), reason as i8),
        Event::Cancelled { id, filled } => row!(py, 5, id.code(), filled),
        Event::Funding(stamp) => row!(py, 6, stamp.ts_us, stamp.rate.billionths(), stamp.mark),
        Event::Trade { price, side } => row!(py, 1, price, side as i8),
        Event::Clock => row!(py, 7),
        Event::Triggered { id } => row!(py, 8, id.code()),
        Event::Verdict { .. } => Err(wrong("what a venue says", 0)),
    }
}

/// The command that a row stands for; its name is the exchange's affair.
pub fn command_of(row: &Row<'_>) -> PyResult<Command> {
    let id = order_id(field(row, 1)?)?;
    match field::<i64>(row, 0)? {
        0 => Ok(Command::Place(Order {
            id,
            kind: order_kind(field(row, 3)?)?,
            side: parse_side(field(row, 4)?)?,
            terms: terms(field(row, 5)?, field(row, 6)?)?,
            lots: field(row, 7)?,
            armed: field(row, 8)?,
        })),
        1 => Ok(Command::Amend(Amendment {
            id,
            terms: terms(field(row, 3)?, field(row, 4)?)?,
            lots: field(row, 5)?,
            version: field(row, 6)?,
            armed: field(row, 7)?,
        })),
        2 => Ok(Command::Cancel { id, armed: field(row, 3)? }),
        code => Err(wrong("the code of a command", code)),
    }
}

/// The row of a command on an order of this name.
pub fn command_row<'py>(
    py: Python<'py>,
    command: &Command,
    name: impl Fn(OrderId) -> String,
) -> PyResult<Row<'py>> {
    match command {
        Command::Place(order) => row!(
            py,
            0,
            order.id.code(),
            name(order.id),
            order.kind as i8,
            order.side as i8,
            terms_code(order.terms),
            order.terms.price(),
            order.lots,
            order.armed,
        ),
        Command::Amend(amendment) => row!(
            py,
            1,
            amendment.id.code(),
            name(amendment.id),
            terms_code(amendment.terms),
            amendment.terms.price(),
            amendment.lots,
            amendment.version,
            amendment.armed,
        ),
        Command::Cancel { id, armed } => row!(py, 2, id.code(), name(*id), *armed),
    }
}

/// The record that a row stands for.
pub fn record_of(row: &Row<'_>) -> PyResult<Record> {
    let intent = field(row, 1)?;
    match field::<i64>(row, 0)? {
        0 => Ok(Record::Trade(TradeRow {
            intent,
            side: parse_side(field(row, 2)?)? as i8,
            entry_ts_us: field(row, 3)?,
            exit_ts_us: field(row, 4)?,
            entry_row: field(row, 5)?,
            exit_row: field(row, 6)?,
            entry_ticks: field(row, 7)?,
            exit_ticks: field(row, 8)?,
            lots: field(row, 9)?,
            reason: exit_reason(field(row, 10)?)?,
            gross_r: field(row, 11)?,
            fee_r: field(row, 12)?,
            funding_r: field(row, 13)?,
            net_r: field(row, 14)?,
            mae_r: field(row, 15)?,
            mfe_r: field(row, 16)?,
        })),
        1 => Ok(Record::NoTrade { intent, rejected: field(row, 2)? }),
        2 => Ok(Record::Skip { intent, reason: skip_reason(field(row, 2)?)? }),
        code => Err(wrong("the code of a record", code)),
    }
}

/// The row of a record.
pub fn record_row<'py>(py: Python<'py>, record: &Record) -> PyResult<Row<'py>> {
    match record {
        Record::Trade(trade) => row!(
            py,
            0,
            trade.intent,
            trade.side,
            trade.entry_ts_us,
            trade.exit_ts_us,
            trade.entry_row,
            trade.exit_row,
            trade.entry_ticks,
            trade.exit_ticks,
            trade.lots,
            trade.reason as i8,
            trade.gross_r,
            trade.fee_r,
            trade.funding_r,
            trade.net_r,
            trade.mae_r,
            trade.mfe_r,
        ),
        Record::NoTrade { intent, rejected } => row!(py, 1, *intent, *rejected),
        Record::Skip { intent, reason } => row!(py, 2, *intent, *reason as i8),
    }
}

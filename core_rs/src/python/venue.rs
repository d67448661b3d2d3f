//! The venue, step by step, as Python sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;

use super::columns::value_error;
use super::messages::{Row, event_row, order_id};
use super::replay::{PyVenueConfig, parse_side};
use super::tape::PyTape;
use crate::engine::{
    Amendment, Approach, Command, Crossing, Event, FundingStamp, Instruction, Margin, OpenOrder, Order,
    OrderKind, Rate, Terms, Venue,
};
use crate::replay::queue_ahead;
use crate::tape::{Side, Tape, Visits};

type Rows<'py> = PyResult<Vec<Row<'py>>>;
/// Id, limit or trigger, lots, filled lots, lots ahead, whether it waits for a trigger.
type Standing = (i64, i64, i64, i64, i64, bool);

/// A venue in the midst of a tape, which may still grow.
struct Walk {
    tape: Arc<Tape>,
    venue: Venue,
    row: usize,
    /// Of the rows before `followed`.
    visits: Visits,
    followed: usize,
}

/// The venue; one caller at a time.
#[pyclass(name = "Venue", frozen, module = "psky._core")]
pub struct PyVenue(Mutex<Walk>);

impl PyVenue {
    fn walk(&self) -> MutexGuard<'_, Walk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Walk {
    fn ahead(&mut self, sent_us: i64) -> i64 {
        queue_ahead(self.venue.config(), || {
            while self.followed < self.tape.len() && self.tape.ts_us()[self.followed] <= sent_us {
                self.visits.settle(self.tape.ts_us()[self.followed]);
                self.visits.push(&self.tape.get(self.followed));
                self.followed += 1;
            }
            self.visits.settle(sent_us);
            self.visits.median_before(sent_us)
        })
    }

    // The prints before `stop`, until one at which something happens, or at or after what falls due.
    fn run(&mut self, stop: usize, events: &mut Vec<Event>) {
        let due_us = self.venue.next_us();
        while self.row < stop.min(self.tape.len()) && events.is_empty() {
            let print = self.tape.get(self.row);
            if due_us <= print.ts_us {
                break;
            }
            self.venue.on_print(self.row, &print, events);
            self.row += 1;
        }
    }
}

fn said<'py>(py: Python<'py>, events: &[Event]) -> Rows<'py> {
    events.iter().map(|event| event_row(py, event)).collect()
}

fn terms_of(kind: &str, price: i64) -> PyResult<Terms> {
    match kind {
        "limit" => Ok(Terms::Limit(price)),
        "stop" => Ok(Terms::Stop(price)),
        "market" => Ok(Terms::Market),
        other => Err(value_error(format!("expected limit, stop or market, found {other:?}"))),
    }
}

fn crossing_of(word: &str) -> PyResult<Crossing> {
    match word {
        "refuse" => Ok(Crossing::Refuse),
        "rest" => Ok(Crossing::TakeAndRest),
        "cancel" => Ok(Crossing::TakeOrCancel),
        "all" => Ok(Crossing::AllOrCancel),
        "ignore" => Ok(Crossing::Ignore),
        other => Err(value_error(format!("expected refuse, rest, cancel, all or ignore, found {other:?}"))),
    }
}

const fn kind_of(terms: Terms, reduce_only: bool) -> OrderKind {
    match terms {
        _ if !reduce_only => OrderKind::Entry,
        Terms::Limit(_) => OrderKind::Target,
        Terms::Stop(_) => OrderKind::Stop,
        Terms::Market => OrderKind::Market,
    }
}

fn standing(open: &OpenOrder) -> Standing {
    let order = open.order;
    let waits = open.instruction.waits_for;
    (order.id.code(), order.terms.price(), order.lots, open.filled, open.queue, waits.is_some())
}

#[pymethods]
impl PyVenue {
    #[new]
    fn new(tape: &PyTape, config: &PyVenueConfig) -> Self {
        let venue = Venue::new(config.0.clone());
        let (tape, visits) = (Arc::clone(&tape.0), Visits::default());
        Self(Mutex::new(Walk { tape, venue, row: 0, visits, followed: 0 }))
    }

    fn extend(&self, more: &PyTape) -> PyResult<()> {
        let mut walk = self.walk();
        Arc::make_mut(&mut walk.tape).append(&more.0).map_err(value_error)
    }

    fn restore(&self, holding: usize, side: i8, lots: i64, price: i64) -> PyResult<()> {
        let side = parse_side(side)?;
        self.walk().venue.restore(holding, side, lots, price);
        Ok(())
    }

    fn seek(&self, row: usize) {
        let mut walk = self.walk();
        let (bid, ask) = walk.tape.path().quotes_before(row);
        walk.venue.place_at(row, bid, ask);
        walk.row = row;
    }

    #[getter]
    fn row(&self) -> usize {
        self.walk().row
    }

    #[getter]
    fn next_us(&self) -> i64 {
        self.walk().venue.next_us()
    }

    #[getter]
    fn quotes(&self) -> (Option<i64>, Option<i64>) {
        self.walk().venue.quotes()
    }

    #[getter]
    fn cash(&self) -> i128 {
        self.walk().venue.cash().billionths()
    }

    fn position(&self, holding: usize) -> Option<(i8, i64, f64)> {
        let walk = self.walk();
        walk.venue.holding(holding).map(|held| (held.side as i8, held.lots, held.cost))
    }

    fn bound(&self, side: i8) -> Option<i64> {
        self.walk().venue.bound(Side::from_code(side)?)
    }

    fn orders(&self) -> Vec<Standing> {
        self.walk().venue.orders().iter().map(standing).collect()
    }

    fn set_margin(&self, leverage: f64, maintenance_rate: f64) {
        let margin = Margin { leverage, maintenance: maintenance_rate };
        self.walk().venue.set_margin((leverage > 0.0).then_some(margin));
    }

    #[pyo3(signature = (sent_us, order, side, kind, price, lots, *, holding, armed = false, reduce_only = false,
                        crossing = "rest", rising = None, waits_for = None, whole = false))]
    #[allow(clippy::too_many_arguments)] // an order form has as many fields
    fn place<'py>(
        &self,
        py: Python<'py>,
        sent_us: i64,
        order: i64,
        side: i8,
        kind: &str,
        price: i64,
        lots: i64,
        holding: usize,
        armed: bool,
        reduce_only: bool,
        crossing: &str,
        rising: Option<bool>,
        waits_for: Option<i64>,
        whole: bool,
    ) -> Rows<'py> {
        let side = parse_side(side)?;
        let (id, terms, crossing) = (order_id(order)?, terms_of(kind, price)?, crossing_of(crossing)?);
        let order = Order { id, kind: kind_of(terms, reduce_only), side, terms, lots, armed };
        let approach = match rising {
            None => Approach::of_stop(side),
            Some(true) => Approach::Rising,
            Some(false) => Approach::Falling,
        };
        let instruction = Instruction { holding, reduce_only, crossing, approach, waits_for, whole };
        let (mut walk, mut events) = (self.walk(), Vec::new());
        let ahead = walk.ahead(sent_us);
        walk.venue.submit(sent_us, order, instruction, ahead, &mut events);
        said(py, &events)
    }

    #[allow(clippy::too_many_arguments)] // an amendment has as many fields
    fn amend<'py>(
        &self,
        py: Python<'py>,
        sent_us: i64,
        order: i64,
        kind: &str,
        price: i64,
        lots: i64,
        version: u16,
        armed: bool,
    ) -> Rows<'py> {
        let amendment =
            Amendment { id: order_id(order)?, terms: terms_of(kind, price)?, lots, version, armed };
        let (mut walk, mut events) = (self.walk(), Vec::new());
        let ahead = walk.ahead(sent_us);
        walk.venue.execute(sent_us, &Command::Amend(amendment), ahead, &mut events);
        said(py, &events)
    }

    fn wait_for(&self, order: i64, trigger: i64) -> PyResult<()> {
        self.walk().venue.wait_for(order_id(order)?, trigger);
        Ok(())
    }

    fn cancel<'py>(&self, py: Python<'py>, sent_us: i64, order: i64, armed: bool) -> Rows<'py> {
        let (command, mut events) = (Command::Cancel { id: order_id(order)?, armed }, Vec::new());
        self.walk().venue.execute(sent_us, &command, 0, &mut events);
        said(py, &events)
    }

    fn run<'py>(&self, py: Python<'py>, stop: usize) -> Rows<'py> {
        let mut events = Vec::new();
        py.detach(|| self.walk().run(stop, &mut events));
        said(py, &events)
    }

    fn on_clock<'py>(&self, py: Python<'py>, now_us: i64) -> Rows<'py> {
        let mut events = Vec::new();
        self.walk().venue.on_clock(now_us, &mut events);
        said(py, &events)
    }

    fn fund<'py>(&self, py: Python<'py>, ts_us: i64, rate: i64, mark: i64) -> Rows<'py> {
        let (stamp, mut events) =
            (FundingStamp { ts_us, rate: Rate::from_billionths(rate), mark }, Vec::new());
        self.walk().venue.fund(&stamp, &mut events);
        said(py, &events)
    }

    fn end<'py>(&self, py: Python<'py>) -> Rows<'py> {
        let (mut walk, mut events) = (self.walk(), Vec::new());
        let last = (0..walk.row).rev().find(|&row| walk.tape.get(row).is_on_book());
        if let Some(row) = last {
            let print = walk.tape.get(row);
            walk.venue.end(row, &print, &mut events);
        }
        said(py, &events)
    }
}

pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<PyVenue>()
}

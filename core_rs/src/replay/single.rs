//! One order, or one bracket, alone: the same venue, trader and loop, entered half way.

use crate::engine::{Command, Event, Fill, Intent, Opposite, Order, OrderKind, Terms, Venue, VenueConfig};
use crate::tape::{Side, Tape};

use super::outcomes::finish;
use super::{Outcome, Session};

/// How a lone order stands at its end or the tape's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum LoneStatus {
    /// Nothing filled.
    Open = 0,
    /// Filled whole.
    Filled = 1,
    /// Filled in part.
    Partial = 2,
    /// Post-only, and would have taken.
    RejectPostOnly = 3,
}

/// The life of a lone resting order.
#[derive(Clone, Debug)]
pub struct LoneOrder {
    /// How it ended.
    pub status: LoneStatus,
    /// Its fills: row, time, lots.
    pub fills: Vec<(usize, i64, i64)>,
    /// Lots not filled.
    pub remaining: i64,
    /// Lots that were still ahead of it.
    pub queue_left: i64,
}

const ID: i64 = 0;

/// Rests a post-only order at the venue at `submit_us`; cancels what is left at `cancel_us`.
#[must_use]
pub fn fill_order(
    tape: &Tape,
    (side, price, lots): (Side, i64, i64),
    submit_us: i64,
    cancel_us: Option<i64>,
    config: VenueConfig,
) -> LoneOrder {
    let start = tape.first_at(submit_us);
    let mut venue = Venue::new(config);
    let terms = Terms::Limit(price);
    let order = Order { id: ID, intent: 0, kind: OrderKind::Entry, side, terms, lots, armed: false };
    venue.execute(submit_us, Command::Place(order));
    if let Some(cancel_us) = cancel_us {
        venue.execute(cancel_us, Command::Cancel(ID));
    }
    let queue_left = config.fill.queue_ahead();
    let mut lone = LoneOrder { status: LoneStatus::Open, fills: Vec::new(), remaining: lots, queue_left };
    let mut next = start;
    while let Some(open) = venue.find(ID) {
        lone.queue_left = open.queue;
        let Some(row) = next_print(&venue, tape, next) else { break };
        lone.take(&print(&mut venue, tape, row));
        next = row + 1;
    }
    lone
}

// The next print on the book that the venue must see.
fn next_print(venue: &Venue, tape: &Tape, from: usize) -> Option<usize> {
    let (path, end) = (tape.path(), tape.path().book_end());
    let due_row = path.first_at(venue.next_us()).clamp(from, end.max(from));
    let passage = path.first_outside(from..due_row, venue.quiet_band());
    let row = if passage.found { passage.row } else { path.first_on_book(passage.row..end) };
    (row < end).then_some(row)
}

fn print(venue: &mut Venue, tape: &Tape, row: usize) -> Vec<Event> {
    let mut events = Vec::new();
    let print = tape.get(row);
    let (bid, ask) = tape.path().quotes_before(row);
    venue.place_at(row, bid, ask);
    while venue.next_us() <= print.ts_us {
        venue.on_clock(venue.next_us(), &mut events);
    }
    venue.on_print(row, &print, &mut events);
    events
}

impl LoneOrder {
    fn take(&mut self, events: &[Event]) {
        for event in events {
            match event {
                Event::Filled(fill) => {
                    self.fills.push((fill.row, fill.ts_us, fill.lots));
                    self.remaining = fill.left;
                    self.queue_left = fill.queue;
                    self.status = if fill.left == 0 { LoneStatus::Filled } else { LoneStatus::Partial };
                }
                Event::Rejected(_) => self.status = LoneStatus::RejectPostOnly,
                Event::Cancelled(_) => {}
            }
        }
    }
}

/// Follows a position that was opened whole at the print of `fill_row`, at `entry` ticks.
#[must_use]
pub fn bracket(tape: &Tape, fill_row: usize, entry: i64, intent: Intent, config: VenueConfig) -> Outcome {
    let mut session = Session::new(tape, config, Opposite::Ignore);
    session.seek(fill_row + 1);
    let fill = Fill {
        id: ID,
        intent: 0,
        kind: OrderKind::Entry,
        ts_us: tape.get(fill_row).ts_us,
        row: fill_row,
        price: entry,
        lots: intent.lots,
        maker: intent.is_maker(),
        fee: config.rates.fee(intent.is_maker(), entry, intent.lots),
        left: 0,
        queue: 0,
    };
    session.restore(0, intent, &fill);
    let splits = tape.path().splits(config.max_gap_us);
    finish(tape, &splits, &mut session, fill_row + 1, fill.ts_us)
}

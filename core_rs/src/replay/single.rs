//! One order, or one bracket, alone: the same venue, trader and loop, entered half way.

use crate::engine::{
    Command, Event, Fill, FundingStamp, Intent, Money, Opposite, Order, OrderId, OrderKind, Policy, Terms,
    Venue, VenueConfig,
};
use crate::tape::{Side, Tape};

use super::outcomes::finish;
use super::session::queue_ahead;
use super::{Outcome, Session, Setup};

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

/// Rests a post-only order at the venue at `submit_us`; cancels what is left at `cancel_us`.
#[must_use]
pub fn fill_order(
    tape: &Tape,
    (side, price, lots): (Side, i64, i64),
    submit_us: i64,
    cancel_us: Option<i64>,
    config: &VenueConfig,
) -> LoneOrder {
    let start = tape.first_at(submit_us);
    let (mut venue, mut events) = (Venue::new(config.clone()), Vec::new());
    let (id, kind, terms) = (OrderId::new(0, 0), OrderKind::Entry, Terms::Limit(price));
    let queue_left = queue_ahead(config, || tape.visits().median_before(submit_us));
    let order = Command::Place(Order { id, kind, side, terms, lots, armed: false });
    venue.execute(submit_us, &order, queue_left, &mut events);
    if let Some(cancel_us) = cancel_us {
        venue.execute(cancel_us, &Command::Cancel { id, armed: false }, 0, &mut events);
    }
    let mut lone = LoneOrder { status: LoneStatus::Open, fills: Vec::new(), remaining: lots, queue_left };
    let mut next = start;
    while let Some(open) = venue.find(id) {
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
                Event::Rejected { .. } => self.status = LoneStatus::RejectPostOnly,
                _ => {}
            }
        }
    }
}

/// Follows a position that was opened whole at the print of `fill_row`, at `entry` ticks.
#[must_use]
pub fn bracket(
    tape: &Tape,
    fill_row: usize,
    entry: i64,
    intent: Intent,
    config: &VenueConfig,
    funding: &[FundingStamp],
) -> Outcome {
    let policy = Policy { opposite: Opposite::Ignore, max_positions: 1 };
    let mut session = Session::new(tape, Setup { venue: config, policy, funding });
    session.seek(fill_row + 1);
    let maker = intent.is_maker();
    let fill = Fill {
        id: OrderId::new(0, 0),
        execution: 0,
        ts_us: tape.get(fill_row).ts_us,
        row: fill_row,
        side: intent.side,
        price: entry,
        lots: intent.lots,
        cumulative: intent.lots,
        left: 0,
        maker,
        fee: config.fees.base().of(maker).of(Money::value(entry, intent.lots)),
        queue: 0,
    };
    session.restore(0, intent, &fill);
    let splits = tape.path().splits(config.max_gap_us);
    finish(tape, &splits, &mut session, fill_row + 1, fill.ts_us)
}

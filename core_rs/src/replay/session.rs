//! The one step loop: carries messages between trader, venue and ledger, print by print.
//!
//! Most prints reach no order and let nothing fall due. They are passed over through the path index, which knows their
//! lowest and highest price for the trade's excursions; a test shows that visiting them changes nothing. Prints off the
//! book are as if they were not there, but that one in a silence proves that the tape did not split.

use crate::engine::{
    Command, Event, Fill, FillModel, FundingStamp, Intent, OrderNames, Outbox, Policy, QueueAhead, Record,
    Trader, Venue, VenueConfig,
};
use crate::tape::{Path, PriceRange, Tape};

use super::{Ledger, SkipRow};

/// What a run is made of, besides tape and intents.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'s> {
    /// The venue.
    pub venue: &'s VenueConfig,
    /// What the trader may do.
    pub policy: Policy,
    /// Funding, in time order.
    pub funding: &'s [FundingStamp],
}

/// A queue that no volume clears: what is assumed where nothing is known, so that only a proof fills.
const ENDLESS: i64 = i64::MAX;

/// A trader at a simulated venue, on a tape.
pub struct Session<'t> {
    tape: &'t Tape,
    path: Path<'t>,
    funding: &'t [FundingStamp],
    /// The state machine.
    pub trader: Trader,
    /// Its venue.
    pub venue: Venue,
    /// What happened.
    pub ledger: Ledger,
    /// Row and rejection of the last entry that ended without a fill.
    pub no_trade: Option<(usize, bool)>,
    outbox: Outbox,
    events: Vec<Event>,
    /// The next funding stamp of an open position.
    stamp: Option<usize>,
    due_us: i64,
    /// The first print at or after `due_us`, once it was looked up.
    due_row: Option<usize>,
    quiet: PriceRange,
    /// The next print, and whether trader and venue have not seen the last ones.
    row: usize,
    stale: bool,
}

impl<'t> Session<'t> {
    /// A flat session before the first print.
    #[must_use]
    pub fn new(tape: &'t Tape, setup: Setup<'t>) -> Self {
        Self {
            tape,
            path: tape.path(),
            funding: setup.funding,
            trader: Trader::new(setup.policy, OrderNames::replay()),
            venue: Venue::new(setup.venue.clone()),
            ledger: Ledger::default(),
            no_trade: None,
            outbox: Outbox::default(),
            events: Vec::new(),
            stamp: None,
            due_us: i64::MAX,
            due_row: None,
            quiet: PriceRange::ALL,
            row: 0,
            stale: false,
        }
    }

    /// Whether nothing can happen before the next verdict.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.trader.is_flat() && self.venue.orders().is_empty()
    }

    /// Starts afresh, flat and with an empty ledger.
    pub fn reset(&mut self) {
        self.trader.reset();
        self.venue.reset();
        self.ledger.clear();
        self.no_trade = None;
        self.look_ahead(i64::MIN);
    }

    /// Moves an idle session before the print of `row`.
    pub fn seek(&mut self, row: usize) {
        let (bid, ask) = self.path.quotes_before(row);
        self.venue.place_at(row, bid, ask);
        self.trader.set_quotes(bid, ask);
        self.row = row;
        self.stale = false;
    }

    /// Hands the trader the verdict to enter `intent`.
    pub fn verdict(&mut self, row: usize, intent: Intent) {
        self.refresh();
        self.advance(intent.ts_us);
        self.ledger.note_risk(row, intent.risk());
        self.trader.on(intent.ts_us, &Event::Verdict { row, intent }, &mut self.outbox);
        self.settle(intent.ts_us);
    }

    /// Notes a verdict that comes after the tape.
    pub fn too_late(&mut self, row: usize) {
        self.ledger.skips.push(SkipRow { intent: row, reason: crate::engine::SkipReason::Late });
    }

    /// Goes on from the position that `fill` opened whole.
    pub fn restore(&mut self, row: usize, intent: Intent, fill: &Fill) {
        self.ledger.note_risk(row, intent.risk());
        self.trader.on(fill.ts_us, &Event::Verdict { row, intent }, &mut self.outbox);
        self.outbox.commands.clear();
        self.trader.on(fill.ts_us, &Event::Filled(*fill), &mut self.outbox);
        self.venue.restore(row, intent.side, fill.lots, fill.price);
        self.settle(fill.ts_us);
    }

    /// Passes over the prints from `row` on that can change nothing; returns the first that can, or `end`.
    pub fn skip(&mut self, row: usize, end: usize) -> usize {
        let due_us = self.due_us;
        let due_row = *self.due_row.get_or_insert_with(|| self.path.first_at(due_us));
        let passage = self.path.first_outside(row..due_row.max(row).min(end), self.quiet);
        if passage.row > row {
            self.trader.observe(passage.seen);
            self.row = passage.row;
            self.stale = true;
        }
        if passage.found { passage.row } else { self.path.first_on_book(passage.row..end) }
    }

    /// Everything that the print of `row` brings about.
    pub fn visit(&mut self, row: usize) {
        let print = self.tape.get(row);
        if !print.is_on_book() {
            return;
        }
        self.refresh();
        self.row = row + 1;
        if self.due_us <= print.ts_us {
            self.advance(print.ts_us);
        }
        self.venue.on_print(row, &print, &mut self.events);
        let heard = Event::Trade { price: print.price, side: print.side };
        self.trader.on(print.ts_us, &heard, &mut self.outbox);
        if !self.events.is_empty() || !self.outbox.commands.is_empty() {
            self.settle(print.ts_us);
        }
    }

    /// Marks out an open position at the last print on the book, and withdraws all orders.
    pub fn end(&mut self) {
        let Some(row) = self.path.book_end().checked_sub(1) else { return };
        let print = self.tape.get(row);
        self.trader.on_end(&mut self.outbox);
        self.carry(print.ts_us);
        self.venue.end(row, &print, &mut self.events);
        self.settle(print.ts_us);
    }

    // Tells trader and venue of prints that were passed over.
    fn refresh(&mut self) {
        if self.stale {
            self.seek(self.row);
        }
    }

    // What falls due until `ts_us`, in time order; at one time the venue speaks first, then funding, then the trader.
    fn advance(&mut self, ts_us: i64) {
        loop {
            let (venue_us, stamp_us) = (self.venue.next_us(), self.stamp_us());
            let now_us = venue_us.min(stamp_us).min(self.trader.next_us());
            if now_us > ts_us {
                break;
            }
            if venue_us == now_us {
                self.venue.on_clock(now_us, &mut self.events);
            } else if let Some(stamp) = self.stamp.filter(|_| stamp_us == now_us) {
                self.venue.fund(&self.funding[stamp], &mut self.events);
                self.stamp = Some(stamp + 1);
            } else {
                // Time needs no feed.
                self.trader.on(now_us, &Event::Clock, &mut self.outbox);
                self.carry(now_us);
            }
            self.settle(now_us);
        }
    }

    fn stamp_us(&self) -> i64 {
        self.stamp.and_then(|stamp| self.funding.get(stamp)).map_or(i64::MAX, |stamp| stamp.ts_us)
    }

    // Carries messages until nobody has anything to say; what answers an event leaves the feed's latency later.
    fn settle(&mut self, now_us: i64) {
        let answer_us = now_us + self.venue.config().feed_latency_us;
        self.carry(answer_us);
        while !self.events.is_empty() {
            for event in std::mem::take(&mut self.events) {
                self.ledger.note(now_us, &event);
                self.trader.on(now_us, &event, &mut self.outbox);
            }
            self.carry(answer_us);
        }
        self.look_ahead(now_us);
    }

    // What the next print must be or bring to matter.
    fn look_ahead(&mut self, now_us: i64) {
        if self.venue.position() == 0 {
            self.stamp = None;
        } else if self.stamp.is_none() {
            self.stamp = Some(self.funding.partition_point(|stamp| stamp.ts_us <= now_us));
        }
        let due_us = self.venue.next_us().min(self.trader.next_us()).min(self.stamp_us());
        if due_us != self.due_us {
            self.due_us = due_us;
            self.due_row = None;
        }
        self.quiet = self.venue.quiet_band().narrowed(self.trader.quiet_band());
    }

    fn carry(&mut self, sent_us: i64) {
        for command in std::mem::take(&mut self.outbox.commands) {
            self.ledger.send(sent_us, &command);
            let ahead = match command {
                Command::Cancel { .. } => 0,
                Command::Place(_) | Command::Amend(_) => {
                    queue_ahead(self.venue.config(), || self.tape.visits().median_before(sent_us))
                }
            };
            self.venue.execute(sent_us, &command, ahead, &mut self.events);
        }
        for record in self.outbox.records.drain(..) {
            match record {
                Record::Trade(trade) => self.ledger.trades.push(trade),
                Record::NoTrade { intent, rejected } => self.no_trade = Some((intent, rejected)),
                Record::Skip { intent, reason } => self.ledger.skips.push(SkipRow { intent, reason }),
            }
        }
    }
}

/// Lots ahead of an order, where `median` says what a visit trades at the time at which it is sent.
#[must_use]
pub fn queue_ahead(config: &VenueConfig, median: impl FnOnce() -> Option<f64>) -> i64 {
    match (config.fill, config.queue) {
        (FillModel::Touch | FillModel::Through, _) => 0,
        (FillModel::Queue, QueueAhead::Lots(lots)) => lots,
        // A part of a lot counts as a whole one.
        (FillModel::Queue, QueueAhead::Visits(kappa)) => {
            median().map_or(ENDLESS, |lots| (kappa * lots).ceil() as i64)
        }
    }
}

//! The one step loop: carries messages between trader, venue and ledger, print by print.
//!
//! Most prints reach no order and let nothing fall due. They are passed over through the path index, which knows their
//! lowest and highest price for the trade's excursions; a test shows that visiting them changes nothing. Prints off the
//! book are as if they were not there, but that one in a silence proves that the tape did not split.

use crate::engine::{
    Command, Event, Fill, Intent, Opposite, Outbox, Record, SkipReason, Trader, Venue, VenueConfig,
};
use crate::tape::{Path, PriceRange, Tape};

use super::{Ledger, SkipRow};

/// A trader at a simulated venue, on a tape.
pub struct Session<'t> {
    tape: &'t Tape,
    path: Path<'t>,
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
    risks: Vec<(usize, f64)>,
    due_us: i64,
    /// The first print at or after `due_us`, once it was looked up.
    due_row: Option<usize>,
    quiet: PriceRange,
    /// The next print, and whether the venue has not seen the last ones.
    row: usize,
    stale: bool,
}

impl<'t> Session<'t> {
    /// A flat session before the first print.
    #[must_use]
    pub fn new(tape: &'t Tape, config: VenueConfig, opposite: Opposite) -> Self {
        Self {
            tape,
            path: tape.path(),
            trader: Trader::new(opposite),
            venue: Venue::new(config),
            ledger: Ledger::default(),
            no_trade: None,
            outbox: Outbox::default(),
            events: Vec::new(),
            risks: Vec::new(),
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
    pub fn reset(&mut self, opposite: Opposite) {
        self.trader = Trader::new(opposite);
        self.venue = Venue::new(*self.venue.config());
        self.ledger.clear();
        self.no_trade = None;
        self.risks.clear();
        self.look_ahead();
    }

    /// Moves an idle session before the print of `row`.
    pub fn seek(&mut self, row: usize) {
        let (bid, ask) = self.path.quotes_before(row);
        self.venue.place_at(row, bid, ask);
        self.row = row;
        self.stale = false;
    }

    /// Hands the trader the verdict to enter `intent`.
    pub fn verdict(&mut self, row: usize, intent: Intent) {
        self.refresh();
        self.advance(intent.ts_us);
        self.risks.push((row, intent.risk()));
        self.trader.on_verdict(intent.ts_us, row, intent, &mut self.outbox);
        self.settle(intent.ts_us);
    }

    /// Notes a verdict that the tape was too short for.
    pub fn too_late(&mut self, row: usize) {
        self.ledger.skips.push(SkipRow { intent: row, reason: SkipReason::Late });
    }

    /// Puts the trader into an open position that `fill` opened.
    pub fn restore(&mut self, row: usize, intent: Intent, fill: &Fill) {
        self.risks.push((row, intent.risk()));
        self.trader = Trader::restored(row, intent, fill, &mut self.outbox);
        self.venue.restore(self.trader.position());
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
        self.trader.observe(PriceRange::at(print.price));
        self.venue.on_print(row, &print, &mut self.events);
        if !self.events.is_empty() {
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

    // Tells the venue of prints that were passed over.
    fn refresh(&mut self) {
        if self.stale {
            self.seek(self.row);
        }
    }

    // What falls due until `ts_us`, in time order; at one time the venue speaks before the trader.
    fn advance(&mut self, ts_us: i64) {
        loop {
            let (venue_us, trader_us) = (self.venue.next_us(), self.trader.next_us());
            let now_us = venue_us.min(trader_us);
            if now_us > ts_us {
                break;
            }
            if venue_us == now_us {
                self.venue.on_clock(now_us, &mut self.events);
            } else {
                self.trader.on_clock(now_us, &mut self.outbox);
            }
            self.settle(now_us);
        }
    }

    // Carries messages until nobody has anything to say.
    fn settle(&mut self, now_us: i64) {
        self.carry(now_us);
        while !self.events.is_empty() {
            for event in std::mem::take(&mut self.events) {
                self.ledger.note(now_us, &event, self.risk_of(&event));
                self.trader.on_event(now_us, &event, &mut self.outbox);
            }
            self.carry(now_us);
        }
        self.look_ahead();
    }

    // What the next print must be or bring to matter.
    fn look_ahead(&mut self) {
        let due_us = self.venue.next_us().min(self.trader.next_us());
        if due_us != self.due_us {
            self.due_us = due_us;
            self.due_row = None;
        }
        self.quiet = self.venue.quiet_band();
    }

    fn carry(&mut self, now_us: i64) {
        for command in self.outbox.commands.drain(..) {
            if let Command::Place(order) = &command {
                self.ledger.place(now_us, order);
            }
            self.venue.execute(now_us, command);
        }
        for record in self.outbox.records.drain(..) {
            match record {
                Record::Trade(trade) => self.ledger.trades.push(trade),
                Record::NoTrade { intent, rejected } => self.no_trade = Some((intent, rejected)),
                Record::Skip { intent, reason } => self.ledger.skips.push(SkipRow { intent, reason }),
            }
        }
    }

    fn risk_of(&self, event: &Event) -> f64 {
        let Event::Filled(fill) = event else { return f64::NAN };
        self.risks.iter().rev().find(|(row, _)| *row == fill.intent).map_or(f64::NAN, |(_, risk)| *risk)
    }
}

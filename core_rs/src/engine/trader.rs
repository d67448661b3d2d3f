//! The trader: verdicts, venue events and time in; commands and records out. No clock, no network.
//!
//! ```text
//!            verdict                first fill
//!   Flat ──────────────> Working ──────────────> Open ── exit fills, entry over ──> Flat
//!     ^   rejected,  |      |                     |  time limit, opposite verdict,
//!     |   expired    |      | opposite verdict    |  exit fills while the entry works
//!     |<─────────────┘      v                     v
//!     └──────────────── Closing <─────────────────┘
//!        flat and entry over
//! ```
//!
//! One trade at a time: it is over when its position is flat *and* its entry order is terminal. From the first filled
//! lot on a stop rests at the venue. Lots that fill while the trade is closing leave at market.

use super::deal::{Deal, Entry, ExitReason};
use super::{Command, Event, Fill, Intent, OrderId, OrderKind, Outbox, Record, SkipReason, Terms};
use crate::tape::PriceRange;

/// What a verdict opposite to the running trade does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// Closes the trade, then enters.
    Flip,
    /// Closes the trade.
    Close,
    /// Nothing.
    Ignore,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Flat,
    /// The entry works, nothing is filled.
    Working(Deal),
    /// A position with its bracket; the entry may still work.
    Open(Deal),
    /// On the way out, for this reason.
    Closing(Deal, ExitReason),
}

/// The state machine of one symbol.
#[derive(Clone, Debug)]
pub struct Trader {
    opposite: Opposite,
    state: State,
    /// To be entered once flat.
    next: Option<(usize, Intent)>,
}

impl Trader {
    /// A flat trader.
    #[must_use]
    pub const fn new(opposite: Opposite) -> Self {
        Self { opposite, state: State::Flat, next: None }
    }

    /// A trader whose `intent` was filled whole by `fill`; the bracket goes to `out`.
    #[must_use]
    pub fn restored(row: usize, intent: Intent, fill: &Fill, out: &mut Outbox) -> Self {
        let mut deal = Deal::new(row, intent);
        let _entry = deal.order(OrderKind::Entry, Terms::Market, false);
        deal.enter(fill);
        arm(&mut deal, out);
        Self { state: State::Open(deal), ..Self::new(Opposite::Ignore) }
    }

    /// Whether nothing runs and nothing waits.
    #[must_use]
    pub const fn is_flat(&self) -> bool {
        matches!(self.state, State::Flat)
    }

    /// Open lots, long positive.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.deal().map_or(0, |deal| deal.intent.side.sign() * deal.lots)
    }

    const fn deal(&self) -> Option<&Deal> {
        match &self.state {
            State::Flat => None,
            State::Working(deal) | State::Open(deal) | State::Closing(deal, _) => Some(deal),
        }
    }

    /// When the trader next wants `on_clock`.
    #[must_use]
    pub fn next_us(&self) -> i64 {
        match &self.state {
            State::Working(deal) => expiry_us(deal),
            State::Open(deal) => expiry_us(deal).min(deal.deadline_us()),
            State::Flat | State::Closing(..) => i64::MAX,
        }
    }

    /// Notes the prices of prints, before the venue matches them.
    pub fn observe(&mut self, prices: PriceRange) {
        match &mut self.state {
            State::Open(deal) | State::Closing(deal, _) if deal.lots > 0 => deal.observe(prices),
            _ => {}
        }
    }

    /// Takes the verdict to enter `intent`.
    pub fn on_verdict(&mut self, now_us: i64, row: usize, intent: Intent, out: &mut Outbox) {
        let skip = |reason| Record::Skip { intent: row, reason };
        match self.state {
            State::Flat => self.enter(now_us, row, intent, out),
            State::Working(deal) | State::Open(deal) if deal.intent.side != intent.side => {
                match self.opposite {
                    Opposite::Flip => self.next = Some((row, intent)),
                    Opposite::Close => out.records.push(skip(SkipReason::Closes)),
                    Opposite::Ignore => return out.records.push(skip(SkipReason::Ignored)),
                }
                self.close(deal, ExitReason::Opposite, out);
            }
            _ => out.records.push(skip(SkipReason::Busy)),
        }
    }

    /// Acts on what falls due at `now_us`.
    pub fn on_clock(&mut self, now_us: i64, out: &mut Outbox) {
        match &mut self.state {
            State::Open(deal) if deal.deadline_us() <= now_us => {
                let deal = *deal;
                self.close(deal, ExitReason::Time, out);
            }
            State::Working(deal) | State::Open(deal) => withdraw(deal, out),
            State::Flat | State::Closing(..) => {}
        }
    }

    /// Hears from the venue.
    pub fn on_event(&mut self, now_us: i64, event: &Event, out: &mut Outbox) {
        match event {
            Event::Filled(fill) if fill.kind == OrderKind::Entry => self.on_entry(fill, out),
            Event::Filled(fill) => self.on_exit(fill, out),
            Event::Rejected(id) => self.on_entry_over(*id, true, out),
            Event::Cancelled(id) => self.on_entry_over(*id, false, out),
        }
        if self.deal().is_some_and(Deal::is_over) {
            self.finish(now_us, out);
        }
    }

    /// Leaves the market at the end of the tape.
    pub fn on_end(&mut self, out: &mut Outbox) {
        if let Some((intent, _)) = self.next.take() {
            out.records.push(Record::Skip { intent, reason: SkipReason::Late });
        }
        if let Some(mut deal) = self.deal().copied() {
            deal.market_sent = false;
            self.close(deal, ExitReason::End, out);
        }
    }

    fn enter(&mut self, now_us: i64, row: usize, intent: Intent, out: &mut Outbox) {
        if now_us >= intent.expires_us() {
            return out.records.push(Record::Skip { intent: row, reason: SkipReason::Late });
        }
        let mut deal = Deal::new(row, intent);
        let terms = if intent.is_maker() { Terms::Limit(intent.limit) } else { Terms::Market };
        out.commands.push(Command::Place(deal.order(OrderKind::Entry, terms, false)));
        self.state = State::Working(deal);
    }

    fn on_entry(&mut self, fill: &Fill, out: &mut Outbox) {
        match &mut self.state {
            State::Working(deal) => {
                let mut deal = *deal;
                deal.enter(fill);
                arm(&mut deal, out);
                self.state = State::Open(deal);
            }
            State::Open(deal) => deal.enter(fill),
            State::Closing(deal, reason) => {
                deal.enter(fill);
                leave(deal, *reason, out);
            }
            State::Flat => {}
        }
    }

    fn on_exit(&mut self, fill: &Fill, out: &mut Outbox) {
        match &mut self.state {
            State::Open(deal) => {
                let reason = reason_of(fill.kind, ExitReason::Time);
                deal.exit(fill, reason);
                if deal.lots == 0 {
                    let deal = *deal;
                    self.close(deal, reason, out);
                }
            }
            State::Closing(deal, reason) => deal.exit(fill, reason_of(fill.kind, *reason)),
            State::Flat | State::Working(_) => {}
        }
    }

    fn on_entry_over(&mut self, id: OrderId, rejected: bool, out: &mut Outbox) {
        let (State::Working(deal) | State::Open(deal) | State::Closing(deal, _)) = &mut self.state else {
            return;
        };
        if id != deal.entry_id() {
            return;
        }
        deal.entry = Entry::Over;
        if !deal.is_filled() {
            out.records.push(Record::NoTrade { intent: deal.row, rejected });
        }
    }

    // Withdraws what still works and leaves with what is open.
    fn close(&mut self, mut deal: Deal, reason: ExitReason, out: &mut Outbox) {
        withdraw(&mut deal, out);
        leave(&mut deal, reason, out);
        self.state = State::Closing(deal, reason);
    }

    fn finish(&mut self, now_us: i64, out: &mut Outbox) {
        out.records.extend(self.deal().and_then(Deal::summary).map(Record::Trade));
        self.state = State::Flat;
        if let Some((row, intent)) = self.next.take() {
            self.enter(now_us, row, intent, out);
        }
    }
}

fn expiry_us(deal: &Deal) -> i64 {
    if deal.entry == Entry::Working { deal.intent.expires_us() } else { i64::MAX }
}

fn withdraw(deal: &mut Deal, out: &mut Outbox) {
    if deal.entry == Entry::Working {
        deal.entry = Entry::Cancelling;
        out.commands.push(Command::Cancel(deal.entry_id()));
    }
}

// Attaches stop and target to a fresh position.
fn arm(deal: &mut Deal, out: &mut Outbox) {
    place_stop(deal, out);
    let target = Terms::Limit(deal.level(deal.intent.target_distance));
    out.commands.push(Command::Place(deal.order(OrderKind::Target, target, true)));
}

fn place_stop(deal: &mut Deal, out: &mut Outbox) {
    let stop = Terms::Stop(deal.level(-deal.intent.stop_distance));
    deal.stop_rests = true;
    out.commands.push(Command::Place(deal.order(OrderKind::Stop, stop, true)));
}

// Sends the open lots out at market, guarded by a stop until they are gone.
fn leave(deal: &mut Deal, reason: ExitReason, out: &mut Outbox) {
    if deal.lots == 0 {
        return;
    }
    if !deal.stop_rests {
        place_stop(deal, out);
    }
    if !deal.market_sent {
        deal.market_sent = true;
        let foreseen = matches!(reason, ExitReason::Time | ExitReason::End);
        out.commands.push(Command::Place(deal.order(OrderKind::Market, Terms::Market, foreseen)));
    }
}

const fn reason_of(kind: OrderKind, market: ExitReason) -> ExitReason {
    match kind {
        OrderKind::Stop => ExitReason::Stop,
        OrderKind::Target => ExitReason::Target,
        OrderKind::Entry | OrderKind::Market => market,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Side;

    fn filled(kind: OrderKind, lots: i64, left: i64) -> Event {
        let price = if kind == OrderKind::Target { 1006 } else { 1000 };
        let id = if kind == OrderKind::Entry { 0 } else { 99 };
        let (ts_us, row, maker, fee) = (1500, 7, true, 0.0);
        Event::Filled(Fill { id, intent: 0, kind, ts_us, row, price, lots, maker, fee, left, queue: 0 })
    }

    fn placed(out: &mut Outbox) -> Vec<(OrderKind, Terms)> {
        let orders = out.commands.drain(..).filter_map(|command| match command {
            Command::Place(order) => Some((order.kind, order.terms)),
            Command::Cancel(_) => None,
        });
        orders.collect()
    }

    #[test]
    fn the_first_filled_lot_brings_the_bracket() {
        let (mut trader, mut out) = (Trader::new(Opposite::Flip), Outbox::default());
        trader.on_verdict(1000, 0, Intent::sample(Side::Buy), &mut out);
        assert_eq!(placed(&mut out), [(OrderKind::Entry, Terms::Limit(1000))]);
        trader.on_event(1500, &filled(OrderKind::Entry, 1, 2), &mut out);
        let bracket = [(OrderKind::Stop, Terms::Stop(996)), (OrderKind::Target, Terms::Limit(1006))];
        assert_eq!(placed(&mut out), bracket);
        trader.on_event(1500, &filled(OrderKind::Entry, 2, 0), &mut out);
        assert!(out.commands.is_empty());
        assert_eq!(trader.position(), 3);
    }

    #[test]
    fn an_exit_withdraws_the_rest_of_the_entry_and_late_lots_leave_guarded() {
        let (mut trader, mut out) = (Trader::new(Opposite::Flip), Outbox::default());
        trader.on_verdict(1000, 0, Intent::sample(Side::Buy), &mut out);
        trader.on_event(1500, &filled(OrderKind::Entry, 1, 2), &mut out);
        out.commands.clear();
        trader.on_event(1500, &filled(OrderKind::Target, 1, 0), &mut out);
        assert!(matches!(out.commands[..], [Command::Cancel(0)]));
        out.commands.clear();
        trader.on_event(1501, &filled(OrderKind::Entry, 1, 1), &mut out);
        assert_eq!(
            placed(&mut out),
            [(OrderKind::Stop, Terms::Stop(996)), (OrderKind::Market, Terms::Market)]
        );
        trader.on_event(1502, &filled(OrderKind::Market, 1, 0), &mut out);
        assert!(!trader.is_flat());
        trader.on_event(1503, &Event::Cancelled(0), &mut out);
        assert!(trader.is_flat());
        let [Record::Trade(trade)] = out.records[..] else { panic!("one trade") };
        assert_eq!((trade.lots, trade.reason), (2, ExitReason::Target));
    }

    #[test]
    fn an_opposite_verdict_waits_until_the_trade_is_over() {
        let (mut trader, mut out) = (Trader::new(Opposite::Flip), Outbox::default());
        trader.on_verdict(1000, 0, Intent::sample(Side::Buy), &mut out);
        out.commands.clear();
        let short = Intent { ts_us: 1100, ..Intent::sample(Side::Sell) };
        trader.on_verdict(1100, 1, short, &mut out);
        assert!(matches!(out.commands[..], [Command::Cancel(0)]));
        trader.on_event(1150, &Event::Cancelled(0), &mut out);
        assert!(
            matches!(out.commands[1], Command::Place(order) if order.intent == 1 && order.side == Side::Sell)
        );
    }
}

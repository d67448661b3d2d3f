//! The trader: events in, commands and records out. No clock, no network; `docs/trader.md` tells it at length.
//!
//! ```text
//!            verdict                first fill
//!   (none) ────────────> Working ──────────────> Open ── stop fills, target fills whole, time limit,
//!     ^   rejected,  |      |                     |      opposite verdict, liquidation, end
//!     |   expired    |      | opposite verdict    |
//!     |<─────────────┘      v                     v
//!     └──────────────── Closing <─────────────────┘
//!        flat, and every order ended with all its fills booked
//! ```
//!
//! That is the life of one trade; up to `max_positions` of them run at a time, all of one side: an opposite verdict
//! closes all, or none. So the venue may net them, as Bybit's one-way mode does, and none reduces another's lots.
//! From the first filled lot on a stop rests at the venue. Lots that fill while a trade is closing leave at market.
//!
//! An event that is late, repeated or out of order changes nothing: see `ticket` and `books`.

mod tests;

use serde::{Deserialize, Serialize};

use super::deal::Deal;
use super::message::{Event, Outbox, Record, SkipReason};
use super::order::{OrderId, OrderNames};
use super::trade_row::ExitReason;
use super::{Intent, Money};
use crate::saved::{self, Unusable};
use crate::tape::{PriceRange, Side};

const MARK: [u8; 8] = *b"PSKYTRD\x01";

/// What a verdict opposite to the running trades does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opposite {
    /// Closes them, then enters.
    Flip,
    /// Closes them.
    Close,
    /// Nothing.
    Ignore,
}

/// What the trader may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Answer to an opposite verdict.
    pub opposite: Opposite,
    /// Most trades at a time, each with its own bracket; at least 1.
    pub max_positions: usize,
}

/// Why bytes are not the state of this trader.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TraderStateError {
    /// Something else, or a state that lost its beginning or end.
    #[error(
        "expected the saved state of a trader, found other or damaged bytes; reconcile with the venue instead"
    )]
    Damaged,
    /// Another policy, other order names or another version.
    #[error(
        "expected a state saved with this policy, prefix and version, found another; reconcile with the venue instead"
    )]
    Foreign,
}

impl From<Unusable> for TraderStateError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Damaged => Self::Damaged,
            Unusable::Foreign => Self::Foreign,
        }
    }
}

/// What changes while the trader runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    deals: Vec<Deal>,
    /// To be entered once flat.
    next: Option<(usize, Intent)>,
    /// Verdicts of earlier rows are repetitions.
    next_row: usize,
    /// What finished trades earned after costs.
    realised: Money,
    /// The last prices paid by sellers and by buyers.
    bid: Option<i64>,
    ask: Option<i64>,
}

/// The state machine of one symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trader {
    policy: Policy,
    names: OrderNames,
    state: State,
}

impl Trader {
    /// A flat trader whose orders are named by `names`.
    #[must_use]
    pub fn new(policy: Policy, names: OrderNames) -> Self {
        Self { policy, names, state: State::default() }
    }

    /// Forgets everything but what it was made of.
    pub fn reset(&mut self) {
        self.state.deals.clear();
        self.state = State { deals: std::mem::take(&mut self.state.deals), ..State::default() };
    }

    /// The state as bytes; [`Self::restore`] goes on from them as if there had been no stop.
    ///
    /// # Errors
    /// None that can be expected: the state has nothing that has no bytes.
    pub fn save(&self) -> Result<Vec<u8>, TraderStateError> {
        Ok(saved::pack(MARK, &identity(self.policy, &self.names), &self.state)?)
    }

    /// The trader that [`Self::save`] saved.
    ///
    /// # Errors
    /// Bytes that are damaged, or of a trader with another policy, other names or another version.
    pub fn restore(policy: Policy, names: OrderNames, bytes: &[u8]) -> Result<Self, TraderStateError> {
        let state = saved::unpack(MARK, &identity(policy, &names), bytes)?;
        Ok(Self { policy, names, state })
    }

    /// The names of its orders.
    #[must_use]
    pub const fn names(&self) -> &OrderNames {
        &self.names
    }

    /// Whether nothing runs and nothing waits.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.state.deals.is_empty()
    }

    /// Open lots, long positive.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.state.deals.iter().map(Deal::position).sum()
    }

    /// Rows of the running intents with their open lots, long positive.
    pub fn positions(&self) -> impl Iterator<Item = (usize, i64)> + '_ {
        self.state.deals.iter().map(|deal| (deal.row, deal.position()))
    }

    /// What finished trades earned after costs.
    #[must_use]
    pub const fn realised(&self) -> Money {
        self.state.realised
    }

    /// Profit of the running trades after costs, open lots at `mark` ticks.
    #[must_use]
    pub fn running(&self, mark: i64) -> Money {
        self.state.deals.iter().map(|deal| deal.net(mark)).sum()
    }

    /// When the trader next wants [`Event::Clock`].
    #[must_use]
    pub fn next_us(&self) -> i64 {
        self.state.deals.iter().map(Deal::next_us).min().unwrap_or(i64::MAX)
    }

    /// The prices of trades that cannot make it act.
    #[must_use]
    pub fn quiet_band(&self) -> PriceRange {
        self.state.deals.iter().fold(PriceRange::ALL, |band, deal| band.narrowed(deal.quiet_band()))
    }

    /// Notes trades of the quiet band without hearing each of them.
    pub fn observe(&mut self, prices: PriceRange) {
        self.state.deals.iter_mut().for_each(|deal| deal.observe(prices));
    }

    /// Sets the last prices paid by sellers and buyers, after trades that it was not told of one by one.
    pub const fn set_quotes(&mut self, bid: Option<i64>, ask: Option<i64>) {
        self.state.bid = bid;
        self.state.ask = ask;
    }

    /// Hears what happened at `now_us`.
    pub fn on(&mut self, now_us: i64, event: &Event, out: &mut Outbox) {
        match *event {
            Event::Verdict { row, intent } => self.on_verdict(now_us, row, intent, out),
            Event::Trade { price, side } => return self.on_trade(price, side, out),
            Event::Triggered { .. } => return,
            Event::Accepted { id, version } => {
                self.with(id, |deal| deal.on_accepted(id, version));
                return self.repeg(out);
            }
            Event::Filled(fill) => self.with(fill.id, |deal| deal.on_fill(&fill, out)),
            Event::Rejected { id, reason } => self.with(id, |deal| deal.on_rejected(id, reason, out)),
            Event::Cancelled { id, filled } => self.with(id, |deal| deal.on_cancelled(id, filled, out)),
            Event::Funding(stamp) => self.state.deals.iter_mut().for_each(|deal| deal.fund(&stamp)),
            Event::Clock => self.state.deals.iter_mut().for_each(|deal| deal.on_clock(now_us, out)),
        }
        self.sweep(now_us, out);
    }

    /// Leaves the market at the end of the tape.
    pub fn on_end(&mut self, out: &mut Outbox) {
        if let Some((intent, _)) = self.state.next.take() {
            out.records.push(Record::Skip { intent, reason: SkipReason::Late });
        }
        self.state.deals.iter_mut().for_each(|deal| deal.close(ExitReason::End, out));
    }

    fn with(&mut self, id: OrderId, act: impl FnOnce(&mut Deal)) {
        if let Some(deal) = self.state.deals.iter_mut().find(|deal| deal.row == id.intent()) {
            act(deal);
        }
    }

    fn on_verdict(&mut self, now_us: i64, row: usize, intent: Intent, out: &mut Outbox) {
        if row < self.state.next_row {
            return;
        }
        self.state.next_row = row + 1;
        let is_leaving = self.state.next.is_some() || self.state.deals.iter().all(Deal::is_closing);
        let skip = |reason| Record::Skip { intent: row, reason };
        match self.state.deals.first() {
            None => self.enter(now_us, row, intent, out),
            Some(_) if is_leaving => out.records.push(skip(SkipReason::Busy)),
            Some(deal) if deal.intent.side == intent.side => {
                if self.state.deals.len() < self.policy.max_positions {
                    self.enter(now_us, row, intent, out);
                } else {
                    out.records.push(skip(SkipReason::Busy));
                }
            }
            Some(_) => {
                match self.policy.opposite {
                    Opposite::Flip => self.state.next = Some((row, intent)),
                    Opposite::Close => out.records.push(skip(SkipReason::Closes)),
                    Opposite::Ignore => return out.records.push(skip(SkipReason::Ignored)),
                }
                self.close(ExitReason::Opposite, out);
            }
        }
    }

    fn close(&mut self, reason: ExitReason, out: &mut Outbox) {
        let open = self.state.deals.iter_mut().filter(|deal| !deal.is_closing());
        open.for_each(|deal| deal.close(reason, out));
    }

    fn on_trade(&mut self, price: i64, side: Side, out: &mut Outbox) {
        match side {
            Side::Buy => self.state.ask = Some(price),
            Side::Sell => self.state.bid = Some(price),
        }
        self.observe(PriceRange::at(price));
        self.repeg(out);
    }

    fn best(&self, side: Side) -> Option<i64> {
        match side {
            Side::Buy => self.state.bid,
            Side::Sell => self.state.ask,
        }
    }

    fn repeg(&mut self, out: &mut Outbox) {
        let Some(side) = self.state.deals.first().map(|deal| deal.intent.side) else { return };
        let best = self.best(side);
        self.state.deals.iter_mut().for_each(|deal| deal.repeg(best, out));
    }

    fn enter(&mut self, now_us: i64, row: usize, intent: Intent, out: &mut Outbox) {
        if now_us >= intent.expires_us() {
            return out.records.push(Record::Skip { intent: row, reason: SkipReason::Late });
        }
        let deal = Deal::open(row, intent, self.best(intent.side), out);
        self.state.deals.push(deal);
    }

    // Lets go of trades that are over, and enters what waited for them.
    fn sweep(&mut self, now_us: i64, out: &mut Outbox) {
        let realised = &mut self.state.realised;
        self.state.deals.retain(|deal| {
            let result = deal.result();
            if result.is_some() {
                *realised += deal.net(0);
            }
            out.records.extend(result);
            result.is_none()
        });
        if self.is_flat()
            && let Some((row, intent)) = self.state.next.take()
        {
            self.enter(now_us, row, intent, out);
        }
    }
}

// Everything that must be the same to go on.
fn identity(policy: Policy, names: &OrderNames) -> String {
    format!("{policy:?} {names:?}")
}

//! Outcomes: each intent replayed alone.

use crate::engine::{ExitReason, Intent, Opposite, TradeRow, VenueConfig};
use crate::tape::Tape;

use super::Session;

/// How an intent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum OutcomeStatus {
    /// The entry order expired.
    Unfilled = 0,
    /// Left at the target.
    Target = 1,
    /// Stopped.
    Stop = 2,
    /// Left at the time limit.
    Time = 3,
    /// A gap or the end of the tape came first: no label.
    Censored = 4,
    /// The post-only entry would have taken.
    Rejected = 5,
}

/// What an intent earned alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub status: OutcomeStatus,
    /// Time of the print that settles it; prints up to here determine the outcome.
    pub known_at_us: i64,
    /// The trade, where there was one.
    pub trade: Option<TradeRow>,
}

/// Runs each intent alone through trader and venue until its trade is over.
#[must_use]
pub fn outcomes(tape: &Tape, intents: &[Intent], config: VenueConfig) -> Vec<Outcome> {
    let mut session = Session::new(tape, config, Opposite::Ignore);
    intents.iter().enumerate().map(|(row, intent)| alone(tape, &mut session, row, *intent)).collect()
}

fn alone(tape: &Tape, session: &mut Session<'_>, row: usize, intent: Intent) -> Outcome {
    session.reset(Opposite::Ignore);
    let start = tape.first_at(intent.ts_us);
    session.seek(start);
    session.verdict(row, intent);
    finish(tape, session, start, intent.ts_us)
}

/// Steps from print `start` on until the trade is over, the tape splits or it ends.
pub(super) fn finish(tape: &Tape, session: &mut Session<'_>, start: usize, since_us: i64) -> Outcome {
    let max_gap_us = session.venue.config().max_gap_us;
    let ts_us = tape.ts_us();
    let mut last_us = start.checked_sub(1).map(|row| ts_us[row]);
    for (row, &now_us) in ts_us.iter().enumerate().skip(start) {
        if last_us.is_some_and(|last_us| now_us - last_us > max_gap_us) {
            return censored(now_us);
        }
        last_us = Some(now_us);
        session.step(row);
        if session.is_idle() {
            return over(session, now_us);
        }
    }
    censored(last_us.map_or(since_us, |last_us| last_us.max(since_us)))
}

const fn censored(known_at_us: i64) -> Outcome {
    Outcome { status: OutcomeStatus::Censored, known_at_us, trade: None }
}

fn over(session: &Session<'_>, known_at_us: i64) -> Outcome {
    let trade = session.ledger.trades.first().copied();
    let status = match (trade.map(|trade| trade.reason), session.no_trade) {
        (Some(ExitReason::Target), _) => OutcomeStatus::Target,
        (Some(ExitReason::Stop), _) => OutcomeStatus::Stop,
        (Some(_), _) => OutcomeStatus::Time,
        (None, Some((_, true))) => OutcomeStatus::Rejected,
        (None, _) => OutcomeStatus::Unfilled,
    };
    Outcome { status, known_at_us, trade }
}

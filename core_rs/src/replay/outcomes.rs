//! Outcomes: each intent replayed alone.

use crate::engine::{ExitReason, Intent, TradeRow};
use crate::tape::Tape;

use super::{Session, Setup};

/// How an intent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i8)]
pub enum OutcomeStatus {
    /// The entry order expired.
    Unfilled = 0,
    /// Left at the target.
    Target = 1,
    /// Stopped, or liquidated.
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
pub fn outcomes(tape: &Tape, intents: &[Intent], setup: Setup<'_>) -> Vec<Outcome> {
    let mut session = Session::new(tape, setup);
    let splits = tape.path().splits(setup.venue.max_gap_us);
    let alone = |(row, intent): (usize, &Intent)| alone(tape, &splits, &mut session, row, *intent);
    intents.iter().enumerate().map(alone).collect()
}

fn alone(tape: &Tape, splits: &[usize], session: &mut Session<'_>, row: usize, intent: Intent) -> Outcome {
    session.reset();
    let start = tape.path().first_at(intent.ts_us);
    session.seek(start);
    session.verdict(row, intent);
    finish(tape, splits, session, start, intent.ts_us)
}

/// Goes on from print `start` until the trade is over, the tape splits (at the first of `splits` from there) or it ends.
pub(super) fn finish(
    tape: &Tape,
    splits: &[usize],
    session: &mut Session<'_>,
    start: usize,
    since_us: i64,
) -> Outcome {
    let (ts_us, book_end) = (tape.ts_us(), tape.path().book_end());
    let split = splits.get(splits.partition_point(|&split| split < start));
    let end = split.map_or(book_end, |&split| split.min(book_end));
    let mut row = session.skip(start, end);
    while row < end {
        session.visit(row);
        if session.is_idle() {
            return over(session, ts_us[row]);
        }
        row = session.skip(row + 1, end);
    }
    let last_row = if end < book_end { Some(end) } else { end.checked_sub(1) };
    censored(last_row.map_or(since_us, |row| ts_us[row].max(since_us)))
}

const fn censored(known_at_us: i64) -> Outcome {
    Outcome { status: OutcomeStatus::Censored, known_at_us, trade: None }
}

fn over(session: &Session<'_>, known_at_us: i64) -> Outcome {
    let trade = session.ledger.trades.first().copied();
    let status = match (trade.map(|trade| trade.reason), session.no_trade) {
        (Some(ExitReason::Target), _) => OutcomeStatus::Target,
        (Some(ExitReason::Stop | ExitReason::Liquidated), _) => OutcomeStatus::Stop,
        (Some(_), _) => OutcomeStatus::Time,
        (None, Some((_, true))) => OutcomeStatus::Rejected,
        (None, _) => OutcomeStatus::Unfilled,
    };
    Outcome { status, known_at_us, trade }
}

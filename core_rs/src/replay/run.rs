//! Replay: all accepted intents, one trader.

use crate::engine::Intent;
use crate::tape::Tape;

use super::{Ledger, Session, Setup};

/// Replays the intents named by `rows` (in time order) on `tape`.
///
/// It visits only prints that can matter. A position is carried over gaps of the tape, and marked out at its end.
#[must_use]
pub fn replay(tape: &Tape, intents: &[Intent], rows: &[usize], setup: Setup<'_>) -> Ledger {
    let mut session = Session::new(tape, setup);
    let (path, end) = (tape.path(), tape.path().book_end());
    let arrival = |&row: &usize| (path.first_at(intents[row].ts_us), row);
    let mut verdicts = rows.iter().map(arrival).peekable();
    let mut at = 0;
    while at < end {
        if session.is_idle() {
            let Some((arrival, _)) = verdicts.peek() else { break };
            at = at.max(*arrival);
            session.seek(at);
            if at >= end {
                break;
            }
        }
        while let Some((_, row)) = verdicts.next_if(|(arrival, _)| *arrival <= at) {
            session.verdict(row, intents[row]);
        }
        let next_verdict = verdicts.peek().map_or(end, |(arrival, _)| end.min(*arrival));
        at = session.skip(at, next_verdict);
        if at < next_verdict {
            session.visit(at);
            at += 1;
        }
    }
    if !session.is_idle() {
        session.end();
    }
    verdicts.for_each(|(_, row)| session.too_late(row));
    session.ledger
}

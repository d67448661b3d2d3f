//! Replay: all accepted intents, one trader.

use crate::engine::{Intent, Opposite, VenueConfig};
use crate::tape::Tape;

use super::{Ledger, Session};

/// Replays the intents named by `rows` (in time order) on `tape`.
///
/// While flat it jumps to the next verdict. A position is carried over gaps of the tape, and marked out at its end.
#[must_use]
pub fn replay(
    tape: &Tape,
    intents: &[Intent],
    rows: &[usize],
    config: VenueConfig,
    opposite: Opposite,
) -> Ledger {
    let mut session = Session::new(tape, config, opposite);
    let mut verdicts = rows.iter().map(|&row| (row, intents[row])).peekable();
    let mut at = 0;
    while at < tape.len() {
        if session.is_idle() {
            let Some((_, intent)) = verdicts.peek() else { break };
            at = tape.first_at(intent.ts_us).max(at);
            session.seek(at);
            if at == tape.len() {
                break;
            }
        }
        while let Some((row, intent)) = verdicts.next_if(|(_, intent)| intent.ts_us <= tape.ts_us()[at]) {
            session.verdict(row, intent);
        }
        session.step(at);
        at += 1;
    }
    if !session.is_idle() {
        session.end(tape.len() - 1);
    }
    verdicts.for_each(|(row, _)| session.too_late(row));
    session.ledger
}

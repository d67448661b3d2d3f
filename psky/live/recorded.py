"""The tape that a session heard, from its journal, and the backtest of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from psky.domain.funding import NO_FUNDING, Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine import messages
from psky.errors import UsageError
from psky.learn.bundle import Bundle
from psky.live.brain import Brain
from psky.live.desk import columns_of
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.live.recovery import event_of
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part
from psky.replay.run import replay_part
from psky.spec.spec import Spec


def first_verdict_us(rows: Iterable[Row]) -> int | None:
    """Return when a session first decided anything, None where it never did."""
    return next((row.ts_us for row in rows if isinstance(row.record, records.Verdict)), None)


def decided_from_us(rows: Iterable[Row]) -> int:
    """Return from when on a session decided; where its journal does not say, it is taken to be at its first verdict."""
    rows = list(rows)
    said = [row.record.decide_from_us for row in rows if isinstance(row.record, records.Started)]
    return max(said, default=0) or first_verdict_us(rows) or 0


def warmed_with(rows: Iterable[Row], history: TradeColumns) -> TradeColumns:
    """Return the trades of the store that a session's market began with, none where it began with none.

    Raises:
        UsageError: `history` is not what the session was warmed with.
    """
    warmed = next((row.record for row in rows if isinstance(row.record, records.Warmed)), None)
    if warmed is None:
        return history.take(slice(0, 0))
    if len(history) < warmed.rows or int(history.ts_us[warmed.rows - 1]) != warmed.end_us:
        raise UsageError(
            f"expected the store to begin with the {warmed.rows:,} trades that the session was warmed with, found "
            "others; import those files again"
        )
    return history.take(slice(0, warmed.rows))


def brain_as_it_began(
    rows: list[Row], history: TradeColumns, bundle: Bundle, spec: Spec, instrument: Instrument, prefix: str
) -> Brain:
    """Return a brain as the session's was before its first record.

    Raises:
        UsageError: `history` is not what the session was warmed with.
    """
    brain = Brain(bundle, spec, instrument, prefix, decide_from_us=decided_from_us(rows))
    known, at = warmed_with(rows, history), 0
    while at < len(known):
        at, _ = brain.on_trades(known, at)
    return brain


def known_funding(rows: Iterable[Row], stored: Funding, instrument: Instrument) -> Funding:
    """Return the funding of the store and what the session heard besides."""
    stamps = zip(stored.ts_us.tolist(), stored.rate.tolist(), stored.mark.tolist(), strict=True)
    known = {ts_us: (rate, mark) for ts_us, rate, mark in stamps}
    for row in rows:
        if isinstance(row.record, records.Venue):
            event = event_of(row.record)
            if isinstance(event, messages.Funding):
                known[event.ts_us] = event.rate / messages.BILLION, event.mark_ticks * instrument.tick_size
    times = sorted(known)
    rate, mark = (np.array([known[ts_us][at] for ts_us in times], np.float64) for at in (0, 1))
    return Funding(ts_us=np.array(times, np.int64), rate=rate, mark=mark)


def recorded_tape(
    rows: list[Row], history: TradeColumns, instrument: Instrument, funding: Funding = NO_FUNDING
) -> MarketTape:
    """Return all trades that a session's market saw, from those that it was warmed with on.

    Raises:
        UsageError: as for `warmed_with`.
    """
    heard = [columns_of(row.record, instrument) for row in rows if isinstance(row.record, records.Trades)]
    columns = TradeColumns.joined([warmed_with(rows, history), *heard])
    return tape_from_columns(columns, instrument, "recorded", funding)


def backtest(tape: MarketTape, spec: Spec, bundle: Bundle, start_us: int) -> Ledger:
    """Return what a backtest of the recorded tape does from a time on, the session's model given."""
    dataset = build_dataset(tape, spec)
    test = np.flatnonzero(dataset.t0 >= start_us)
    part = Part(name="recorded", start_us=start_us, end_us=tape.span_us[1] + 1, train=test[:0], test=test)
    return replay_part(dataset, part, bundle).ledger

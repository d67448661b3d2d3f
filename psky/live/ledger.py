"""A journal as the ledger of a replay: the same tables, so that the two can be compared by digest."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from psky.decision.decide import Reason
from psky.engine.book import LedgerBook
from psky.engine.messages import Command, Intent, Record, Verdict
from psky.live.decisions import Decided, verdict_columns
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.recovery import event_of
from psky.replay.ledger import Ledger

_COMMAND: Any = Command  # msgspec takes unions, its types do not
_RECORD: Any = Record


def ledger_of(reader: JournalReader) -> Ledger:
    """Return what a session did, as the ledger of a replay.

    Raises:
        JournalError: the journal cannot be read.
    """
    book, decided = LedgerBook(), []
    kinds = (records.Verdict, records.Command, records.Venue, records.Outcome)
    for row in reader.rows(*kinds):
        match row.record:
            case records.Verdict() as verdict:
                decided.append(decided_of(verdict, row.ts_us))
                if verdict.enter and not verdict.held:
                    book.verdict(Verdict(verdict.row, decided[-1].intent))
            case records.Command() as command:
                book.send(command.sent_us, msgspec.convert(command.command, _COMMAND))
            case records.Venue() as venue:
                book.note(row.ts_us, event_of(venue))
            case records.Outcome() as outcome:
                book.record(msgspec.convert(outcome.record, _RECORD))
            case _:
                pass
    tables = book.tables()
    return Ledger(
        verdicts=verdict_columns(decided),
        skips=tables.skips,
        orders=tables.orders,
        fills=tables.fills,
        trades=tables.trades,
        equity=tables.equity,
    )


def decided_of(verdict: records.Verdict, ts_us: int) -> Decided:
    """Return a journaled decision, made at `ts_us`, as the brain made it."""
    return Decided(
        row=verdict.row,
        intent=Intent(ts_us=ts_us, **verdict.terms),
        expected_entry_ticks=verdict.expected_entry_ticks,
        features=np.frombuffer(verdict.features, "<f8"),
        p=verdict.p,
        p_lower=verdict.p_lower,
        gain_r=verdict.gain_r,
        loss_r=verdict.loss_r,
        trend_p=np.nan if verdict.trend_p is None else verdict.trend_p,
        regime_p=np.nan if verdict.regime_p is None else verdict.regime_p,
        ev_r=verdict.ev_r,
        ev_lower_r=verdict.ev_lower_r,
        reason=Reason(verdict.reason),
        held=verdict.held,
    )

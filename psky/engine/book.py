"""The ledger of a session that a driver steps through: what was sent and heard, into the tables of a replay."""

from __future__ import annotations

from psky import _core
from psky.engine import wire
from psky.engine.loop import LedgerTables
from psky.engine.messages import Command, Record, VenueEvent, Verdict


class LedgerBook:
    """Takes down what a driver carries between trader and venue, as the historical loop does."""

    def __init__(self) -> None:
        self._core = _core.LedgerBook()

    def verdict(self, verdict: Verdict) -> None:
        """Note an accepted intent, before the trader hears of it."""
        self._core.note(verdict.intent.ts_us, wire.event_row(verdict))

    def send(self, sent_us: int, command: Command) -> None:
        """Note a command that leaves at `sent_us`."""
        self._core.send(sent_us, wire.command_row(command))

    def note(self, now_us: int, event: VenueEvent) -> None:
        """Note what the venue said at `now_us`."""
        self._core.note(now_us, wire.event_row(event))

    def record(self, record: Record) -> None:
        """Note what the trader recorded."""
        self._core.record(wire.record_row(record))

    def tables(self) -> LedgerTables:
        """Return what has happened so far."""
        return LedgerTables.of(self._core.ledger_so_far())

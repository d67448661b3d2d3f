"""The trader, event by event: what happened in, commands and records out (docs/trader.md).

It has no clock and no network. The same events in the same order give the same commands, bit for bit, and they are
those that the trader of a replay gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from psky import _core
from psky.engine import wire
from psky.engine.messages import Command, Event, Record
from psky.engine.tape import EngineTape
from psky.errors import MismatchError, UsageError
from psky.spec.sections import PolicySpec

NEVER_US: Final = int(np.iinfo(np.int64).max)
"""The time of what will not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the trader answers to an event, in order."""

    commands: tuple[Command, ...]
    records: tuple[Record, ...]

    def __bool__(self) -> bool:
        return bool(self.commands or self.records)


SILENCE: Final = Said(commands=(), records=())


class Trader:
    """The state machine of one symbol under a policy.

    Its orders are named `<prefix>-<intent>-<number>`, the last two in base 36; the prefix names strategy and session,
    so that no two orders of an account share a name.

    Raises:
        UsageError: a prefix that is empty, longer than 20 characters, or holds others than `[A-Za-z0-9-_]`.
    """

    def __init__(self, policy: PolicySpec, prefix: str) -> None:
        self._core = _made(policy, prefix)

    @classmethod
    def restore(cls, policy: PolicySpec, prefix: str, state: bytes) -> Self:
        """Return the trader that was saved, which goes on as if it had not stopped.

        Raises:
            MismatchError: bytes that are no state, are damaged, or are of another policy, prefix or version.
            UsageError: as for a new trader.
        """
        trader = cls(policy, prefix)
        try:
            trader._core = _core.Trader.restore(policy.opposite, prefix, state, max_positions=policy.max_positions)
        except ValueError as error:
            raise MismatchError(f"state of a trader: {error}") from error
        return trader

    def save(self) -> bytes:
        """Return the state."""
        return self._core.save()

    def on(self, now_us: int, event: Event) -> Said:
        """Hear what happened at `now_us`; a repetition changes nothing."""
        return _said(self._core.on(now_us, wire.event_row(event)))

    def on_trades(self, tape: EngineTape, start: int, stop: int) -> tuple[int, Said]:
        """Hear the trades on the book of rows `start` until before `stop`, until something is to be said.

        Returns the next row, `stop` where nothing was.
        """
        row, said = self._core.on_trades(tape.core, start, stop)
        return row, _said(said)

    def on_end(self) -> Said:
        """Leave the market: the tape has ended."""
        return _said(self._core.on_end())

    def set_quotes(self, bid_ticks: int | None, ask_ticks: int | None) -> None:
        """Set the last prices paid by sellers and by buyers, after trades that it was not told of."""
        self._core.set_quotes(bid_ticks, ask_ticks)

    @property
    def next_us(self) -> int:
        """When it next wants `Clock`; `NEVER_US` where it does not."""
        return self._core.next_us

    @property
    def quiet_band(self) -> tuple[int, int]:
        """The lowest and the highest price, ticks, of trades that cannot make it act."""
        return self._core.quiet_band

    @property
    def is_flat(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return self._core.is_flat

    @property
    def positions(self) -> dict[int, int]:
        """Rows of the running intents with their open lots, long positive; 0 while the entry works."""
        return dict(self._core.positions())

    @property
    def realised(self) -> int:
        """What finished trades earned after costs, in 1e-9 ticks x lots."""
        return self._core.realised

    def running(self, mark_ticks: int) -> int:
        """Return the profit of the running trades after costs, open lots at the mark, in 1e-9 ticks x lots."""
        return self._core.running(mark_ticks)

    def name(self, order_id: int) -> str:
        """Return the name under which an exchange knows an order."""
        return self._core.name(order_id)

    def order_id(self, name: str) -> int | None:
        """Return the order of a name, None where it is not one of this trader's."""
        return self._core.order_id(name)


def _made(policy: PolicySpec, prefix: str) -> _core.Trader:
    try:
        return _core.Trader(policy.opposite, prefix, max_positions=policy.max_positions)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _said(rows: tuple[list[wire.Row], list[wire.Row]]) -> Said:
    commands, records = rows
    if not commands and not records:
        return SILENCE
    return Said(commands=tuple(map(wire.command, commands)), records=tuple(map(wire.record, records)))

"""Getting an account flat from outside: by asking its session, or through the exchange where none runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Final

from psky.app.live_venue import venue_of
from psky.app.workspace import Workspace
from psky.errors import NotFlat, UsageError
from psky.live.dead import DeadSession
from psky.live.exchange.bybit import Bybit
from psky.live.exchange.rest import Rest
from psky.live.flatten import Step
from psky.live.folder import SessionFolder, find_session, live_root
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.limits import LiveLimits
from psky.live.status import SHOWN

_PATIENCE_S: Final = 5.0
_LOOK_S: Final = 0.1


def ask_session(workspace: Workspace, symbol: str, what: str, limits: LiveLimits, session: str | None = None) -> None:
    """Ask a running session for `kill`, `flatten` or `stop`, and wait until it is flat.

    Raises:
        UsageError: there is no session, or none that runs.
        NotFlat: it did not answer, or is not flat, within the stated time.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    if not folder.is_running:
        raise UsageError(f"expected session {folder.name} of {symbol} to run, found that no process does")
    with JournalReader(folder.journal) as reader:
        before = max((row.seq for row in reader.rows(records.Guard)), default=0)
        folder.ask(what)
        end_s = time.monotonic() + limits.flat_within_s + _PATIENCE_S
        while time.monotonic() < end_s:
            time.sleep(_LOOK_S)
            if what not in folder.asked() and _is_flat(reader, what, before):
                return
    raise NotFlat(
        f"THE ACCOUNT MAY NOT BE FLAT: expected session {folder.name} to get flat within "
        f"{limits.flat_within_s + _PATIENCE_S:g} s, found that it did not say so; end its process, then run this again "
        "to get flat without it"
    )


def _is_flat(reader: JournalReader, what: str, before: int) -> bool:
    """Return whether a session says that it is flat: its guard does, or with `flatten` its trader."""
    shown = reader.now(SHOWN)
    if what == "flatten":
        return shown is not None and not shown[1]["lots"] and not shown[1]["orders"]
    steps = [row.record for row in reader.rows(records.Guard, after=before)]
    return any(isinstance(step, records.Guard) and step.what == "flat" for step in steps)


def flatten_dead(  # noqa: PLR0913 - what there is to say
    workspace: Workspace,
    symbol: str,
    limits: LiveLimits,
    *,
    address: str | None,
    session: str | None = None,
    end: bool = False,
    latch: bool = False,
    on_step: Callable[[Step], None] = lambda _step: None,
) -> str:
    """Get the account of a session flat that no process runs, through the exchange, and note it in its journal.

    With `latch` its guard is tripped, so that it needs `arm`; with `end` it is over for good.

    Raises:
        UsageError: there is no session, or no keys.
        LiveError: a process runs it; ask it instead.
        NotFlat: the account may not be flat.
        ExchangeError: it is flat, and the exchange does not say what it holds.
        JournalError: its journal cannot be read or written.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        where, keys = stack.enter_context(venue_of(workspace, symbol, folder, address, limits))
        journal = stack.enter_context(JournalWriter(folder.journal, durable=where.needs_keys))
        venue = Bybit(Rest(where, keys), symbol, lambda _name: None)
        dead = DeadSession(folder=folder, journal=journal, venue=venue, address=where.address)
        if latch:
            dead.latch("manual: asked for without a session")
        dead.get_flat(_names(folder), within_s=limits.flat_within_s, on_step=on_step)
        if end:
            dead.end("ended by the operator")
    return folder.name


def _names(folder: SessionFolder) -> Callable[[], str]:
    stem, numbers = f"{folder.prefix}x-{os.getpid():x}{int(time.time()) % 1000:x}", iter(range(1, 1_000))
    return lambda: f"{stem}-{next(numbers)}"

"""Live sessions as they are: each with what it last showed of itself, and whether its journal is whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.app.workspace import Workspace
from psky.live.environments import ENVIRONMENTS
from psky.live.folder import find_session, live_root, sessions
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.latch import tripped
from psky.live.status import SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session as it is shown; `status` is what it last showed of itself (`psky.live.status`), at `shown_us`."""

    symbol: str
    session: str
    environment: str
    colour: str
    """How its environment is shown: a word of the themes."""
    study: str
    trial: int
    running: bool
    ended: str
    """Why it ended; empty while it has not."""
    money: str
    """The currency of amounts."""
    tripped: str
    """The trip of its guard that nobody has armed again after; empty: none."""
    shown_us: int
    status: dict[str, Any]
    journal: Path


def view_session(workspace: Workspace, symbol: str, session: str | None = None) -> SessionView:
    """Return a session, by default the latest.

    Raises:
        UsageError: there is none.
        JournalError: its journal cannot be read.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with JournalReader(folder.journal) as reader:
        opened, shown, ended = reader.opened(), reader.now(SHOWN), reader.last(records.Ended)
        return SessionView(
            symbol=symbol,
            session=folder.name,
            environment=opened.environment,
            colour=ENVIRONMENTS[opened.environment].colour,
            study=opened.study,
            trial=opened.trial,
            running=folder.is_running,
            ended=ended[1].reason if ended else "",
            money=opened.money,
            tripped=tripped(reader),
            shown_us=shown[0] if shown else 0,
            status=shown[1] if shown else {},
            journal=folder.journal,
        )


def list_sessions(workspace: Workspace, symbol: str) -> list[str]:
    """Return the names of a symbol's sessions, the latest first."""
    return [folder.name for folder in sessions(live_root(workspace.model_root, symbol))]


def verify_session(workspace: Workspace, symbol: str, session: str | None = None) -> tuple[int, str]:
    """Prove that a journal is whole; return its number of records and its running digest.

    Raises:
        UsageError: there is none.
        JournalError: it is not whole.
    """
    with JournalReader(find_session(live_root(workspace.model_root, symbol), session).journal) as reader:
        found = reader.verify()
    return found.records, found.digest

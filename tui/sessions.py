"""What the TUI asks of psky about live sessions: the port, and the application behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from psky.app.live_views import LiveView, SessionRow
    from psky.app.workspace import Workspace
    from psky.live.limits import LiveLimits


class Watch(Protocol):
    """A session as it stands (`psky.app.live_watch.SessionWatch`)."""

    def look(self) -> LiveView | None:
        """Return how it stands, None where nothing is new."""

    def close(self) -> None:
        """Let go of it."""


class Replay(Protocol):
    """A session as it stood (`psky.app.live_watch.SessionReplay`)."""

    first_us: int
    last_us: int

    def seek(self, ts_us: int) -> LiveView:
        """Return how it stood at a moment of the market."""

    def close(self) -> None:
        """Let go of it."""


class Sessions(Protocol):
    """Reads of live sessions, and what can be asked of one. Each may take long: it is made from a thread."""

    @property
    def limits(self) -> LiveLimits:
        """What sessions may do here, as it is set up."""

    def list_sessions(self) -> tuple[SessionRow, ...]:
        """Return every session of every symbol, the latest first."""

    def watch_session(self, row: SessionRow) -> Watch:
        """Return a session to watch."""

    def replay_session(self, row: SessionRow) -> Replay:
        """Return a session to replay."""

    def ask_session(self, row: SessionRow, what: str) -> None:
        """Ask a session that runs to `flatten` or `kill`, and wait until it is flat; raise where it may not be."""


class AppSessions:
    """The port on `psky.app`, whose use-cases are loaded when first called."""

    _workspace: Workspace
    limits: LiveLimits

    def list_sessions(self) -> tuple[SessionRow, ...]:
        """Return every session of every symbol, the latest first."""
        from psky.app import live_watch  # noqa: PLC0415 - loads the core

        return live_watch.list_all_sessions(self._workspace)

    def watch_session(self, row: SessionRow) -> Watch:
        """Return a session to watch."""
        from psky.app import live_watch  # noqa: PLC0415 - loads the core

        return live_watch.SessionWatch(self._workspace, row.symbol, row.session)

    def replay_session(self, row: SessionRow) -> Replay:
        """Return a session to replay."""
        from psky.app import live_watch  # noqa: PLC0415 - loads the core

        return live_watch.SessionReplay(self._workspace, row.symbol, row.session)

    def ask_session(self, row: SessionRow, what: str) -> None:
        """Ask a session that runs to `flatten` or `kill`, and wait until it is flat; raise where it may not be."""
        from psky.app import live_leaving  # noqa: PLC0415 - loads the drivers

        live_leaving.ask_session(self._workspace, row.symbol, what, self.limits, row.session)

"""Arming: what a person must do before real money is traded, and after a guard tripped."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from psky.app.workspace import Workspace
from psky.errors import NotArmed, UsageError
from psky.live.environments import Environment
from psky.live.folder import find_session, live_root, sessions
from psky.live.latch import last_session

_ARMED: Final = "armed"
_REAL: Final = "live"
_ARMED_FOR_S: Final = 24 * 3600


def arm(workspace: Workspace, symbol: str, typed: str, *, for_live: bool, session: str | None = None) -> str:
    """Let a session, by default the latest, trade again after its guard tripped, or the next one where it is over.

    With `for_live` one new session may trade with real money, also where the guard of the last such one tripped. What
    was done is returned in words.

    Raises:
        UsageError: the symbol was not typed, or there is no session to arm.
    """
    if typed != symbol:
        raise UsageError(f"expected the symbol {symbol} typed out to arm it, found {typed!r}")
    said = would_arm(workspace, symbol, for_live=for_live, session=session)
    root = live_root(workspace.model_root, symbol)
    if for_live:
        root.mkdir(parents=True, exist_ok=True)
        (root / _ARMED).write_text(str(int(time.time())), encoding="utf-8")
        holder = last_session(root, _REAL)
        if holder is not None and holder.is_over():
            holder.ask("arm")
    else:
        find_session(root, session).ask("arm")
    return said


def would_arm(workspace: Workspace, symbol: str, *, for_live: bool, session: str | None = None) -> str:
    """Return in words what `arm` would do.

    Raises:
        UsageError: there is no session to arm.
    """
    if for_live:
        return f"{symbol}: one session with real money may start within {_ARMED_FOR_S // 3600} hours"
    folder = find_session(live_root(workspace.model_root, symbol), session)
    who = "a new session may trade after" if folder.is_over() else "may trade again: session"
    return f"{symbol}: {who} {folder.name}"


def refuse_unarmed(where: Environment, root: Path, symbol: str) -> None:
    """Raise NotArmed where a new session would trade real money that nobody has armed lately."""
    if not _needs_arming(where, root):
        return
    try:
        fresh = time.time() - int((root / _ARMED).read_text(encoding="utf-8")) < _ARMED_FOR_S
    except (OSError, ValueError):
        fresh = False
    if not fresh:
        raise _unarmed(symbol)


def use_up_arming(where: Environment, root: Path, symbol: str) -> None:
    """Let an arming be for one session: of two that start at once, one finds it gone, and NotArmed is raised."""
    if _needs_arming(where, root):
        try:
            (root / _ARMED).unlink()
        except FileNotFoundError as gone:
            raise _unarmed(symbol) from gone


def _needs_arming(where: Environment, root: Path) -> bool:
    # One that is gone on with was armed when it began; one that is open elsewhere arms nothing here.
    return where.real_money and all(one.is_over() or one.opened().environment != where.name for one in sessions(root))


def _unarmed(symbol: str) -> NotArmed:
    return NotArmed(
        f"expected {symbol} to be armed for real money, found that it is not: psky live arm {symbol} --env live"
    )

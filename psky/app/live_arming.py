"""Arming: what a person must do before real money is traded, and after a guard tripped."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from psky.app.workspace import Workspace
from psky.errors import NotArmed, UsageError
from psky.live.environments import Environment
from psky.live.folder import find_session, live_root, sessions

_ARMED: Final = "armed"
_ARMED_FOR_S: Final = 24 * 3600


def arm(workspace: Workspace, symbol: str, typed: str, *, for_live: bool) -> str:
    """Let a session trade again after its guard tripped, or with `for_live` a new one with real money.

    Raises:
        UsageError: the symbol was not typed, or there is no session to arm.
    """
    if typed != symbol:
        raise UsageError(f"expected the symbol {symbol} typed out to arm it, found {typed!r}")
    root = live_root(workspace.model_root, symbol)
    if for_live:
        root.mkdir(parents=True, exist_ok=True)
        (root / _ARMED).write_text(str(int(time.time())), encoding="utf-8")
        return f"{symbol}: one session with real money may start within {_ARMED_FOR_S // 3600} hours"
    folder = find_session(root, None)
    folder.ask("arm")
    return f"{symbol}: session {folder.name} may trade again"


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

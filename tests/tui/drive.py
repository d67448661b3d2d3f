"""Drives the TUI without a terminal and reads its screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import Worker, WorkerCancelled

from psky.app.settings import Workstation
from tests.tui.fake import FakeCore
from tui.app import Focus, PskyApp, Session
from tui.core import Core
from tui.work import HOLDOUT, RunKey

SIZES = ((80, 24), (160, 48))
NEVER_S = 3600.0
TRIAL = 6
KEY = RunKey(symbol="BTCJPY", study="first-light", trial=TRIAL, part=HOLDOUT)
FOCUS: Focus = ("BTCJPY", "first-light", TRIAL)

Script = Callable[[Pilot[Any], PskyApp], Awaitable[None]]


def drive(
    script: Script,
    *,
    core: Core | None = None,
    size: tuple[int, int] = SIZES[0],
    focus: Focus | None = None,
    session: Session | None = None,
    settings: Workstation | None = None,
) -> PskyApp:
    """Run a script against the TUI; the jobs are looked at when the script says so."""
    app = PskyApp(core or FakeCore(), focus=focus, session=session, settings=settings, look_s=NEVER_S)

    async def main() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot, rounds=2 if focus is None and session is None else 4)
            await script(pilot, app)

    asyncio.run(main())
    return app


async def settle(pilot: Pilot[Any], *, rounds: int = 2) -> None:
    """Wait until nothing is being read and every message has been handled; reads that cause reads need more rounds."""
    for _ in range(rounds):
        await pilot.pause()
        await read(pilot)
    while await read(pilot):
        await pilot.pause()
    await pilot.pause()


async def read(pilot: Pilot[Any]) -> bool:
    """Wait for what is being read, and return whether anything was."""
    workers = list(pilot.app.workers)
    for worker in workers:
        await ended(worker)
    return bool(workers)


async def ended(worker: Worker[Any]) -> None:
    """Wait for a worker; one whose question is no longer asked, since another was or its screen is gone, has ended."""
    with suppress(WorkerCancelled):
        await worker.wait()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each after what the one before caused; letters of a word that is typed cause nothing to wait for.

    Textual's own pilot presses the next key when the process looks idle, which on a machine at work it does too early.
    """
    for key in keys:
        typed = len(key) == 1 and isinstance(pilot.app.focused, Input)
        await pilot.press(key)
        if not typed:
            await settle(pilot)
    await settle(pilot)


async def look(pilot: Pilot[Any], app: PskyApp) -> None:
    """Look at the jobs once."""
    app.look()
    await settle(pilot)


def screen_lines(app: PskyApp) -> list[str]:
    """Return what the terminal shows, one string a line, without the blanks at its end."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips()]  # noqa: SLF001 - the only way to the text


def screen_text(app: PskyApp) -> str:
    """Return what the terminal shows."""
    return "\n".join(screen_lines(app)) + "\n"

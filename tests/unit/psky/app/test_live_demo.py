from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from psky.app import live_demo
from psky.app.live_demo import LiveDemo, session_name
from psky.app.live_views import SessionRow
from psky.app.workspace import Workspace
from psky.errors import JobError


def demo(code: str, folder: Path) -> LiveDemo:
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)
    return LiveDemo(symbol="BTCUSDT", study="s", trial=0, address="", session=process, log=folder / "log")


def row(session: str, *, running: bool, symbol: str = "BTCUSDT") -> SessionRow:
    return SessionRow(
        symbol=symbol,
        session=session,
        environment="sim",
        study="s",
        trial=0,
        started_us=0,
        running=running,
        ended="",
    )


def test_the_session_of_the_demo_is_the_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (row("old", running=False), row("other", running=True, symbol="ETHUSDT"))
    found = iter([before, before, (row("new", running=True), *before)])
    monkeypatch.setattr(live_demo, "list_all_sessions", lambda _: next(found))
    monkeypatch.setattr(live_demo, "_LOOK_S", 0.0)
    now = demo("input()", tmp_path)
    try:
        assert session_name(Workspace(data_root=tmp_path, model_root=tmp_path), now) == "new"
    finally:
        now.session.communicate(b"\n")


def test_a_session_that_does_not_begin_is_an_error_that_names_its_log(tmp_path: Path) -> None:
    now = demo("raise SystemExit(3)", tmp_path)
    now.session.communicate()
    with pytest.raises(JobError, match=r"found code 3; see .*log"):
        session_name(Workspace(data_root=tmp_path, model_root=tmp_path), now)

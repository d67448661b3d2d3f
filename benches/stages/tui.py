"""What the Live panel costs while a session moves 30 times a second, and how long a key waits meanwhile.

On a terminal of 160 by 48: two tables of 500 rows, a curve of 500 results, the facts and the lamps. Each update brings
another price, other facts and an event; each tenth, or at worst each, a decision and a trade, so that all rows move and
the curve is another. Where the machine is busy fewer updates are drawn: the share is that of 30 in a second at the cost
of one. A key is answered when the cursor of the table has moved.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benches.harness import Result, reported, versions
from benches.processes import ProcessError
from benches.stages.startup import opened_terminal
from benches.tape import BenchTape

HZ = 30.0
SHARE, KEY_S = 0.25, 0.1
SECONDS = 6.0
KEYS = 40
_PATIENCE_S = 60.0


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage."""
    del tape
    usual, worst = ([run_once(every) for _ in range(rounds)] for every in (10, 1))
    waits = [wait for one in usual for wait in one["waits"]]
    waited = f"the median key waited {statistics.median(waits) * 1000:.0f} ms"
    return [
        _result("tui: 30 updates a second", _share(usual), "cores", SHARE, _drawn(usual)),
        _result("tui: 30, all rows moving", _share(worst), "cores", None, _drawn(worst)),
        _result("tui: longest wait of a key", max(waits), "s", KEY_S, waited),
    ]


def _share(measured: list[dict[str, Any]]) -> float:
    return float(statistics.median(one["cpu_s"] / one["updates"] * HZ for one in measured))


def _drawn(measured: list[dict[str, Any]]) -> str:
    hz = statistics.median(one["updates"] / one["wall_s"] for one in measured)
    return f"{hz:.1f} updates a second were drawn"


def run_once(every: int) -> dict[str, Any]:
    """Show the panel for some seconds and press keys; return its report with `waits`, seconds from key to move.

    Raises:
        ProcessError: it did not begin, or did not report.
    """
    with tempfile.TemporaryDirectory() as folder, opened_terminal() as (ours, theirs):
        report = Path(folder) / "report"
        command = [sys.executable, "-m", "benches.live_screen", str(report), str(SECONDS), str(HZ), str(every)]
        environment = os.environ | {"TERM": "xterm-256color"}
        with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as process:
            threading.Thread(target=_drain, args=(ours,), daemon=True).start()
            pressed = _press(ours, report.with_suffix(".ready"))
            process.wait(_PATIENCE_S)
        if not report.exists():
            raise ProcessError("expected the Live panel to report, found that it ended without")
        measured: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    waits = [moved - at for at, moved in zip(pressed, measured["moves"], strict=False)]
    return measured | {"waits": waits}


def _press(terminal: int, ready: Path) -> list[float]:
    end_s = time.monotonic() + _PATIENCE_S
    while not ready.exists():
        if time.monotonic() > end_s:
            raise ProcessError("expected the Live panel to be drawn, found that it was not")
        time.sleep(0.05)
    pressed = []
    for number in range(KEYS):
        time.sleep(SECONDS / (KEYS + 10))
        pressed.append(time.monotonic())
        os.write(terminal, b"jk"[number % 2 : number % 2 + 1])
    return pressed


def _drain(terminal: int) -> None:
    try:
        while os.read(terminal, 65_536):
            pass
    except OSError:  # how Linux says that the other side has closed
        return


def _result(stage: str, ours: float, unit: str, most: float | None, note: str) -> Result:
    return replace(reported(stage, ours, unit, most), note=note, versions=versions("psky", "textual"))

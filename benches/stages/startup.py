"""How soon psky answers: the CPU time of `psky --help`, and the time on the clock until the workstation is drawn."""

from __future__ import annotations

import fcntl
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from benches.harness import Cost, Result, measure, reported, versions
from benches.processes import ProcessError, run_python
from benches.tape import BenchTape

HELP_CPU_S, PAINT_WALL_S = 0.5, 1.5
_SIZE = (48, 160)
_DRAWN = "◆ psky".encode()


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage; the first round of each only fills the caches of files."""
    del tape
    helped = [measure(lambda: run_python("-m", "psky", "--help")) for _ in range(rounds + 1)][1:]
    painted = [first_paint_s() for _ in range(rounds + 1)][1:]
    return [
        _result("startup: psky --help, CPU", _median_cpu_s(helped), HELP_CPU_S, statistics.median(_walls_s(helped))),
        _result("startup: first paint, wall", statistics.median(painted), PAINT_WALL_S, statistics.median(painted)),
    ]


def first_paint_s() -> float:
    """Open the workstation on a terminal in an empty folder; return the seconds until its first line is drawn.

    Raises:
        ProcessError: it ended without drawing.
    """
    with tempfile.TemporaryDirectory() as folder, opened_terminal() as (ours, theirs):
        start = time.perf_counter()
        command, environment = [sys.executable, "-m", "psky"], os.environ | {"TERM": "xterm-256color"}
        with subprocess.Popen(
            command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            try:
                _read_until_drawn(ours)
                return time.perf_counter() - start
            finally:
                process.kill()


@contextmanager
def opened_terminal() -> Iterator[tuple[int, int]]:
    """Open a terminal of 160 by 48; gives our end, and theirs for a program."""
    ours, theirs = pty.openpty()
    try:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
        yield ours, theirs
    finally:
        os.close(theirs)
        os.close(ours)


def _read_until_drawn(terminal: int) -> None:
    shown = b""
    while _DRAWN not in shown:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side has closed
            piece = b""
        if not piece:
            raise ProcessError(f"expected the workstation to be drawn, found: {shown[-2000:]!r}")
        shown += piece


def _result(stage: str, seconds: float, most_s: float, wall_s: float) -> Result:
    found = reported(stage, seconds, "s", most_s)
    return replace(found, wall_ours=wall_s, versions=versions("psky", "typer", "textual"))


def _median_cpu_s(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu_s for cost in costs)


def _walls_s(costs: list[Cost]) -> list[float]:
    return [cost.wall_s for cost in costs]

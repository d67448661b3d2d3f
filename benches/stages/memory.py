"""The most memory that a fresh process holds while it streams the archives into bars."""

from __future__ import annotations

from benches.harness import Result, reported
from benches.processes import run_python
from benches.tape import BenchTape

MOST_MB = 300


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage once: memory does not vary as time does."""
    del rounds
    peak = int(run_python("-m", "benches.stream_bars", *tape.archives))
    return [reported("memory", peak / 1e6, "MB", MOST_MB)]

"""The most memory that a fresh process holds while it streams the archives into bars; reported only."""

from __future__ import annotations

from benches.harness import Result, versions
from benches.processes import run_python
from benches.tape import BenchTape

MOST_MB = 300


def results(tape: BenchTape, rounds: int) -> list[Result]:
    """Measure the stage once: memory does not vary as time does."""
    del rounds
    peak = int(run_python("-m", "benches.stream_bars", *tape.archives))
    return [
        Result(
            stage="memory",
            against=None,
            ratio=None,
            ours=peak / 1e6,
            theirs=None,
            unit="MB",
            least=MOST_MB,
            goal=None,
            versions=versions("psky"),
        )
    ]

"""`python -m benches.trials FOLDER SYMBOL TRIALS JOBS`: tune in a fresh process and print as JSON where its time went.

Each part's CPU time is its own: what it calls of another part counts there. With several processes these are of the
first alone. Resident memory is read after every trial.
"""

from __future__ import annotations

import functools
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from optuna.storages import BaseStorage, RDBStorage

from benches.harness import cpu_seconds
from psky.app.tune import TuneRequest, run_tuning
from psky.app.workspace import Workspace
from psky.domain.progress import Progress
from psky.errors import ModelError
from psky.learn import booster, entry_model, excess
from psky.market.features import ReadyBars
from psky.replay import dataset, run
from psky.spec.spec import Spec
from psky.tuning import objective

REST = "rest"
LIGHTGBM = "LightGBM"
STUDY = "bench"


class TrialCosts(msgspec.Struct, frozen=True, kw_only=True):
    """What trials cost: CPU and clock seconds of all processes, and CPU seconds of the parts of the first.

    The first trial is left out, in which libraries are loaded. `resident` holds the bytes of the first process after
    each of its trials.
    """

    trials: int
    cpu_s: float
    wall_s: float
    parts_s: dict[str, float]
    resident: list[int]


class Stopwatch:
    """CPU seconds of named parts, each without the parts that it calls."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running = [REST]
        self._since_s = time.process_time()

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return `function`, whose time counts for `part`."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the function
            self._charge()
            self._running.append(part)
            try:
                return function(*args, **kwargs)
            finally:
                self._charge()
                self._running.pop()

        return call

    def so_far(self) -> dict[str, float]:
        """Return the seconds of each part until now."""
        self._charge()
        return dict(self.seconds)

    def _charge(self) -> None:
        now_s = time.process_time()
        self.seconds[self._running[-1]] += now_s - self._since_s
        self._since_s = now_s


def _timed_functions() -> Iterator[tuple[str, object, str]]:
    yield from (("features", ReadyBars, "compute"), ("outcomes", dataset, "propose"), ("outcomes", dataset, "outcomes"))
    yield from ((LIGHTGBM, booster.BinnedRows, "__init__"), (LIGHTGBM, booster.BinnedRows, "train"))
    yield LIGHTGBM, booster, "predict"
    yield from (("calibration", entry_model, "choose"), ("training", objective, "train"))
    yield from (("training", excess, "fit_excess"), ("replay", objective, "replay_part"), ("replay", run, "measure"))
    yield from (("storage", RDBStorage, name) for name in BaseStorage.__dict__ if not name.startswith("_"))


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time the parts of trials until the end of the block."""
    watch, originals = Stopwatch(), []
    for part, owner, name in _timed_functions():
        originals.append((owner, name, getattr(owner, name)))
        setattr(owner, name, watch.timed(part, getattr(owner, name)))
    try:
        yield watch
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


class _Notes:
    """What was read after each trial."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self.marks: list[tuple[int, float, float, dict[str, float]]] = []
        self.resident: list[int] = []

    def __call__(self, progress: Progress) -> None:
        if progress.done:
            self.marks.append((progress.done, cpu_seconds(), time.perf_counter(), self._watch.so_far()))
            self.resident.append(_resident())

    def costs(self) -> TrialCosts:
        """Return what lies between the first trial and the last."""
        (first, cpu_s, wall_s, parts_s), (last, cpu_end_s, wall_end_s, parts_end_s) = self.marks[0], self.marks[-1]
        return TrialCosts(
            trials=last - first,
            cpu_s=cpu_end_s - cpu_s,
            wall_s=wall_end_s - wall_s,
            parts_s={part: end_s - parts_s.get(part, 0.0) for part, end_s in parts_end_s.items()},
            resident=self.resident,
        )


def run_trials(folder: Path, symbol: str, trials: int, jobs: int) -> TrialCosts:
    """Tune a symbol's tape under the default spec and scope of real trades."""
    here = Workspace(data_root=folder / "data", model_root=folder / "models")
    request = TuneRequest(symbol=symbol, study=STUDY, trials=trials, jobs=jobs, spec=Spec())
    with stopwatch() as watch:
        notes = _Notes(watch)
        with suppress(ModelError):  # a tape so short that no trial completes: they were tried all the same
            run_tuning(here, request, on_progress=notes, stopped=lambda: False)
    return notes.costs()


def _resident() -> int:
    kilobytes = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)
    return int(kilobytes) * 1024


if __name__ == "__main__":
    folder, symbol, trials, jobs = sys.argv[1:]
    found = run_trials(Path(folder), symbol, int(trials), int(jobs))
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")

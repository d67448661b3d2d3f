"""One seed of PSG-1: generate its tape, tune a study on it, and compare the outcome with what was planted."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

import psky
from psky.app.audit import audit_leaks
from psky.app.synth import DEMO_SPEC, generate_tape
from psky.app.truth import TruthReport, compare_with_oracle
from psky.app.tune import TuneRequest, run_tuning
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.market.psg1 import DEMO_PARAMS
from psky.replay.canaries.finding import CanaryResult
from psky.replay.statistics.edge import FOUND

Kind = Literal["planted", "martingale"]
SYMBOL, STUDY = "PSGUSDT", "truth"
SCOPE = ("entry", "model", "policy")
"""What is tuned. PSG-1's edge has one size, that of its episodes, and METHOD 8.3 does not tune stops either. With stops
tuned as well they shrink, since more and smaller trades earn more a day, until they do not survive twice the costs."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A seed to run, and how thoroughly."""

    kind: Kind
    seed: int
    prints: int
    trials: int

    @property
    def name(self) -> str:
        """Names the task, the version and the spec that the trials vary: what a result depends on."""
        spec = DEMO_SPEC.fingerprint
        return f"{self.kind}-{self.seed}-{self.prints}-{self.trials}-{'-'.join(SCOPE)}-{psky.__version__}-{spec}"


class SeedResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a study said of a seed's tape, and how near it came to the truth."""

    task: Task
    edge: str | None
    reasons: list[str]
    trial: int
    score: float | None
    truth: TruthReport
    cpu_s: float

    @property
    def found(self) -> bool:
        """Whether the study declared an edge."""
        return self.edge == FOUND


def run_seed(task: Task, folder: Path) -> SeedResult:
    """Run a seed, or return what an earlier run of the same left in `folder`; tapes and studies are not kept."""
    path = folder / f"{task.name}.json"
    if path.exists():
        return msgspec.json.decode(path.read_bytes(), type=SeedResult)
    with TemporaryDirectory() as root:
        result = _run(task, Workspace(data_root=Path(root, "data"), model_root=Path(root, "models")))
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_bytes(msgspec.json.encode(result))
    draft.replace(path)
    return result


def run_canaries(prints: int) -> tuple[CanaryResult, ...]:
    """Run all canaries on a planted tape of so many prints."""
    with TemporaryDirectory() as root:
        here = Workspace(data_root=Path(root, "data"), model_root=Path(root, "models"))
        generate_tape(here, SYMBOL, replace(DEMO_PARAMS, n=prints))
        return audit_leaks(here, SYMBOL, DEMO_SPEC, on_progress=ignore_progress)


def _run(task: Task, here: Workspace) -> SeedResult:
    started_s = time.process_time()
    generate_tape(here, SYMBOL, replace(DEMO_PARAMS, n=task.prints, seed=task.seed, planted=task.kind == "planted"))
    request = TuneRequest(symbol=SYMBOL, study=STUDY, trials=task.trials, spec=DEMO_SPEC, scope=SCOPE)
    summary = run_tuning(here, request, on_progress=ignore_progress, stopped=lambda: False).summary
    truth = compare_with_oracle(here, SYMBOL, STUDY, summary.trial)
    return SeedResult(
        task=task,
        edge=summary.edge,
        reasons=summary.reasons,
        trial=summary.trial,
        score=summary.score,
        truth=truth,
        cpu_s=time.process_time() - started_s,
    )

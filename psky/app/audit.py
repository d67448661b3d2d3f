"""Look for leaks: run the canaries on a symbol's tape."""

from __future__ import annotations

from psky.app.data import load_trades
from psky.app.synth import default_spec
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, Progress
from psky.replay.canaries.finding import CanaryResult, run
from psky.replay.canaries.roster import CANARIES
from psky.replay.canaries.subject import Subject
from psky.spec.spec import Spec


def audit_leaks(
    workspace: Workspace, symbol: str, spec: Spec | None, *, on_progress: OnProgress
) -> tuple[CanaryResult, ...]:
    """Run all canaries on a tape, each with its control, under `spec` or what a new study would begin with.

    Nothing is learnt of how well anything does on the hold-out.

    Raises:
        UsageError: no such symbol.
        DataError: the tape is too short to be divided, or has touches of one outcome only.
        ModelError: too few touches to learn from.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    stored = load_trades(workspace, symbol)
    subject = Subject(
        trades=stored.trades,
        instrument=stored.instrument,
        funding=stored.funding,
        spec=spec or default_spec(stored.instrument),
    )
    results: list[CanaryResult] = []
    for canary in CANARIES:
        on_progress(Progress(done=len(results), total=len(CANARIES), unit="canaries", text=canary.claim))
        results.append(run(canary, subject))
    on_progress(Progress(done=len(results), total=len(CANARIES), unit="canaries"))
    return tuple(results)


def passed(results: tuple[CanaryResult, ...]) -> int:
    """Return how many canaries pass and have a control that fires."""
    return sum(result.state == "passes" for result in results)

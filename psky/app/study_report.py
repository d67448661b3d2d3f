"""What is known of a study as a whole: how it goes, which values matter, who was shown the hold-out, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psky.app.studies import find_study, latest_verdict
from psky.app.workspace import Workspace
from psky.domain.text import counted, percent, signed
from psky.replay.statistics.conditions import ALPHA, CONFIDENCE, FEW_TRIALS, MAX_PBO
from psky.replay.statistics.edge import EdgeVerdict
from psky.tuning.importance import parameter_importance
from psky.tuning.looks import looks
from psky.tuning.selection import Candidate, read_candidates
from psky.tuning.study import progress_of, read_trials, state_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One of the conditions of an edge, in plain words; `met` is None where it could not be computed."""

    name: str
    met: bool | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """A study as a whole."""

    symbol: str
    study: str
    finished: int
    """Trials that ran to their end."""
    running: int
    left: int
    """Of those that were last asked for."""
    paused: bool
    importance: Mapping[str, float]
    """Shares of one by dotted name, the largest first; empty with too few trials."""
    candidates: tuple[Candidate, ...]
    """In the order in which they were shown the hold-out."""
    looks: int
    edge: str | None
    """`found`, `not found`, or None before the study was judged."""
    winner: int | None
    """The trial that the verdict is on."""
    reasons: tuple[str, ...]
    conditions: tuple[Condition, ...]


def inspect_study(workspace: Workspace, symbol: str, study: str) -> StudyReport:
    """Return what is known of a study.

    Raises:
        UsageError: there is no such study.
        MismatchError: its files are not those that this version writes.
        StoreError: the storage of its trials does not answer.
    """
    folder = find_study(workspace, symbol, study)
    trials, now, verdict = read_trials(folder), progress_of(folder), latest_verdict(folder)
    return StudyReport(
        symbol=symbol,
        study=study,
        finished=now.finished,
        running=sum(state_word(trial) == "running" for trial in trials),
        left=now.left,
        paused=now.paused,
        importance=parameter_importance(trials),
        candidates=tuple(read_candidates(folder)),
        looks=looks(folder),
        edge=None if verdict is None else verdict.edge,
        winner=None if verdict is None else verdict.trial,
        reasons=() if verdict is None else tuple(verdict.reasons),
        conditions=() if verdict is None or verdict.statistics is None else tuple(_conditions(verdict.statistics)),
    )


def _conditions(found: EdgeVerdict) -> Iterator[Condition]:
    spa, dsr, pbo = found.spa_p, found.dsr_null, found.pbo
    tried, apart = f"the best of {counted(found.trials, 'trial')}", found.distinct_trials
    yield Condition(
        name="better than luck",
        met=None if spa is None else spa <= ALPHA,
        text=f"luck alone makes {tried} look this good with probability {_p(spa)}; at most {ALPHA:g} is wanted (SPA)",
    )
    yield Condition(
        name="Sharpe ratio holds",
        met=None if dsr is None else dsr >= CONFIDENCE,
        text=f"its Sharpe ratio beats that of {tried} without skill with probability {_p(dsr)}; "
        f"at least {CONFIDENCE:g} is wanted (deflated Sharpe ratio)",
    )
    yield Condition(
        name="not overfitted",
        met=None if pbo is None else pbo <= MAX_PBO,
        text=f"the best in one half of history falls below the middle of {_apart(apart)} in "
        f"the other in {percent(pbo)} of splits, and loses there in {percent(found.pbo_loss_share)}; "
        f"at most {MAX_PBO:.0%} of the first is wanted (PBO)",
    )
    yield _holdout(found)
    yield Condition(
        name="pays double costs",
        met=found.survives_double_costs,
        text=f"at twice the costs a hold-out trade earns {signed(found.double_cost_mean_r, 3)} R",
    )
    yield _record(found)


def _apart(count: int | None) -> str:
    if count is None:
        return "the distinct trials"
    return f"{counted(count, 'distinct trial')}{', which are few,' if count < FEW_TRIALS else ''}"


def _holdout(found: EdgeVerdict) -> Condition:
    p, mean = found.holdout_p, found.holdout_mean_r
    return Condition(
        name="holds on new data",
        met=None if p is None or mean is None else p <= ALPHA and mean > 0,
        text=f"{counted(found.holdout_trades, 'trade')} on the hold-out earned {signed(mean, 3)} R each; by luck "
        f"with probability {_p(p)}, {_shown(found.looked)}; at most {ALPHA:g} is wanted",
    )


def _shown(looked: int | None) -> str:
    if looked is None:
        return "every look counted"
    if looked == 1:
        return "the only candidate of the tape that was shown it"
    return f"over the {looked} candidates of the tape that were shown it"


def _record(found: EdgeVerdict) -> Condition:
    needed = found.min_track_record
    wanted = "no record would do" if needed is None else f"{needed:.0f} are needed"
    return Condition(
        name="record long enough",
        met=needed is not None and found.track_record >= needed,
        text=f"its record has {counted(found.track_record, 'period')}; {wanted} to tell its Sharpe ratio from zero",
    )


def _p(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"

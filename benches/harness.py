"""How a stage is measured: outputs compared first, then interleaved runs, CPU time of this process and its children."""

from __future__ import annotations

import gc
import math
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from benches.tape import BenchTape

# Idle is who takes less than a hundredth of a core for a quarter of a second; polars' allocator soon is.
SETTLE_STEP_S, SETTLE_STEPS, SETTLED_SHARE = 0.25, 40, 0.01


class MismatchError(Exception):
    """Two sides of a comparison do not give the same: their times mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of user and system time over all threads and child processes, and seconds on the clock."""

    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What costs are told in: `name` (such as `ns/row`), `a_second` of them, and how many pieces of work a run does."""

    name: str
    a_second: float
    work: int

    def of(self, seconds: float, work: int | None = None) -> float:
        """Return the cost of one piece of work, of a run that does `work` of them instead."""
        return seconds * self.a_second / (work or self.work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponent:
    """What a public library does with the same input; `same` raises MismatchError unless both outputs agree.

    It may return words on what differs by rule, which are printed. `work` is how many pieces of the contest's work its
    run does, where it does not do all. Without `least` its line is only reported.
    """

    against: str
    packages: tuple[str, ...]
    run: Callable[[], object]
    same: Callable[[object, object], str | None]
    least: float | None = None
    goal: float | None = None
    work: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One piece of work, ours and that of opponents; `tenth` does ours on a tenth of the input, `sizes` are both."""

    stage: str
    unit: Unit
    ours: Callable[[], object]
    tenth: Callable[[], object]
    sizes: tuple[int, int]
    opponents: tuple[Opponent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A line of the report; `ratio` is theirs over ours in CPU time, and None where a figure is only reported.

    `least` and `goal` bound the ratio from below, or, where there is none, `ours` from above.
    """

    stage: str
    against: str | None
    ratio: float | None
    ours: float
    theirs: float | None
    unit: str
    least: float | None
    goal: float | None
    exponent: float | None = None
    wall_ours: float | None = None
    wall_theirs: float | None = None
    versions: dict[str, str]
    note: str | None = None


Output = TypeVar("Output")
Stage = Callable[[BenchTape, int], list[Result]]


def measure(run: Callable[[], object]) -> Cost:
    """Return what one run costs; what it returns is freed before the next one starts."""
    gc.collect()
    wall, cpu = time.perf_counter(), cpu_seconds()
    kept = run()
    cost = Cost(cpu_s=cpu_seconds() - cpu, wall_s=time.perf_counter() - wall)
    del kept
    if cost.cpu_s > SETTLE_STEP_S:
        settle()
    return cost


def settle() -> None:
    """Wait until background threads are idle: those of polars still give memory back, no cost of the next run."""
    for _ in range(SETTLE_STEPS):
        before = cpu_seconds()
        time.sleep(SETTLE_STEP_S)
        if cpu_seconds() - before < SETTLED_SHARE * SETTLE_STEP_S:
            return


def cpu_seconds() -> float:
    """Return user and system seconds so far, of all threads of this process and of its finished children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def interleaved(runs: Sequence[Callable[[], object]], rounds: int) -> list[list[Cost]]:
    """Run A B C A B C ...; return the costs of each."""
    costs = [[measure(run) for run in runs] for _ in range(rounds)]
    return [list(column) for column in zip(*costs, strict=True)]


def contest_results(contest: Contest, rounds: int) -> list[Result]:
    """Compare outputs, then time all sides in turn: a line for each opponent."""
    notes = _compare(contest)
    runs = [contest.ours, contest.tenth, *(opponent.run for opponent in contest.opponents)]
    ours, tenth, *theirs = interleaved(runs, rounds)
    exponent = growth(_cpu(ours), _cpu(tenth), contest.sizes)
    lines = zip(contest.opponents, theirs, notes, strict=True)
    return [replace(_result(contest, opponent, ours, costs, exponent), note=note) for opponent, costs, note in lines]


def _compare(contest: Contest) -> list[str | None]:
    ours = contest.ours()
    return [_note(contest.stage, ours, opponent) for opponent in contest.opponents]


def _note(stage: str, ours: object, opponent: Opponent) -> str | None:
    try:
        return opponent.same(ours, opponent.run())
    except MismatchError as error:
        raise MismatchError(f"{stage} against {opponent.against}: {error}") from error


def _result(contest: Contest, opponent: Opponent, ours: list[Cost], theirs: list[Cost], exponent: float) -> Result:
    unit = contest.unit
    share = unit.work / (opponent.work or unit.work)
    ratios = (share * their.cpu_s / our.cpu_s for our, their in zip(ours, theirs, strict=True))
    return Result(
        stage=contest.stage,
        against=opponent.against,
        ratio=statistics.median(ratios),
        ours=unit.of(_cpu(ours)),
        theirs=unit.of(_cpu(theirs), opponent.work),
        unit=unit.name,
        least=opponent.least,
        goal=opponent.goal,
        exponent=exponent,
        wall_ours=unit.of(_wall(ours)),
        wall_theirs=unit.of(_wall(theirs), opponent.work),
        versions=versions("psky", *opponent.packages),
    )


def reported(stage: str, ours: float, unit: str, least: float | None = None, goal: float | None = None) -> Result:
    """Return the line of a figure that has no opponent; `least` and `goal` bound it from above."""
    return Result(
        stage=stage,
        against=None,
        ratio=None,
        ours=ours,
        theirs=None,
        unit=unit,
        least=least,
        goal=goal,
        versions=versions("psky"),
    )


def cheapest(candidates: Sequence[Callable[[], Output]]) -> Callable[[], Output]:
    """Return whichever way of an opponent takes the least CPU time here, after one run of each to warm up."""
    for candidate in candidates:
        candidate()
    return min(candidates, key=lambda candidate: measure(candidate).cpu_s)


def growth(large: float, small: float, sizes: tuple[int, int]) -> float:
    """Return the exponent with which cost grows from the second size to the first: 1 is linear."""
    return math.log(large / small) / math.log(sizes[0] / sizes[1])


def versions(*packages: str) -> dict[str, str]:
    """Return the installed versions of packages."""
    return {package: version(package) for package in packages}


def expect_equal(what: str, ours: ArrayLike, theirs: ArrayLike, rtol: float = 0.0, atol: float = 0.0) -> None:
    """Raise MismatchError unless two columns agree, exactly where no tolerance is given; NaN equals NaN."""
    a, b = np.asarray(ours), np.asarray(theirs)
    if a.shape != b.shape:
        raise MismatchError(f"{what}: expected equal shapes, found {a.shape} and {b.shape}")
    close = np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
    if not close.all():
        row = int(np.flatnonzero(~close)[0])
        raise MismatchError(f"{what}: {int((~close).sum())} of {len(a)} differ, the first at {row}: {a[row]}, {b[row]}")


def _cpu(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu_s for cost in costs)


def _wall(costs: list[Cost]) -> float:
    return statistics.median(cost.wall_s for cost in costs)

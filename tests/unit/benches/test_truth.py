"""What `make truth` runs, small, and what it says of results that are known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benches.truth import seeds
from benches.truth.__main__ import main
from benches.truth.report import last_line, stress_lines, threshold_lines
from benches.truth.seeds import Gross, Kind, SeedResult, Task, run_seed
from benches.truth.thresholds import accepted, stressed
from psky.app.truth import TruthReport
from psky.replay.canaries.finding import CanaryResult, Finding

GOOD = TruthReport(
    tested=3000,
    opened=600,
    touches=2500,
    effective_rows=400.0,
    correlation=0.6,
    bias=0.01,
    rmse=0.1,
    auc=0.7,
    oracle_auc=0.75,
    auc_error=0.03,
    ece=0.02,
    ece_limit=0.05,
    entered=500,
    ev_r=0.25,
    ev_lower_r=0.2,
    true_ev_r=0.2,
    realised_r=0.22,
    realised_error_r=0.05,
    realised_psr=0.99,
)
IDLE = replace(GOOD, opened=0, auc=0.52, entered=0, ev_r=None, ev_lower_r=None, true_ev_r=None, realised_r=None)


def seed(kind: Kind, truth: TruthReport, edge: str, number: int = 1) -> SeedResult:
    task = Task(kind=kind, seed=number, prints=1000, trials=2)
    return SeedResult(task=task, edge=edge, reasons=[], trial=0, score=1.0, truth=truth, cpu_s=1.0)


PLANTED = [seed("planted", GOOD, "found", number) for number in range(1, 6)]
MARTINGALE = [seed("martingale", IDLE, "not found", number) for number in range(1, 21)]


def stress(touch_r: float, through_r: float, edge: str = "not found") -> SeedResult:
    return msgspec.structs.replace(seed("stress", IDLE, edge), gross=Gross(touch_r=touch_r, through_r=through_r))


def test_what_meets_every_threshold_is_accepted() -> None:
    assert accepted(PLANTED, MARTINGALE)
    assert accepted([*PLANTED[1:], seed("planted", GOOD, "not found")], MARTINGALE)
    assert accepted(PLANTED, [*MARTINGALE[2:], *[seed("martingale", IDLE, "found")] * 2])


@pytest.mark.parametrize(
    "worse",
    [
        {"auc": 0.68},
        {"auc": None},
        {"rmse": 0.14},
        {"bias": -0.05},
        {"ece": 0.06},
        {"ev_r": 0.33},
        {"ev_lower_r": 0.26},
        {"realised_r": 0.41},
        {"realised_r": -0.01, "realised_error_r": 1.0},
        {"realised_psr": 0.94},
        {"entered": 299},
        {"true_ev_r": None},
    ],
    ids=str,
)
def test_one_seed_that_misses_one_threshold_is_not(worse: dict[str, Any]) -> None:
    assert not accepted([*PLANTED[1:], seed("planted", replace(GOOD, **worse), "found")], MARTINGALE)


def test_too_many_misses_of_detection_are_not() -> None:
    assert not accepted([*PLANTED[2:], *[seed("planted", GOOD, "not found")] * 2], MARTINGALE)
    assert not accepted(PLANTED, [*MARTINGALE[3:], *[seed("martingale", IDLE, "found")] * 3])
    assert not accepted(PLANTED, [seed("martingale", replace(IDLE, opened=200), "not found")] * 20)
    assert not accepted(PLANTED, [*MARTINGALE[1:], seed("martingale", replace(IDLE, auc=0.63), "not found")])


def test_the_last_line_counts_and_the_lines_before_it_mark_what_misses() -> None:
    fires = Finding(checked=1, unit="things", faults=1)
    passes = Finding(checked=1, unit="things", faults=0)
    canaries = tuple(
        CanaryResult(code="C1", claim="", leak="", found=found, control=fires) for found in (passes, fires)
    )
    bad = [*PLANTED[1:], seed("planted", replace(GOOD, rmse=0.2), "not found")]
    lines = list(threshold_lines(bad, MARTINGALE))

    assert last_line(bad, MARTINGALE, canaries) == "planted: found 4/5; martingale: declared 0/20; canaries: 1/2"
    assert [line for line in lines if "RMSE" in line] == [
        "planted: RMSE of p <= .13: 4/5 seeds (+0.100 +0.100 +0.100 +0.100 +0.200*)"
    ]
    assert sum("*" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("results", "right"),
    [
        ([], True),
        ([stress(-0.01, -0.06), stress(0.01, -0.06)], True),
        ([stress(-0.01, -0.06)] * 18 + [stress(-0.01, -0.06, "found")] * 2, True),
        ([stress(-0.01, -0.06)] * 17 + [stress(-0.01, -0.06, "found")] * 3, False),
        ([stress(0.06, 0.01)], False),
        ([stress(-0.05, -0.11)], False),
        ([stress(-0.03, -0.06)], False),
    ],
    ids=["none run", "right", "two declared", "three declared", "gains", "loses too much", "loose is as strict"],
)
def test_a_martingale_without_fees_loses_what_the_fill_rule_takes(results: list[SeedResult], *, right: bool) -> None:
    assert stressed(results) == right
    assert len(list(stress_lines(results))) == (3 if results else 0)


def test_a_result_of_other_code_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task(kind="planted", seed=1, prints=1000, trials=1)
    name = task.name
    for part, text in (("psky/a.py", "1"), ("core_rs/src/b.rs", "2"), ("tests/c.py", "3")):
        path = tmp_path / part
        path.parent.mkdir(parents=True)
        path.write_text(text)
    monkeypatch.setattr(seeds, "REPOSITORY", tmp_path)

    def renamed(part: str) -> str:
        (tmp_path / part).write_text("other")
        seeds.code_digest.cache_clear()
        return task.name

    names = [name, *(renamed(part) for part in ("psky/a.py", "core_rs/src/b.rs", "tests/c.py"))]
    seeds.code_digest.cache_clear()
    assert len(set(names)) == 3
    assert names[-1] == names[-2]


def test_a_result_that_is_kept_is_not_run_again(tmp_path: Path) -> None:
    task = Task(kind="martingale", seed=1, prints=40_000, trials=1)
    first = run_seed(task, tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == [f"{task.name}.json"]
    assert run_seed(task, tmp_path) == first  # the time that it took included


@pytest.mark.slow
def test_truth_runs_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = ("--planted", "1", "--martingale", "2", "--stress", "1", "--trials", "3", "--kept", str(tmp_path))
    sizes = ("--planted-prints", "300000", "--martingale-prints", "150000", "--canary-prints", "100000")
    main((*counts, *sizes))
    lines = capsys.readouterr().out.splitlines()

    assert lines[-1].startswith("planted: found ")
    assert lines[-1].endswith("martingale: declared 0/2; canaries: 10/10")
    assert len(list(tmp_path.glob("*.json"))) == 4

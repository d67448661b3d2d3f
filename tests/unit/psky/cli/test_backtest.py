"""`psky backtest` as people type it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests import house

TRIAL = ("backtest", "run", house.SYMBOL, "--study", "first", "--trial", "0")


@pytest.fixture
def run(own_tuned: Path, psky: Any) -> Any:  # noqa: ANN401 - the fixture's protocol
    return lambda *arguments: psky(*arguments, cwd=own_tuned)


def test_people_see_ladder_stress_funnel_smells_and_whose_model_it_was(run: Any) -> None:  # noqa: ANN401 - as above
    ended = run(*TRIAL, "--fold", "2")

    assert ended.code == 0, ended.err
    for words in ("Fill ladder", "queue, kappa 3", "Stress", "slippage +2 ticks", "Funnel", "expected value too low"):
        assert words in ended.out
    assert "model: trained on what was known before fold 2 began" in ended.err
    assert "(the same)" in ended.err


def test_a_range_of_times_is_replayed(run: Any) -> None:  # noqa: ANN401 - as above
    ended = run(*TRIAL, "--from", "1970-01-03T06:00", "--to", "1970-01-03", "--json")
    assert (ended.code, "ends after it starts" in ended.err) == (2, True)

    found = json.loads(run(*TRIAL, "--from", "1970-01-03T06:00", "--to", "1970-01-03 12:30", "--json").out)
    assert found["part"] == "range_19700103T060000_19700103T123000"
    assert (found["start_ts_us"], found["end_ts_us"]) == (194_400_000_000, 217_800_000_000)


def test_overrides_are_named_to_people_and_to_scripts(run: Any) -> None:  # noqa: ANN401 - as above
    settings = ("--fold", "1", "--set", "policy.ev_margin_r=0.3", "--set", "policy.opposite=close", "--allow-override")
    people, scripts = run(*TRIAL, *settings), json.loads(run(*TRIAL, *settings, "--json").out)

    assert "NOT what was tuned" in people.out
    assert scripts["overrides"] == {"policy.ev_margin_r": [0.0, 0.3], "policy.opposite": ["flip", "close"]}
    assert scripts["tuned_digest"] is None
    assert "Not what was tuned" in Path(scripts["report"]).read_text(encoding="utf-8")


def test_results_are_listed_and_compared(run: Any) -> None:  # noqa: ANN401 - as above
    assert "no backtest yet" in run("backtest", "list").err
    run(*TRIAL, "--fold", "1")
    run(*TRIAL, "--fold", "1", "--set", "policy.ev_margin_r=0.3", "--allow-override")
    listed = json.loads(run("backtest", "list", house.SYMBOL, "--json").out)["results"]
    ended = run("backtest", "compare", "trial_0_fold_1", next(row["id"] for row in listed if row["overrides"]))

    assert len(listed) == 2
    assert ended.code == 0, ended.err
    assert "policy.ev_margin_r" in ended.out
    assert "trades of A alone" in ended.out
    assert "B - A: " in ended.err
    assert "95 % interval" in ended.err
    assert not re.search(r"-\d+d|--|\+-", ended.out)  # a shorter time is less, not a day less and some hours more

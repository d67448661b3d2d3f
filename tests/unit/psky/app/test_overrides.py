"""Tuned settings are overridden on purpose only, are named, and never pass for what was tuned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from psky.app.backtest import BacktestRequest, load_backtest, run_backtest
from psky.app.overrides import override
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.errors import OverrideError, SpecError
from psky.tuning.looks import count_look, looks
from tests import house


@pytest.fixture
def where(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


def replay(where: Workspace, changes: dict[str, Any], *, allowed: bool = True, part: str = "holdout") -> BacktestView:
    wanted = BacktestRequest(
        symbol=house.SYMBOL, study="first", trial=0, part=part, changes=changes, allow_override=allowed
    )
    return run_backtest(where, wanted, on_progress=ignore_progress)


def test_without_leave_nothing_is_replayed_and_nothing_looked_at(where: Workspace) -> None:
    before = looks(where.study_dir(house.SYMBOL, "first"))
    with pytest.raises(
        OverrideError, match=r"expected --allow-override, .*policy\.ev_margin_r: tuned 0\.0, asked for 0\.5"
    ):
        replay(where, {"policy.ev_margin_r": 0.5}, allowed=False)
    assert looks(where.study_dir(house.SYMBOL, "first")) == before
    assert not (where.study_dir(house.SYMBOL, "first") / "backtests").exists()


def test_the_tuned_value_is_no_override(where: Workspace) -> None:
    same = replay(where, {"policy.ev_margin_r": 0.0}, allowed=False, part="fold_1")

    assert same.result.overrides == {}
    assert same.result.digest == same.result.tuned_digest


def test_an_override_is_named_kept_apart_and_never_equal(where: Workspace) -> None:
    tuned = replay(where, {}, part="fold_1")
    other = replay(where, {"policy.confidence_z": 1e-12}, part="fold_1")

    assert other.result.overrides == {"policy.confidence_z": (0.0, 1e-12)}
    assert other.result.spec["policy"]["confidence_z"] == 1e-12
    assert other.result.tuned_digest is None
    assert other.folder != tuned.folder
    assert other.folder.name.startswith("trial_0_fold_1_set_")
    assert load_backtest(where, house.SYMBOL, "first", 0, "fold_1") == tuned


def test_what_only_decides_keeps_the_tuned_model(where: Workspace) -> None:
    tuned, strict = replay(where, {}), replay(where, {"policy.ev_margin_r": 0.2})
    accepted = [next(s.count for s in view.result.funnel if s.name == "accepted") for view in (tuned, strict)]

    assert strict.result.training == tuned.result.training
    assert accepted[1] < accepted[0]


@pytest.mark.parametrize("name", ["intent.target_rr", "costs.taker_fee_rate", "model.rounds", "venue.latency_ms"])
def test_what_reaches_labels_or_training_is_trained_anew_and_says_so(where: Workspace, name: str) -> None:
    tuned = replay(where, {})
    model = (where.study_dir(house.SYMBOL, "first") / "model_0" / "model.txt").read_bytes()
    section, key = name.split(".")
    changed = replay(where, {name: tuned.result.spec[section][key] + 1 if key != "taker_fee_rate" else 0.0004})

    assert (
        changed.result.training.note
        == f"trained on what was known before the hold-out, anew since {name} was overridden"
    )
    assert changed.result.training.end_us < changed.result.start_ts_us
    assert changed.result.holdout_looks == (tuned.result.holdout_looks or 0) + 1
    assert (where.study_dir(house.SYMBOL, "first") / "model_0" / "model.txt").read_bytes() == model


def test_the_first_backtest_of_the_holdout_is_no_smell_and_a_try_with_another_setting_is(where: Workspace) -> None:
    for purpose in ("test split", "shadow split", "verdict"):  # of a winner
        count_look(where.study_dir(house.SYMBOL, "first"), trial=0, purpose=purpose)
    tuned, again, other = replay(where, {}), replay(where, {}), replay(where, {"policy.ev_margin_r": 0.2})

    assert [smell_of_looks(view) for view in (tuned, again, other)] == [False, False, True]


def smell_of_looks(view: BacktestView) -> bool | None:
    return next(smell.smells for smell in view.result.smells if smell.name == "looks")


def test_the_division_of_history_cannot_be_overridden(where: Workspace) -> None:
    with pytest.raises(OverrideError, match=r"expected no override of split\.holdout_share"):
        replay(where, {"split.holdout_share": 0.1})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"policy.ev_margin": 0.1}, "did you mean 'ev_margin_r'"),
        ({"polcy.ev_margin_r": 0.1}, "did you mean 'policy.ev_margin_r'"),
        ({"touch.ema": -3}, "touch"),
        ({"touch": 3}, "expected a name such as touch.ema"),
    ],
)
def test_a_name_or_value_that_no_spec_has(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        override(house.QUICK, changes, allowed=True)

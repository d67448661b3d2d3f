from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.train import run_training
from psky.app.trial_report import inspect_trial
from psky.errors import UsageError
from psky.spec.spec import Spec
from tests import house


def test_a_spec_stands_beside_the_defaults(tuned: Path) -> None:
    found = inspect_trial(house.workspace(tuned), house.SYMBOL, "first", 1)
    settings = {f"{section}.{one.name}": one for section, rows in found.sections.items() for one in rows}

    assert settings["intent.hold_bars"].value == house.QUICK_VALUES["intent.hold_bars"]
    assert settings["intent.hold_bars"].default == Spec().intent.hold_bars
    assert settings["intent.hold_bars"].changed
    assert not settings["touch.base"].changed
    assert settings["policy.ev_margin_r"].tuned
    assert not settings["intent.hold_bars"].tuned
    assert found.has_summary


def test_importance_is_there_once_the_trial_was_trained(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    trial = next(n for n in range(4) if not (where.study_dir(house.SYMBOL, "first") / f"model_{n}").exists())
    before = inspect_trial(where, house.SYMBOL, "first", trial)
    run_training(where, house.SYMBOL, "first", trial)
    after = inspect_trial(where, house.SYMBOL, "first", trial)

    assert before.importance is None
    assert after.importance is not None
    assert sum(after.importance.values()) == pytest.approx(1.0)
    assert list(after.importance.values()) == sorted(after.importance.values(), reverse=True)


def test_an_unknown_trial_is_refused(tuned: Path) -> None:
    with pytest.raises(UsageError, match="expected a trial that finished a fold"):
        inspect_trial(house.workspace(tuned), house.SYMBOL, "first", 99)

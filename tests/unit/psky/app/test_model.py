from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.model import explain_touch, report_model
from psky.errors import UsageError
from tests import house


def test_a_trial_is_reported_and_explained_without_a_look_at_the_holdout(own_tuned: Path) -> None:
    where = house.workspace(own_tuned)
    before = sorted(path.name for path in (where.study_dir(house.SYMBOL, "first")).iterdir())
    found = report_model(where, house.SYMBOL, "first", 0)
    assert found.quality.rows > 100
    touch = found.all_rows.rows
    told = explain_touch(where, house.SYMBOL, "first", 0, touch + 300)
    assert told.part in {"fold_1", "fold_2", "holdout"}
    assert sorted(path.name for path in (where.study_dir(house.SYMBOL, "first")).iterdir()) == before


def test_a_touch_that_only_trains_is_refused(own_tuned: Path) -> None:
    with pytest.raises(UsageError, match=r"hold-out tests, from \d+ to \d+, found 0"):
        explain_touch(house.workspace(own_tuned), house.SYMBOL, "first", 0, 0)

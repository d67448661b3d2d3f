from __future__ import annotations

from pathlib import Path

import pytest

from psky.errors import MismatchError
from psky.tuning.looks import BACKTEST, backtests, count_look, looks


def look(folder: Path, purpose: str, shown: str = "", trial: int = 0) -> int:
    return count_look(folder, trial=trial, purpose=purpose, shown=shown)


def test_every_look_counts(tmp_path: Path) -> None:
    assert looks(tmp_path) == 0
    assert [look(tmp_path, purpose) for purpose in ("test split", BACKTEST, BACKTEST)] == [1, 2, 3]
    assert looks(tmp_path) == 3


def test_the_looks_of_selection_are_no_backtests(tmp_path: Path) -> None:
    for purpose in ("test split", "shadow split", "verdict", "reproduce"):
        look(tmp_path, purpose)
    assert backtests(tmp_path) == 0


def test_the_same_backtest_again_shows_nothing_more(tmp_path: Path) -> None:
    for _ in range(3):
        look(tmp_path, BACKTEST, "holdout spec")
    assert backtests(tmp_path) == 1


@pytest.mark.parametrize(("trial", "shown"), [(0, "holdout other"), (0, "range spec"), (1, "holdout spec")])
def test_a_backtest_of_another_trial_range_or_spec_is_one_more(tmp_path: Path, trial: int, shown: str) -> None:
    look(tmp_path, BACKTEST, "holdout spec")
    look(tmp_path, BACKTEST, shown, trial)
    assert backtests(tmp_path) == 2


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    look(tmp_path, BACKTEST)
    with next(tmp_path.iterdir()).open("ab") as file:
        file.write(b'{"trial"\n')
    with pytest.raises(MismatchError, match=r"holdout_looks\.jsonl: expected looks at a hold-out, found"):
        backtests(tmp_path)

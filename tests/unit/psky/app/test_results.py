"""Backtests are listed, found by name and compared."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from psky.app.backtest import BacktestRequest, run_backtest
from psky.app.results import compare_results, list_results
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.errors import UsageError
from tests import house

S = house.SYMBOL


@pytest.fixture
def where(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


def replay(where: Workspace, trial: int = 0, part: str = "fold_1", **request: Any) -> BacktestView:  # noqa: ANN401
    wanted = BacktestRequest(symbol=S, study="first", trial=trial, part=part, **request)
    return run_backtest(where, wanted, on_progress=ignore_progress)


def test_the_newest_comes_first(where: Workspace) -> None:
    for number, part in enumerate(("fold_1", "fold_2", "holdout")):
        path = replay(where, part=part).folder / "result.json"
        os.utime(path, (1000 + number, 1000 + number))
    rows = list_results(where).results

    assert [row.id for row in rows] == [f"{S}/first/trial_0_{part}" for part in ("holdout", "fold_2", "fold_1")]
    assert all(row.label == "DEMOUSDT (synthetic)" for row in rows)
    assert rows[0].written_ts_us > rows[1].written_ts_us
    assert all(row.smells for row in rows)


def test_a_list_is_of_a_symbol_or_a_study_or_of_all(where: Workspace) -> None:
    replay(where)

    assert len(list_results(where).results) == 1
    assert len(list_results(where, S, "first").results) == 1
    assert list_results(where, S, "second").results == ()
    assert list_results(where, "OTHER").results == ()
    assert len(list_results(Workspace(model_dir=where.studies_dir(S))).results) == 1


def test_an_unreadable_result_is_told_and_hides_no_other(where: Workspace) -> None:
    replay(where)
    broken = replay(where, part="fold_2").folder / "result.json"
    broken.write_text('{"schema_version": 1}')
    found = list_results(where)

    assert [row.part for row in found.results] == ["fold_1"]
    assert len(found.unreadable) == 1
    assert "trial_0_fold_2" in found.unreadable[0]


def test_overrides_are_listed(where: Workspace) -> None:
    replay(where, changes={"policy.ev_margin_r": 0.3}, allow_override=True)

    assert list_results(where).results[0].overrides == ("policy.ev_margin_r",)


def test_a_backtest_is_its_own_equal(where: Workspace) -> None:
    view = replay(where)
    found = compare_results(where, view.id, str(view.folder))

    assert (found.a, found.b) == (view.id, view.id)
    assert found.comparison.same_ledger
    assert found.comparison.spec == {}
    assert (found.comparison.only_a.trades, found.comparison.only_b.trades) == (0, 0)
    assert found.comparison.common_trades == len(view.trades)
    difference = found.comparison.difference
    assert difference is not None
    assert difference.mean_r_per_day == 0.0
    assert difference.interval is not None
    assert (difference.interval.low, difference.interval.high) == (0.0, 0.0)


def test_two_backtests_differ_in_what_they_differ(where: Workspace) -> None:
    tuned = replay(where)
    strict = replay(where, changes={"policy.ev_margin_r": 0.25}, allow_override=True)
    found = compare_results(where, tuned.id, strict.id).comparison

    assert found.spec == {"policy.ev_margin_r": (0.0, 0.25)}
    assert found.metrics["trades"] == (len(tuned.trades), len(strict.trades))
    assert not found.same_ledger
    assert found.common_trades + found.only_a.trades == len(tuned.trades)
    assert found.common_trades + found.only_b.trades == len(strict.trades)
    assert found.difference is not None
    assert found.difference.interval is not None
    assert found.difference.interval.low < found.difference.mean_r_per_day < found.difference.interval.high
    net_r = sum(trade.net_r for trade in strict.trades) - sum(trade.net_r for trade in tuned.trades)
    days = found.difference.periods * found.difference.period_us / 86_400_000_000
    assert found.difference.mean_r_per_day * days == pytest.approx(net_r)


def test_the_same_trades_under_an_override_are_not_the_same_ledger(where: Workspace) -> None:
    tuned = replay(where)
    other = replay(where, changes={"policy.opposite": "close"}, allow_override=True)

    assert not compare_results(where, tuned.id, other.id).comparison.same_ledger


def test_parts_that_share_no_time_cannot_be_paired(where: Workspace) -> None:
    found = compare_results(where, replay(where).id, replay(where, part="fold_2").id).comparison

    assert found.difference is None
    assert found.common_trades == 0


def test_a_name_is_an_end_of_an_id_that_is_nobody_elses(where: Workspace) -> None:
    first, other = replay(where), replay(where, trial=1)

    assert compare_results(where, "trial_0_fold_1", "first/trial_1_fold_1").b == other.id
    assert first.id.endswith("trial_0_fold_1")
    with pytest.raises(UsageError, match="did you mean 'DEMOUSDT/first/trial_0_fold_1'"):
        compare_results(where, "trial_0_fold1", other.id)
    with pytest.raises(UsageError, match="expected the id or folder of a backtest, found 'fold_1'"):
        compare_results(where, "fold_1", other.id)

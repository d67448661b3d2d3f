"""Any range of time can be replayed, and no model has seen what it is replayed on."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from psky.app.backtest import BacktestRequest, load_result, run_backtest
from psky.app.plans.backtest import plan_backtest
from psky.app.views import BacktestView
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.errors import ModelError, UsageError
from psky.replay.periods import edges_us
from psky.tuning.looks import looks
from psky.tuning.summary import TuningSummary, read_summary
from tests import house

MINUTE_US = 60_000_000


@pytest.fixture
def where(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


def folder(where: Workspace) -> Path:
    return where.study_dir(house.SYMBOL, "first")


def edges(where: Workspace) -> list[int]:
    """Return the starts of the two folds, of the hold-out, and the end."""
    span = house.tape_of(house.columns()).span_us
    return edges_us(span, read_summary(folder(where), 0).strategy.split)


def replay(where: Workspace, trial: int = 0, **request: Any) -> BacktestView:  # noqa: ANN401 - of a request
    wanted = BacktestRequest(symbol=house.SYMBOL, study="first", trial=trial, **request)
    return run_backtest(where, wanted, on_progress=ignore_progress)


def wanted(**request: Any) -> BacktestRequest:  # noqa: ANN401 - as above
    return BacktestRequest(symbol=house.SYMBOL, study="first", trial=0, **request)


def test_a_result_is_found_again_by_what_was_asked_for(where: Workspace) -> None:
    first, second, *_ = edges(where)
    changes = {"policy.ev_margin_r": 0.3}
    before = plan_backtest(where, wanted(start_us=first, end_us=second))
    view = replay(where, start_us=first, end_us=second)
    other = replay(where, start_us=first, end_us=second, changes=changes, allow_override=True)
    after = plan_backtest(where, wanted(start_us=first, end_us=second))

    assert before.replaces is None
    assert after.replaces == view.folder
    for ends in ({"start_us": first, "end_us": second}, {"start_us": first}, {"end_us": second}):
        for found, asked in ((view, wanted(**ends)), (other, wanted(**ends, changes=changes))):
            loaded = load_result(where, asked)
            assert loaded is not None
            assert loaded.folder == found.folder
    assert load_result(where, wanted(start_us=first + 1_000_000)) is None


def test_a_backtest_is_planned_with_its_looks_and_what_it_trains_anew(where: Workspace) -> None:
    first, _, holdout, end = edges(where)
    changed = plan_backtest(where, wanted(changes={"touch.ema": 9}, allow_override=True, part="fold_1"))

    assert (changed.retrains, changed.looks, changed.replayed.start_us) == (("touch.ema",), False, first)
    assert plan_backtest(where, wanted(start_us=first, end_us=holdout + 1)).looks
    assert plan_backtest(where, wanted()).replayed.end_us == end
    with pytest.raises(UsageError, match="expected one of fold_1, fold_2, holdout, found 'fold_9'"):
        plan_backtest(where, wanted(part="fold_9"))
    with pytest.raises(UsageError, match="expected a range within"):
        plan_backtest(where, wanted(start_us=end, end_us=first))


def winner(where: Workspace) -> TuningSummary:
    return next(summary for summary in (read_summary(folder(where), number) for number in range(4)) if summary.holdout)


def test_the_range_of_a_fold_does_what_the_fold_did(where: Workspace) -> None:
    for fold, (start_us, end_us) in zip(
        read_summary(folder(where), 1).folds, itertools.pairwise(edges(where)), strict=False
    ):
        view = replay(where, 1, start_us=start_us, end_us=end_us)
        assert view.result.digest == fold.digest
        assert view.result.tuned_digest is None


def test_the_range_of_the_holdout_does_what_the_holdout_did(where: Workspace) -> None:
    judged = winner(where)
    view = replay(where, judged.trial, start_us=edges(where)[-2])

    assert judged.holdout is not None
    assert view.result.digest == judged.holdout.digest
    assert view.result.end_ts_us == edges(where)[-1]


def test_a_range_before_the_holdout_is_no_look_and_learns_from_what_was_known_before(where: Workspace) -> None:
    first, second, holdout, _ = edges(where)
    before = looks(folder(where))
    view = replay(where, start_us=first + 30 * MINUTE_US, end_us=second)

    assert view.result.training.end_us < view.result.start_ts_us
    assert view.result.training.note.startswith("trained on what was known before")
    assert view.result.holdout_looks is None
    assert looks(folder(where)) == before
    assert not (folder(where) / "model_0").exists()
    assert all(trade.exit_ts_us < holdout for trade in view.trades)


def test_no_trade_of_a_range_up_to_the_holdout_needs_a_print_of_it(where: Workspace) -> None:
    *_, holdout, _ = edges(where)
    view = replay(where, start_us=holdout - 600 * MINUTE_US, end_us=holdout)

    assert view.result.holdout_looks is None
    assert all(trade.exit_ts_us < holdout for trade in view.trades)


def test_a_range_within_the_holdout_has_the_trials_own_model_and_counts(where: Workspace) -> None:
    *_, holdout, end = edges(where)
    before = looks(folder(where))
    view = replay(where, start_us=(holdout + end) // 2)

    assert view.result.training.note == "the trial's own, trained before the hold-out"
    assert view.result.training.end_us < holdout
    assert view.result.holdout_looks == looks(folder(where)) == before + 1
    assert (folder(where) / "model_0" / "model.txt").exists()


def test_a_range_across_the_start_of_the_holdout_learns_before_itself_and_counts(where: Workspace) -> None:
    *_, holdout, end = edges(where)
    before = looks(folder(where))
    view = replay(where, start_us=holdout - 300 * MINUTE_US, end_us=(holdout + end) // 2)

    assert view.result.training.end_us < view.result.start_ts_us < holdout
    assert view.result.holdout_looks == before + 1


def test_a_range_without_a_start_begins_with_the_first_fold(where: Workspace) -> None:
    first, second, *_ = edges(where)

    assert replay(where, end_us=second).result.start_ts_us == first


def test_ranges_lie_beside_each_other(where: Workspace) -> None:
    first, second, *_ = edges(where)
    folders = {replay(where, start_us=first, end_us=end_us).folder for end_us in (second, second - 60 * MINUTE_US)}

    assert len(folders) == 2
    assert all(path.name.startswith("trial_0_range_1970") for path in folders)


def test_an_impossible_range_is_refused_and_no_look(where: Workspace) -> None:
    first, second, _, end = edges(where)
    before = looks(folder(where))
    for start_us, end_us in ((second, first), (first, first), (-1, second), (first, end + 1)):
        with pytest.raises(UsageError, match="expected a range within"):
            replay(where, start_us=start_us, end_us=end_us)
    with pytest.raises(ModelError, match="to train on"):
        replay(where, start_us=first // 20, end_us=second)
    assert looks(folder(where)) == before

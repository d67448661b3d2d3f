from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest

from psky.app.data import load_tape
from psky.app.tune import TuneRequest, left_to_run, new_study_name, pause_study, run_tuning, running_trials
from psky.app.workspace import Workspace
from psky.backtest.variants import rungs
from psky.domain.progress import Progress, ignore_progress
from psky.errors import DataError, MismatchError, ModelError, UsageError
from psky.replay.dataset import build_dataset
from psky.replay.periods import holdout
from psky.replay.run import replay_part, train
from psky.spec.codec import replace
from psky.tuning import objective
from psky.tuning.looks import looks
from psky.tuning.selection import read_candidates, winner_of
from psky.tuning.study import read_trials
from psky.tuning.summary import read_summary, summary_path, write_summary
from psky.tuning.workers import this_worker
from tests import house
from tests.workers import begin_trials, killed_process


@pytest.fixture
def where(own_stocked: Path) -> Workspace:
    return house.workspace(own_stocked)


@pytest.fixture
def tuned_there(own_tuned: Path) -> Workspace:
    return house.workspace(own_tuned)


def test_the_best_candidate_that_passed_is_judged_once_and_summed_up(tuned: Path) -> None:
    folder = house.workspace(tuned).study_dir(house.SYMBOL, "first")
    found = read_candidates(folder)
    passed = winner_of(found)
    assert passed is not None
    summary = read_summary(folder, passed.trial)

    assert (summary.trials, summary.score, summary.feasible) == (4, passed.score, True)
    assert (summary.candidate, summary.candidates) == (passed, len(found))
    assert summary.edge in {"found", "not found"}
    assert summary.edge == "found" or summary.reasons
    assert summary.holdout is not None
    assert summary.statistics is not None
    assert summary.statistics.found == (summary.edge == "found")
    looked = len(found) + sum(one.shadow is not None for one in found)
    assert looks(folder) == looked + 1


def test_a_candidate_is_not_looked_at_twice(tuned_there: Workspace) -> None:
    before = looks(tuned_there.study_dir(house.SYMBOL, "first"))
    result = house.tune(tuned_there, "first", 1)

    seen = [one for one in result.candidates if one.trial == 4]
    assert result.looks == before + 1 + len(seen) + sum(one.shadow is not None for one in seen)


def test_nobody_wins_where_none_passes(where: Workspace) -> None:
    result = house.tune(where, "strict", 1, replace(house.QUICK, {"selection.min_trades": 10_000}))

    assert (result.summary.edge, result.summary.holdout) == ("not found", None)
    assert result.summary.reasons[0] == "the only candidate did not pass on the hold-out"
    assert "at least 10000 are needed" in result.summary.reasons[1]
    assert (result.looks, result.candidates[0].status, result.candidates[0].shadow) == (1, "fail", None)


def test_other_studies_of_the_tape_are_counted(tuned_there: Workspace) -> None:
    result = house.tune(tuned_there, "second", 2)

    assert (result.census.studies, result.census.trials) == (2, 6)
    assert result.census.looks == result.looks + looks(tuned_there.study_dir(house.SYMBOL, "first"))
    assert result.summary.figures.get("trials", 6) == 6


def test_the_holdout_of_a_tape_is_used_up_by_all_its_studies(tuned_there: Workspace) -> None:
    first = read_candidates(tuned_there.study_dir(house.SYMBOL, "first"))
    result = house.tune(tuned_there, "second", 2)

    assert result.summary.figures["looked"] == len(first) + len(result.candidates)


def test_a_study_that_cannot_be_counted_is_told_of_before_any_trial(tuned_there: Workspace) -> None:
    (tuned_there.study_dir(house.SYMBOL, "first") / "study.json").write_text("{}", encoding="utf-8")
    with pytest.raises(MismatchError, match="expected the record of a study"):
        house.tune(tuned_there, "second", 1)

    assert not tuned_there.study_dir(house.SYMBOL, "second").exists()


def test_a_study_of_loose_fills_is_judged_by_what_prints_prove(where: Workspace) -> None:
    loose = house.tune(
        where, "loose", 2, replace(house.QUICK, {"venue.fill": "touch", "policy.ev_margin_r": 0.1})
    ).summary
    assert loose.holdout is not None
    dataset = build_dataset(load_tape(where, house.SYMBOL), loose.strategy)
    run = replay_part(dataset, holdout(dataset), train(dataset, holdout(dataset)))
    found = rungs(dataset, run)

    assert loose.holdout.digest == run.ledger.digest == found["touch"].digest
    assert loose.figures["holdout_trades"] == len(found["through"].trades["net_r"]) < run.metrics.trades
    assert loose.figures["holdout_mean_r"] == pytest.approx(found["through"].trades["net_r"].mean())


def test_what_is_fixed_is_not_tuned(where: Workspace) -> None:
    result = house.tune(where, "fixed", 2, fixed={"policy.opposite": "close"}, scope=("policy",))

    assert set(result.summary.params) == {"policy.ev_margin_r", "policy.confidence_z"}
    assert result.summary.strategy.policy.opposite == "close"
    assert house.tune(where, "fixed", 1, spec=None, scope=None).summary.trials == 3


def test_several_processes_share_the_trials(where: Workspace) -> None:
    result = house.tune(where, "shared", 4, jobs=2)
    trials = read_trials(result.folder)

    assert [trial.number for trial in trials] == [0, 1, 2, 3]
    assert len({str(trial.params) for trial in trials}) == 4
    assert 1 <= len({trial.user_attrs["worker"] for trial in trials}) <= 2  # who is quick may take them all


def test_a_timeout_begins_no_further_trial(where: Workspace) -> None:
    with pytest.raises(ModelError, match="found none among 1"):
        house.tune(where, "late", 4, timeout_s=0.0)


def test_a_paused_study_stops_after_its_trial_and_resumes(where: Workspace) -> None:
    house.tune(where, "s", 1)

    def pause_at_the_second(now: Progress) -> None:
        if now.done == 1:
            pause_study(where, house.SYMBOL, "s")

    request = TuneRequest(symbol=house.SYMBOL, study="s", trials=3)
    run_tuning(where, request, on_progress=pause_at_the_second, stopped=lambda: False)
    assert left_to_run(where, house.SYMBOL, "s") == 2

    assert house.tune(where, "s", 2, spec=None, scope=None).summary.trials == 4
    with pytest.raises(UsageError, match="expected trials left to run"):
        left_to_run(where, house.SYMBOL, "s")


def test_workers_are_at_work_starting_or_gone(tuned_there: Workspace) -> None:
    here = socket.gethostname()
    workers = [f"{here}:{os.getpid()}", f"{here}:{killed_process()}", None, f"other-{here}:{killed_process()}"]
    begin_trials(tuned_there.study_dir(house.SYMBOL, "first"), workers)
    found = running_trials(tuned_there, house.SYMBOL, "first")

    assert [(one.trial, one.worker) for one in found] == list(enumerate(workers, start=4))
    assert [one.state for one in found] == ["at work", "gone", "starting", "at work"]
    assert all(0 <= one.since_s < 3600 for one in found)


def test_a_trial_says_who_tries_it_before_anything_else(where: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(*_: object) -> NoReturn:
        seen.extend(running_trials(where, house.SYMBOL, "s"))
        raise DataError("seen enough")

    monkeypatch.setattr(objective, "build_dataset", look)
    with pytest.raises(ModelError, match="seen enough"):
        house.tune(where, "s", 1)

    assert [(one.worker, one.state) for one in seen] == [(this_worker(), "at work")]


def test_all_writes_a_summary_for_each_trial_and_judges_none_but_the_winner(tuned: Path) -> None:
    folder = house.workspace(tuned).study_dir(house.SYMBOL, "first")
    summaries = [read_summary(folder, number) for number in range(4) if summary_path(folder, number).exists()]

    assert [summary.trial for summary in summaries] == [0, 1, 2, 3]
    assert [summary.edge is None for summary in summaries].count(False) == 1
    assert {summary.trial for summary in summaries if summary.candidate} == {
        one.trial for one in read_candidates(folder)
    }


def test_a_study_continues_with_its_own_spec_and_seed(where: Workspace) -> None:
    house.tune(where, "own", 1, seed=5)
    result = house.tune(where, "own", 1, spec=None)

    assert result.summary.trials == 2


def test_another_seed_or_spec_is_refused(tuned_there: Workspace) -> None:
    with pytest.raises(MismatchError, match="seed: was 1, is 2"):
        house.tune(tuned_there, "first", 1, seed=2)
    with pytest.raises(MismatchError, match=r"intent.hold_bars: was 30, is 31"):
        house.tune(tuned_there, "first", 1, spec=replace(house.QUICK, {"intent.hold_bars": 31}))


def test_a_tape_that_grew_is_refused(tuned_there: Workspace) -> None:
    house.stock(tuned_there.store_path(house.SYMBOL), seed=4)

    with pytest.raises(MismatchError, match="tape_fingerprint: was"):
        house.tune(tuned_there, "first", 1)


def test_no_complete_trial_is_one_clear_error(where: Workspace) -> None:
    spec = replace(house.QUICK, {"touch.min_slope_atr": 1000.0})

    with pytest.raises(ModelError, match=r"found none among 2.*to train on, found 0"):
        house.tune(where, "none", 2, spec)


def test_stopped_before_the_first_trial_is_said_so(where: Workspace) -> None:
    request = TuneRequest(symbol=house.SYMBOL, study="stopped", trials=2, spec=house.QUICK, scope=house.SCOPE)

    with pytest.raises(ModelError, match="found none among"):
        run_tuning(where, request, on_progress=ignore_progress, stopped=lambda: True)
    assert house.tune(where, "stopped", 1).summary.trials == 1


def test_an_infeasible_winner_leaves_the_holdout_unseen(where: Workspace) -> None:
    result = house.tune(where, "idle", 1, replace(house.QUICK, {"split.min_trades": 10_000}))

    assert (result.summary.edge, result.summary.feasible, result.summary.holdout) == ("not found", False, None)
    assert result.summary.reasons == ["no trial made 10000 trades in every fold, so the hold-out was left unseen"]
    assert (result.looks, result.summary.statistics) == (0, None)


def test_the_martingale_twin_has_no_edge(own_stocked: Path) -> None:
    where = house.workspace(own_stocked)
    house.stock(where.store_path(house.SYMBOL), planted=False)
    fair = {"costs.maker_fee_rate": 0.0, "costs.slippage_ticks": 0, "split.min_trades": 1}
    result = house.tune(where, "twin", 2, replace(house.QUICK, fair))

    assert result.summary.edge == "not found"
    assert result.summary.reasons


def test_an_unknown_symbol_is_refused_and_makes_no_folder(where: Workspace) -> None:
    with pytest.raises(UsageError, match=f"known: {house.SYMBOL}"):
        run_tuning(
            where,
            TuneRequest(symbol="DEMOUSD", study="s", trials=1),
            on_progress=ignore_progress,
            stopped=lambda: False,
        )
    assert not where.studies_dir("DEMOUSD").exists()


def test_new_studies_are_numbered(tuned: Path) -> None:
    where = house.workspace(tuned)

    assert new_study_name(where, house.SYMBOL, "first") == "first-2"
    assert new_study_name(where, house.SYMBOL, "second") == "second"


def test_a_summary_is_made_from_the_study_where_it_was_not_written(tuned_there: Workspace) -> None:
    folder = tuned_there.study_dir(house.SYMBOL, "first")
    written = read_summary(folder, 0)
    summary_path(folder, 0).unlink()

    assert read_summary(folder, 0) == msgspec.structs.replace(
        written, edge=None, reasons=[], statistics=None, holdout=None, candidate=None, candidates=0
    )


@pytest.mark.parametrize("text", ["", "{", "[]", '{"study": 1}'])
def test_a_damaged_summary_is_refused(tuned_there: Workspace, text: str) -> None:
    folder = tuned_there.study_dir(house.SYMBOL, "first")
    summary_path(folder, 1).write_text(text)

    with pytest.raises(MismatchError, match="expected a tuning summary"):
        read_summary(folder, 1)


def test_an_edited_spec_is_refused(tuned_there: Workspace) -> None:
    path = summary_path(tuned_there.study_dir(house.SYMBOL, "first"), 1)
    summary = msgspec.json.decode(path.read_bytes())
    summary["spec"]["policy"]["ev_margin_r"] = -1.0
    path.write_bytes(msgspec.json.encode(summary))

    with pytest.raises(MismatchError, match="it was edited"):
        read_summary(path.parent, 1)


def test_an_unknown_trial_names_those_that_there_are(tuned_there: Workspace) -> None:
    with pytest.raises(UsageError, match=r"\(0, 1, 2, 3\), found 9"):
        read_summary(tuned_there.study_dir(house.SYMBOL, "first"), 9)


def test_summaries_of_all_leave_what_an_earlier_winner_learnt(tuned_there: Workspace) -> None:
    folder = tuned_there.study_dir(house.SYMBOL, "first")
    loser = next(number for number in range(4) if read_summary(folder, number).holdout is None)
    earlier = msgspec.structs.replace(read_summary(folder, loser), edge="not found", reasons=["an earlier look"])
    before = write_summary(folder, earlier).read_bytes()

    house.tune(tuned_there, "first", 1, all_summaries=True)

    assert summary_path(folder, loser).read_bytes() == before

"""Tuning is repeatable, can be continued, and refuses what it was not made for."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky.domain.files import write_json
from psky.domain.progress import OnProgress, Progress, ignore_progress
from psky.domain.time import SECOND_US
from psky.errors import MismatchError, StoreError, UsageError
from psky.market.tape import MarketTape
from psky.spec.codec import replace
from psky.tuning.locks import working_on
from psky.tuning.records import fold_records
from psky.tuning.space import default_space, defaults, spec_of
from psky.tuning.study import StudyRecord, Trial, make_record, read_record, read_trials, state_word
from psky.tuning.summary import read_summary
from psky.tuning.tuner import Amount, Place, tune
from tests import house

PERIOD_US = 3600 * SECOND_US
SPACE = default_space().scoped(house.SCOPE)


def never() -> bool:
    return False


def record(tape: MarketTape, **changes: Any) -> StudyRecord:  # noqa: ANN401 - parameters of several types
    wanted: dict[str, Any] = {"space": SPACE, "period_us": PERIOD_US, "seed": 1} | changes
    return make_record(tape, wanted.pop("spec", house.QUICK), "s", **wanted)


def run(tape: MarketTape, folder: Path, trials: int, **changes: Any) -> list[Trial]:  # noqa: ANN401 - as above
    return watched(tape, folder, trials, ignore_progress, never, **changes)


def watched(
    tape: MarketTape,
    folder: Path,
    trials: int,
    on_progress: OnProgress,
    stopped: Callable[[], bool],
    **changes: Any,  # noqa: ANN401 - as above
) -> list[Trial]:
    place = Place(folder=folder, load=lambda: tape)
    with working_on(folder) as lock:
        return tune(
            tape,
            record(tape, **changes),
            place,
            Amount(trials=trials),
            first=lock.first,
            on_progress=on_progress,
            stopped=stopped,
        )


def facts(trials: list[Trial]) -> list[tuple[Any, ...]]:
    return [
        (trial.number, trial.state, trial.value, trial.params, [fold.digest for fold in fold_records(trial)])
        for trial in trials
    ]


@pytest.fixture(scope="module")
def four(tape: MarketTape, tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    return run(tape, tmp_path_factory.mktemp("four"), 4)


def test_the_same_seed_gives_the_same_study(tape: MarketTape, four: list[Trial], tmp_path: Path) -> None:
    assert facts(run(tape, tmp_path, 4)) == facts(four)
    assert len({str(trial.params) for trial in four}) == 4


def test_another_seed_tries_something_else(tape: MarketTape, four: list[Trial], tmp_path: Path) -> None:
    other = run(tape, tmp_path, 2, seed=2)

    assert other[0].params == four[0].params
    assert other[1].params != four[1].params


def test_four_trials_are_two_and_two_more(tape: MarketTape, four: list[Trial], tmp_path: Path) -> None:
    run(tape, tmp_path, 2)

    assert facts(run(tape, tmp_path, 2)) == facts(four)


def test_the_first_trial_is_the_base_spec(four: list[Trial]) -> None:
    assert four[0].params == defaults(SPACE, house.QUICK)
    assert spec_of(four[0].params, house.QUICK) == house.QUICK


def test_a_trial_tries_the_spec_that_its_parameters_name(four: list[Trial]) -> None:
    for trial in four:
        assert set(trial.params) == set(SPACE.names)
        assert trial.user_attrs["spec_fingerprint"] == spec_of(trial.params, house.QUICK).fingerprint


def test_a_finished_trial_has_all_its_folds(four: list[Trial]) -> None:
    for trial in four:
        folds = fold_records(trial)
        assert [fold.fold for fold in folds] == [1, 2]
        assert all(sum(fold.returns_r) == pytest.approx(fold.net_r) for fold in folds)


def test_it_stops_between_trials_when_asked(tape: MarketTape, tmp_path: Path) -> None:
    seen: list[Progress] = []
    trials = watched(tape, tmp_path, 5, seen.append, lambda: seen[-1].done >= 2)

    assert [state_word(trial) for trial in trials] == ["complete", "complete"]
    assert [(now.done, now.total) for now in seen] == [(0, 5), (1, 5), (2, 5)]


def test_progress_ends_with_the_last_trial_and_names_the_best(tape: MarketTape, tmp_path: Path) -> None:
    seen: list[Progress] = []
    trials = watched(tape, tmp_path, 1, seen.append, never)

    assert [(now.done, now.total, now.unit) for now in seen] == [(0, 1, "trials"), (1, 1, "trials")]
    assert seen[0].text == "no trial is complete yet"
    assert seen[1].text == f"best {trials[0].value:+.3f} R/day (trial 0)"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 2}, "seed: was 1, is 2"),
        ({"period_us": 2 * PERIOD_US}, "period_us: was 3600000000, is 7200000000"),
        ({"spec": replace(house.QUICK, {"costs.maker_fee_rate": 0.0})}, "costs.maker_fee_rate: was -0.0002, is 0.0"),
    ],
    ids=["seed", "period", "spec"],
)
def test_a_study_made_for_something_else_is_refused(
    tape: MarketTape, tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    run(tape, tmp_path, 1)
    before = facts(read_trials(tmp_path))

    with pytest.raises(MismatchError, match=named):
        run(tape, tmp_path, 1, **change)
    assert facts(read_trials(tmp_path)) == before


def test_a_study_of_another_tape_is_refused(tape: MarketTape, tmp_path: Path) -> None:
    run(tape, tmp_path, 1)
    other = dataclasses.replace(tape, fingerprint="other")

    with pytest.raises(MismatchError, match="tape_fingerprint: was tape, is other"):
        run(other, tmp_path, 1)


def test_a_study_of_another_version_is_not_continued_and_its_trials_stay_that_versions(
    tape: MarketTape, tmp_path: Path
) -> None:
    run(tape, tmp_path, 1)
    write_json(tmp_path / "study.json", msgspec.structs.replace(record(tape), psky_version="0.0.9"))

    with pytest.raises(MismatchError, match=r"psky_version: was 0\.0\.9, is"):
        run(tape, tmp_path, 1)
    assert read_summary(tmp_path, 0).psky_version == "0.0.9"


def test_a_study_whose_trials_are_gone_is_not_begun_again_under_their_numbers(tape: MarketTape, tmp_path: Path) -> None:
    run(tape, tmp_path, 1)
    (tmp_path / "optuna.db").unlink()

    with pytest.raises(StoreError, match=r"expected the trials of study 's' in .*optuna\.db, found no such file"):
        run(tape, tmp_path, 1)
    assert not (tmp_path / "optuna.db").exists()


def test_the_record_comes_back_as_it_was(tape: MarketTape, tmp_path: Path) -> None:
    run(tape, tmp_path, 1)

    assert read_record(tmp_path) == record(tape)
    assert read_record(tmp_path).base == house.QUICK


def test_a_folder_without_a_study_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a study in"):
        read_trials(tmp_path)


def test_a_damaged_record_is_refused(tape: MarketTape, tmp_path: Path) -> None:
    run(tape, tmp_path, 1)
    path = tmp_path / "study.json"
    path.write_bytes(path.read_bytes()[:50])

    with pytest.raises(MismatchError, match="expected the record of a study"):
        read_trials(tmp_path)


def test_a_trial_that_a_killed_process_left_is_marked_failed(tape: MarketTape, tmp_path: Path) -> None:
    run(tape, tmp_path, 2)
    with sqlite3.connect(tmp_path / "optuna.db") as database:
        database.execute("UPDATE trials SET state = 'RUNNING', datetime_complete = NULL WHERE number = 1")
    database.close()

    trials = run(tape, tmp_path, 1)

    assert [state_word(trial) for trial in trials] == ["complete", "failed", "complete"]
    assert trials[2].params == trials[1].params


def test_a_tape_too_short_prunes_every_trial_and_says_why(tmp_path: Path) -> None:
    short = house.tape_of(house.columns(n=1000))
    trials = run(short, tmp_path, 2)

    assert {state_word(trial) for trial in trials} == {"pruned"}
    assert all("to train on" in trial.user_attrs["reason"] for trial in trials)
    assert all(trial.constraints == {"trades": house.QUICK.split.min_trades} for trial in trials)

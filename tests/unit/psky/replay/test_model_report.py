from __future__ import annotations

import numpy as np
import pytest

from psky.learn.scores import auc, log_loss
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.model_report import explain, model_report
from psky.replay.paths import path_scores
from psky.replay.periods import folds, holdout, leak_reports, tuning_rows
from psky.replay.run import replay_part, train
from psky.spec.codec import replace


def test_a_report_judges_every_fold_by_the_model_that_the_tuner_trained(dataset: Dataset) -> None:
    found = model_report(dataset, seed=1)
    parts = folds(dataset)
    runs = [replay_part(dataset, part, train(dataset, part)) for part in parts]
    p = np.concatenate([np.asarray(run.evidence.p)[dataset.resolved[run.part.test]] for run in runs])
    rows = np.concatenate([part.test[dataset.resolved[part.test]] for part in parts])

    assert found.quality.log_loss == log_loss(p, dataset.target_first[rows])
    assert found.quality.rows == found.all_rows.rows == sum(bucket.rows for bucket in found.lift) == rows.size
    assert found.all_rows.realised_r == pytest.approx(dataset.outcomes.net_r[rows].mean())
    assert found.entered.rows == sum(int(run.verdicts.enter[dataset.resolved[run.part.test]].sum()) for run in runs)
    for part, run in zip(found.parts, runs, strict=True):
        known = dataset.resolved[run.part.test]
        said = np.asarray(run.evidence.p)[known]
        assert part.auc == auc(said, dataset.target_first[run.part.test][known])
        assert part.one_p == (said.min() == said.max())
    assert [part.part for part in found.parts] == [part.name for part in parts]
    assert {column.name for column in found.importance} == set(dataset.feature_names)
    assert sum(column.gain_share for column in found.importance) == pytest.approx(1.0)
    assert len(found.drift) == len(dataset.feature_names)
    assert set(found.leaks) == {part.name for part in parts} | {"holdout"}
    assert all(report.leaked == () for report in found.leaks.values())
    assert found.paths == ()


def test_a_report_is_the_same_twice_and_looks_at_no_row_of_the_holdout(dataset: Dataset) -> None:
    tested = np.concatenate([part.test for part in folds(dataset)])
    assert tested.max() < holdout(dataset).test.min()
    one, two = model_report(dataset, seed=1), model_report(dataset, seed=1)
    assert (one.parts, one.lift, one.importance, one.drift) == (two.parts, two.lift, two.importance, two.drift)


def test_a_model_without_trees_gives_one_p_to_all(dataset: Dataset) -> None:
    stump = build_dataset(dataset.tape, replace(dataset.spec, {"model.min_leaf_rows": 2000}))
    found = model_report(stump, seed=1)

    assert [(part.one_p, part.auc) for part in found.parts] == [(True, 0.5)] * len(found.parts)


def test_a_context_appears_among_the_columns(dataset: Dataset) -> None:
    seeing = build_dataset(dataset.tape, replace(dataset.spec, {"context.trend": True, "context.horizon_bars": 20}))
    assert "trend_with_side" in {column.name for column in model_report(seeing, seed=1).importance}


def test_an_explanation_is_of_the_verdict_that_the_replay_gives(dataset: Dataset) -> None:
    part = folds(dataset)[1]
    bundle = train(dataset, part)
    run = replay_part(dataset, part, bundle)
    touch = int(part.test[7])
    found = explain(dataset, part, bundle, touch)

    assert found.p == np.asarray(run.evidence.p)[7]
    assert (found.ev_r, found.ev_lower_r) == (run.verdicts.ev_r[7], run.verdicts.ev_lower_r[7])
    assert found.enter == run.verdicts.enter[7]
    assert found.ts_us == dataset.t0[touch]
    assert len(found.contributions) == len(dataset.feature_names)


def test_every_path_covers_the_tuning_span_and_no_row_after_it(dataset: Dataset) -> None:
    rows = tuning_rows(dataset)
    assert rows.max() < holdout(dataset).test.min()
    assert dataset.t1[rows].max() < holdout(dataset).start_us
    found = path_scores(dataset, groups=4, test_groups=2)
    assert [path.path for path in found] == [1, 2, 3]
    assert {path.rows for path in found} == {int(dataset.resolved[rows].sum())}
    assert len({path.log_loss for path in found}) == 3


def test_leak_reports_say_how_near_the_labels_come(dataset: Dataset) -> None:
    for name, report in leak_reports(dataset).items():
        assert report.last_label_end is not None, name
        assert report.last_label_end < report.start - report.embargo

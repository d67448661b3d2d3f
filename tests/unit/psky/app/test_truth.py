from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psky.app.data import import_files, load_tape
from psky.app.synth import DEMO_SPEC, generate_tape
from psky.app.truth import TruthReport, compare_with_oracle
from psky.app.tune import TuneRequest, run_tuning
from psky.app.workspace import Workspace
from psky.cli.truth import truth_line
from psky.domain.progress import ignore_progress
from psky.errors import UsageError
from psky.market.psg1 import DEMO_PARAMS
from psky.replay.dataset import build_dataset
from psky.replay.periods import folds, holdout
from psky.tuning.looks import looks
from tests.trade_files import rows, write

SYMBOL, STUDY = "DEMOUSDT", "one"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("truth")
    made = Workspace(data_root=root / "data", model_root=root / "models")
    generate_tape(made, SYMBOL, replace(DEMO_PARAMS, n=60_000, seed=2))
    request = TuneRequest(symbol=SYMBOL, study=STUDY, trials=1, spec=DEMO_SPEC)
    run_tuning(made, request, on_progress=ignore_progress, stopped=lambda: False)
    return made


@pytest.fixture(scope="module")
def report(workspace: Workspace) -> TruthReport:
    return compare_with_oracle(workspace, SYMBOL, STUDY, 0)


def test_the_planted_probabilities_explain_the_outcomes(report: TruthReport) -> None:
    # With rows, sides or levels mixed up they would not.
    assert report.oracle_auc is not None
    assert report.oracle_auc > 0.55


def test_errors_agree_with_each_other(report: TruthReport) -> None:
    assert abs(report.bias) <= report.rmse < 0.4
    assert report.correlation is not None
    assert -1 <= report.correlation <= 1


def test_all_touches_that_resolved_out_of_sample_are_counted(workspace: Workspace, report: TruthReport) -> None:
    dataset = build_dataset(load_tape(workspace, SYMBOL), DEMO_SPEC)
    tested = np.concatenate([part.test for part in (*folds(dataset), holdout(dataset))])

    assert report.touches == int(dataset.resolved[tested].sum())


def test_it_is_a_look_at_the_holdout(workspace: Workspace) -> None:
    folder = workspace.study_dir(SYMBOL, STUDY)
    before = looks(folder)
    compare_with_oracle(workspace, SYMBOL, STUDY, 0)
    assert looks(folder) == before + 1


def test_real_trades_have_no_known_truth(tmp_path: Path) -> None:
    real = Workspace(data_root=tmp_path / "data", model_root=tmp_path / "models")
    import_files(real, "BTCUSDT", [write(tmp_path / "a.csv", rows(50))])

    with pytest.raises(UsageError, match="real trades"):
        compare_with_oracle(real, "BTCUSDT", STUDY, 0)


def test_the_line_names_what_was_measured() -> None:
    counts = {"tested": 2000, "opened": 40, "touches": 1200, "effective_rows": 100.0}
    sure = {"auc_error": 0.05, "ece": 0.03, "ece_limit": 0.1, "realised_error_r": 0.05, "realised_psr": 0.9}
    values: dict[str, Any] = (
        counts | sure | {"correlation": 0.5, "bias": -0.01, "rmse": 0.1, "auc": 0.6, "oracle_auc": 0.7}
    )
    idle = TruthReport(entered=0, ev_r=None, ev_lower_r=None, true_ev_r=None, realised_r=None, **values)
    busy = TruthReport(entered=30, ev_r=0.2, ev_lower_r=0.1, true_ev_r=0.15, realised_r=0.12, **values)

    assert "correlation 0.500, bias -0.010, RMSE 0.100" in truth_line(idle)
    assert "accepted" not in truth_line(idle)
    assert "the planted probabilities +0.150 R, and they earned +0.120 R" in truth_line(busy)

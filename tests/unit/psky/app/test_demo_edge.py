"""The planted edge is found and its size tracked; on the martingale twin there is none to find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from psky.app.synth import DEMO_SPEC, generate_tape
from psky.app.truth import compare_with_oracle
from psky.app.tune import TuneRequest, TuneResult, run_tuning
from psky.app.workspace import Workspace
from psky.domain.progress import ignore_progress
from psky.market.psg1 import DEMO_PARAMS

pytestmark = pytest.mark.slow

SYMBOL, STUDY, TRIALS = "DEMOUSDT", "demo", 6


def tuned(root: Path, *, planted: bool) -> tuple[Workspace, TuneResult]:
    workspace = Workspace(data_root=root / "data", model_root=root / "models")
    generate_tape(workspace, SYMBOL, replace(DEMO_PARAMS, planted=planted))
    request = TuneRequest(symbol=SYMBOL, study=STUDY, trials=TRIALS, spec=DEMO_SPEC)
    return workspace, run_tuning(workspace, request, on_progress=ignore_progress, stopped=lambda: False)


def test_the_planted_edge_is_found_and_tracked(tmp_path: Path) -> None:
    workspace, result = tuned(tmp_path, planted=True)
    truth = compare_with_oracle(workspace, SYMBOL, STUDY, result.summary.trial)

    assert (result.summary.edge, result.summary.reasons) == ("found", [])
    assert truth.correlation is not None
    assert truth.correlation > 0.45
    assert abs(truth.bias) < 0.045
    assert truth.true_ev_r is not None
    assert truth.true_ev_r > 0.05


def test_its_martingale_twin_has_no_edge(tmp_path: Path) -> None:
    _, result = tuned(tmp_path, planted=False)

    assert result.summary.edge == "not found"
    assert result.summary.reasons

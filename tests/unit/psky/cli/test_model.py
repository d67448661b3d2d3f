from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TRIAL = ("DEMOUSDT", "--study", "first", "--trial", "0")


def test_report_prints_every_table_or_one_object(psky: Any, own_tuned: Path) -> None:  # noqa: ANN401 - the fixture's protocol
    shown = psky("model", "report", *TRIAL, "--top", "3", cwd=own_tuned)
    assert (shown.code, shown.err) == (0, "")
    for title in (
        "DEMOUSDT / first / trial 0: the models of its folds; no training row leaks",
        "log loss",
        "Reliability",
        "Tenths",
        "Importance",
        "Drift",
    ):
        assert title in shown.out
    plain = json.loads(psky("model", "report", *TRIAL, "--json", cwd=own_tuned).out)
    assert plain["schema_version"] == 1
    assert sum(plain["quality"]["reliability"]["rows"]) == plain["quality"]["rows"]


def test_explain_adds_up(psky: Any, own_tuned: Path) -> None:  # noqa: ANN401 - as above
    shown = psky("model", "explain", *TRIAL, "--touch", "700", cwd=own_tuned)
    assert shown.code == 0
    assert "(sum, not calibrated)" in shown.out
    plain = json.loads(psky("model", "explain", *TRIAL, "--touch", "700", "--json", cwd=own_tuned).out)
    total = plain["base_log_odds"] + sum(column["log_odds"] for column in plain["contributions"])
    assert abs(total - plain["raw_log_odds"]) < 1e-9

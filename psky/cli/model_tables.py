"""The tables of `psky model`: what each column shows of a row, by its heading."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from psky.cli import output
from psky.domain.text import counted
from psky.domain.time import utc_text

if TYPE_CHECKING:
    from psky.learn.drift import Drift
    from psky.learn.importance import Importance
    from psky.learn.quality import Bucket, Forecast, Quality
    from psky.replay.model_report import Explanation, ModelReport, PartModel
    from psky.replay.paths import PathScore

Row = TypeVar("Row")

_PARTS: dict[str, Callable[[PartModel], str]] = {
    "fold": lambda row: row.part,
    ">trained on": lambda row: f"{row.train_rows:,}",
    ">tested on": lambda row: f"{row.test_rows:,}",
    "calibration": lambda row: row.calibration,
    ">loss beyond formula": lambda row: "trees" if row.loss_trees else f"{row.loss_excess_r:+.3f} R",
    ">base log loss": lambda row: f"{row.base_log_loss:.4f}",
    ">log loss": lambda row: f"{row.log_loss:.4f}",
    ">AUC": lambda row: "one p for all" if row.one_p else _number(row.auc, ".3f"),
}
_BUCKETS: dict[str, Callable[[Bucket], str]] = {
    ">rows": lambda row: f"{row.rows:,}",
    ">p": lambda row: f"{row.p:.3f}",
    ">target first": lambda row: f"{row.target_first:.3f}",
    ">lift": lambda row: _number(row.lift, ".2f"),
    ">EV": lambda row: f"{row.ev_r:+.3f}",
    ">EV low": lambda row: f"{row.ev_lower_r:+.3f}",
    ">realised R": lambda row: f"{row.realised_r:+.3f}",
}
_FORECASTS: dict[str, Callable[[tuple[str, Forecast]], str]] = {
    "touches": lambda row: row[0],
    ">rows": lambda row: f"{row[1].rows:,}",
    ">EV": lambda row: _number(row[1].ev_r, "+.3f"),
    ">EV low": lambda row: _number(row[1].ev_lower_r, "+.3f"),
    ">realised": lambda row: _number(row[1].realised_r, "+.3f"),
    ">its error": lambda row: _number(row[1].realised_se_r, ".3f"),
}
_IMPORTANCE: dict[str, Callable[[Importance], str]] = {
    "column": lambda row: row.name,
    ">share of gain": lambda row: f"{row.gain_share:.1%}",
    ">log loss when shuffled": lambda row: _number(row.permuted_log_loss, "+.5f"),
}
_DRIFT: dict[str, Callable[[Drift], str]] = {
    "column": lambda row: row.name,
    ">PSI": lambda row: f"{row.psi:.3f}",
    ">limit": lambda row: f"{row.threshold:.3f}",
    "shifted": lambda row: "yes" if row.shifted else "",
}
_PATHS: dict[str, Callable[[PathScore], str]] = {
    ">path": lambda row: str(row.path),
    ">rows": lambda row: f"{row.rows:,}",
    ">log loss": lambda row: f"{row.log_loss:.4f}",
    ">AUC": lambda row: _number(row.auc, ".3f"),
    ">entered": lambda row: f"{row.entered:,}",
    ">realised R": lambda row: _number(row.realised_r, "+.3f"),
}


def print_report(found: ModelReport, title: str, top: int) -> None:
    """Print all tables of a report on the trial that `title` names; of importance and drift the `top` columns."""
    leaked = sum(len(report.leaked) for report in found.leaks.values())
    leaks = f"{counted(leaked, 'training row')} LEAK" if leaked else "no training row leaks"
    _table(f"{title}: the models of its folds; {leaks} into a fold or the hold-out", _PARTS, found.parts)
    _print_quality(found.quality)
    _table("Tenths by expected value at the lower bound of p", _BUCKETS, found.lift)
    forecasts = [("all", found.all_rows), ("entered", found.entered)]
    _table("Expected against realised, each touch alone, mean R", _FORECASTS, forecasts)
    _table("Importance", _IMPORTANCE, found.importance[:top])
    shifted = sum(column.shifted for column in found.drift)
    title = f"Drift into the last fold: {shifted} of {len(found.drift)} columns shifted"
    _table(title, _DRIFT, found.drift[:top])
    if found.paths:
        _table("Paths of combinatorial cross-validation", _PATHS, found.paths)


def print_explanation(found: Explanation, top: int) -> None:
    """Print the `top` contributions to a touch's log-odds, and what followed."""
    side = "long" if found.side > 0 else "short"
    told = [column for column in found.contributions if column.log_odds]
    added = [(column.name, f"{column.value:.4g}", f"{column.log_odds:+.4f}") for column in told[:top]]
    rest = sum(column.log_odds for column in told[top:])
    output.print_table(
        f"Touch {found.touch}, {side}, {utc_text(found.ts_us)} UTC, judged by the model of {found.part}",
        ("column", ">value", ">log-odds"),
        [
            ("(base)", "", f"{found.base_log_odds:+.4f}"),
            *added,
            (
                f"({counted(len(told[top:]), 'other column')})" if told else "(none: it has no trees)",
                "",
                f"{rest:+.4f}",
            ),
            ("(sum, not calibrated)", "", f"{found.raw_log_odds:+.4f}"),
        ],
    )
    output.say(
        f"p {found.p:.3f} (at least {found.p_lower:.3f}), gain {found.gain_r:+.3f} R, loss {found.loss_r:+.3f} R, "
        f"EV {found.ev_r:+.3f} R (at least {found.ev_lower_r:+.3f}): {found.reason}"
    )


def _print_quality(found: Quality) -> None:
    error, corp, bins = found.calibration_error, found.corp, found.murphy
    verdict = "so it may be" if found.calibrated else "so it is not"
    output.print_table(
        f"Probabilities out of sample: {found.rows:,} touches ({found.n_eff:,.0f} independent), "
        f"{found.base_rate:.1%} target first",
        ("score", ">value", "parts"),
        [
            ("log loss", f"{found.log_loss:.4f}", f"{found.clipped} clipped"),
            ("Brier", f"{found.brier:.4f}", f"skill {_number(found.brier_skill, '+.4f')}"),
            ("  in bins", "", f"reliability {bins.reliability:.4f} resolution {bins.resolution:.4f}"),
            ("  CORP", "", f"miscalibration {corp.miscalibration:.4f} discrimination {corp.discrimination:.4f}"),
            (
                "ECE",
                f"{error.l1:.4f}",
                f"calibrated: below {found.ece_q95:.4f} (95 %), {found.ece_q99:.4f} (99 %); {verdict}",
            ),
            ("Spiegelhalter z", _number(found.spiegelhalter_z, "+.2f"), _as_independent(found)),
            ("AUC", _number(found.auc, ".3f"), "by chance 0.500; over folds together"),
        ],
    )
    table = zip(found.reliability.rows, found.reliability.forecast, found.reliability.outcome, strict=True)
    shown = [(f"{rows:,}", f"{said:.3f}", f"{true:.3f}") for rows, said, true in table]
    output.print_table("Reliability", (">rows", ">said", ">came true"), shown)


def _as_independent(found: Quality) -> str:
    if found.spiegelhalter_z is None:
        return ""
    z = found.spiegelhalter_z * math.sqrt(found.n_eff / found.rows)
    return f"calibrated: -2 to +2 in 95 %, of independent rows; of as many as these are, about {z:+.2f}"


def _table(title: str, columns: dict[str, Callable[[Row], str]], rows: Sequence[Row]) -> None:
    output.print_table(title, tuple(columns), [tuple(text(row) for text in columns.values()) for row in rows])


def _number(value: float | None, shape: str) -> str:
    return "" if value is None else format(value, shape)

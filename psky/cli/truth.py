"""A comparison with the planted probabilities, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psky.app.truth import TruthReport


def truth_line(report: TruthReport) -> str:
    """Return a report as one or two sentences."""
    line = (
        f"truth: correlation {_number(report.correlation)}, bias {report.bias:+.3f}, RMSE {report.rmse:.3f} against "
        f"the planted probabilities on {report.touches:,} touches (AUC {_number(report.auc)}, oracle's "
        f"{_number(report.oracle_auc)})"
    )
    if not report.entered:
        return line
    return (
        f"{line}; {report.entered:,} of them accepted: the model said {report.ev_r:+.3f} R each "
        f"({report.ev_lower_r:+.3f} R at the lower bound), the planted probabilities {report.true_ev_r:+.3f} R, "
        f"and they earned {report.realised_r:+.3f} R"
    )


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"

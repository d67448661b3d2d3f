"""A trial in words: its results fold by fold and its parameters."""

from __future__ import annotations

from textual.content import Content

from psky.app.views import FoldView, TrialView
from psky.backtest.findings import Calibration
from psky.domain import text as fmt
from tui.columns.trials import state_text
from tui.tones import toned
from tui.widgets.scatter import Dot, Picture

_HEADS = f"{'fold':>4} {'score':>8} {'trades':>6} {'net R':>8} {'win':>6} {'max DD':>7}  digest"
_STEPS = 100


def describe(trial: TrialView | None) -> Content:
    """Return what is known of a trial."""
    if trial is None:
        return Content.styled("no trial passes the filter", "dim")
    lines = [_summary(trial), Content.styled(_HEADS, "dim")]
    lines += [_fold(fold) for fold in trial.folds] or [Content.styled("no fold has ended", "dim")]
    width = max((len(name) for name in trial.params), default=0)
    lines += [Content()] + [
        Content.assemble((f"{name:<{width}}  ", "dim"), fmt.anything(value)) for name, value in trial.params.items()
    ]
    return Content("\n").join(lines)


def _summary(trial: TrialView) -> Content:
    return Content.assemble(
        f"{state_text(trial)}  score ",
        toned(trial.score, fmt.signed(trial.score, 3)),
        "  net ",
        toned(trial.net_r, f"{fmt.signed(trial.net_r)} R"),
    )


def _fold(fold: FoldView) -> Content:
    return Content.assemble(
        f"{fold.fold:>4} ",
        toned(fold.score, f"{fmt.signed(fold.score, 3):>8} "),
        f"{fmt.integer(fold.trades):>6} ",
        toned(fold.net_r, f"{fmt.signed(fold.net_r):>8} "),
        f"{fmt.percent(fold.win_rate):>6} {fmt.decimal(fold.max_drawdown_r):>7}  ",
        (fold.digest[:8], "dim"),
    )


def calibration(found: Calibration) -> Picture:
    """Return how often the target came first over the probability that was said: on the line, both are equal."""
    bins = [one for one in found.bins if one.rows]
    shares = [share for one in bins for share in (one.forecast, one.outcome)] or [0.0, 1.0]
    low, high = min(shares), max(shares)
    told = [low + (high - low) * step / _STEPS for step in range(_STEPS)]
    alike = " · one p for all" if found.one_p else ""
    return Picture(
        title=f"calibration: said p, and how often · ECE {fmt.percent(found.ece)} of {fmt.integer(found.rows)} touches"
        f"{alike}",
        dots=[Dot(x=one.forecast, y=one.outcome) for one in bins],
        steps=[Dot(x=p, y=p) for p in told],
        left=f"said {fmt.percent(low)}",
        right=fmt.percent(high),
        ends=(low, high),
        label=fmt.percent,
    )

"""A backtest in words: digests, metrics, funnel, files."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from textual.content import Content

from psky.app.views import BacktestView
from psky.domain import text as fmt
from tui.screens.trial_text import toned

_NAME = 22
_DIGEST = 12


def describe(view: BacktestView) -> Content:
    """Return what is known of a backtest."""
    lines = [*_digests(view), Content()]
    lines += [_metric(name, value) for name, value in view.metrics.items()]
    lines += [
        Content(),
        Content.styled("funnel", "dim"),
        *_funnel(view.funnel),
        Content(),
        Content(f"report  {view.folder / 'report.html'}"),
    ]
    return Content("\n").join(lines)


def _digests(view: BacktestView) -> list[Content]:
    own = Content.assemble(("digest  ", "dim"), view.digest[:_DIGEST])
    if view.tuned_digest is None:
        return [own, Content.styled("the tuner stores none for this part", "dim")]
    same = view.digest == view.tuned_digest
    verdict = ("✓ equal", "$success") if same else ("✗ DIFFERENT", "bold $error")
    return [own, Content.assemble(("tuned   ", "dim"), view.tuned_digest[:_DIGEST], "  ", verdict)]


def _metric(name: str, value: float | None) -> Content:
    text = fmt.metric(name, value)
    signed = text.startswith(("+", "-"))
    return Content.assemble((f"{fmt.title(name):<{_NAME}}", "dim"), toned(value if signed else None, f"{text:>10}"))


def _funnel(funnel: Mapping[str, int]) -> list[Content]:
    counts = list(funnel.items())
    shares = ["", *(f"{after / before:>8.1%}" if before else "" for (_, before), (_, after) in pairwise(counts))]
    return [
        Content.assemble((f"  {fmt.title(name):<{_NAME - 2}}", "dim"), f"{fmt.integer(count):>10}", (share, "dim"))
        for (name, count), share in zip(counts, shares, strict=True)
    ]

"""A backtest in words: digests and metrics, fill ladder, stress, smell tests, funnel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content

from psky.app.views import BacktestView
from psky.backtest.findings import Smell, Stage, Variant
from psky.backtest.result import BacktestResult
from psky.domain import text as fmt
from tui.privacy import money
from tui.tones import toned

_NAME = 22
_DIGEST = 12
_CONDITION = 34
_MARKS = {True: ("▲", "$error"), False: ("✓", "$success"), None: (fmt.MISSING, "dim")}


def describe(view: BacktestView) -> Content:
    """Return what a backtest is and what it measured."""
    result = view.result
    lines = [*_digests(result), _smell_count(result), *_looks(result), Content()]
    lines += [_metric(name, value) for name, value in result.metrics.items()]
    lines += [
        Content(),
        Content.assemble(("model   ", "dim"), result.training.note),
        Content.assemble(("report  ", "dim"), str(view.folder / "report.html")),
    ]
    return Content("\n").join(lines)


def ladder(result: BacktestResult) -> Content:
    """Return the fill ladder."""
    words = "From optimistic to strict; what holds under the looser rules alone does not count."
    return _variants("fill rule", result.ladder, words)


def stress(result: BacktestResult) -> Content:
    """Return the verdicts under harder conditions."""
    return _variants("condition", result.stress, "The same verdicts: the model does not know of the harder conditions.")


def smells(result: BacktestResult) -> Content:
    """Return every smell test, those that found something first."""
    return Content("\n").join([_smell(smell) for smell in result.ranked_smells])


def funnel(result: BacktestResult) -> Content:
    """Return the funnel: counts, shares of the stage before, and reasons."""
    return Content("\n").join([_stage(stage, share) for stage, share in result.funnel_shares])


VIEWS: Mapping[str, Callable[[BacktestResult], Content]] = {
    "smells": smells,
    "ladder": ladder,
    "stress": stress,
    "funnel": funnel,
}
"""What can stand in the place of the trades, by name."""


def _digests(result: BacktestResult) -> list[Content]:
    own = Content.assemble(("digest  ", "dim"), result.digest[:_DIGEST])
    if result.tuned_digest is None:
        return [own, Content.styled("the tuner stores none for this part", "dim")]
    same = result.digest == result.tuned_digest
    verdict = ("✓ equal", "$success") if same else ("✗ DIFFERENT", "bold $error")
    return [own, Content.assemble(("tuned   ", "dim"), result.tuned_digest[:_DIGEST], "  ", verdict)]


def _smell_count(result: BacktestResult) -> Content:
    found = len(result.found_smells)
    mark, tone = _MARKS[found > 0]
    return Content.assemble(("smells  ", "dim"), (f"{mark} {found} of {result.tested_smells} tests", tone))


def _looks(result: BacktestResult) -> list[Content]:
    if result.holdout_looks is None:
        return []
    return [Content.assemble(("looks   ", "dim"), f"{result.holdout_looks} at the hold-out")]


def _metric(name: str, value: float | None) -> Content:
    text = fmt.metric(name, value) if "quote" not in name.split("_") else money(fmt.metric(name, value))
    signed = text.startswith(("+", "-"))
    return Content.assemble((f"{fmt.title(name):<{_NAME}}", "dim"), toned(value if signed else None, f"{text:>10}"))


def _variants(what: str, variants: Sequence[Variant], words: str) -> Content:
    heads = f"  {what:<{_CONDITION}} {'filled':>6} {'trades':>6} {'win':>6} {'mean R':>7} {'net R':>9}"
    return Content("\n").join(
        [Content.styled(heads, "dim"), *(_variant(one) for one in variants), Content.styled(words, "dim")]
    )


def _variant(one: Variant) -> Content:
    return Content.assemble(
        (f"{'●' if one.own else ' '} {one.name:<{_CONDITION}} ", "bold" if one.own else ""),
        f"{fmt.percent(one.fill_share):>6} {fmt.integer(one.trades):>6} {fmt.percent(one.win_rate):>6} ",
        toned(one.mean_r, f"{fmt.signed(one.mean_r, 3):>7} "),
        toned(one.net_r, f"{fmt.signed(one.net_r):>9}"),
    )


def _smell(smell: Smell) -> Content:
    mark, tone = _MARKS[smell.smells]
    return Content.assemble((f"{mark} {smell.name:<12}", tone), (smell.text, "" if smell.smells else "dim"))


def _stage(stage: Stage, share: float | None) -> Content:
    shown = " " * 8 if share is None else f"{fmt.percent(share):>8}"
    reasons = ", ".join(f"{name} {fmt.integer(count)}" for name, count in stage.reasons.items())
    return Content.assemble(
        f"{stage.name:<10}{fmt.integer(stage.count):>10}", (shown, "dim"), f"  {reasons}" if reasons else ""
    )

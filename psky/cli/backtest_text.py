"""Backtests in words and tables, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from psky.cli import output
from psky.domain.text import (
    MISSING,
    anything,
    counted,
    decimal,
    integer,
    metric,
    metric_interval,
    missing,
    part_title,
    percent,
    signed,
    title,
    utc_minute,
)

if TYPE_CHECKING:
    from psky.app.results import ComparedView, ResultList
    from psky.app.views import BacktestView
    from psky.backtest.compare import OneSided
    from psky.backtest.findings import MarkoutCurve, Stage, Variant
    from psky.backtest.result import BacktestResult


def as_json(view: BacktestView) -> dict[str, object]:
    """Return a backtest as one JSON object; its trades are in the files that it names."""
    import msgspec

    plain = msgspec.to_builtins(view.result)
    del plain["schema_version"]  # that of the file; commands print their own
    files = {"report": str(view.folder / "report.html"), "trades_file": str(view.folder / "trades.parquet")}
    return {"id": view.id, **plain, "trades": len(view.trades), "folder": str(view.folder), **files}


def print_view(view: BacktestView) -> None:
    """Print metrics, ladder, stress, funnel, smell tests, digests and where the files lie."""
    result = view.result
    heading = f"{result.label} / {result.study} / trial {result.trial} / {part_title(result.part)}"
    output.print_table(
        f"{heading} ({utc_minute(result.start_ts_us)} to {utc_minute(result.end_ts_us)} UTC)",
        ("metric", ">value", f">{_level(result)} interval"),
        [(title(name), metric(name, value), _interval(result, name)) for name, value in result.metrics.items()],
    )
    _print_overrides(result)
    _print_variants("Fill ladder: the same verdicts under each rule", "rule", result.ladder)
    _print_variants("Stress: the same verdicts under harder conditions", "condition", result.stress)
    _print_markouts(result.markouts)
    _print_elsewhere(result.elsewhere)
    _print_funnel(result.funnel_shares)
    _print_smells(result)
    _say_origin(result)
    output.say(f"report: {view.folder / 'report.html'}\ntrades: {view.folder / 'trades.parquet'} and .csv")


def _level(result: BacktestResult) -> str:
    return "" if result.intervals is None else f"{result.intervals.level:.0%}"


def _interval(result: BacktestResult, name: str) -> str:
    found = None if result.intervals is None else result.intervals.of.get(name)
    return MISSING if found is None else metric_interval(name, found.low, found.high)


def _print_markouts(curves: Sequence[MarkoutCurve]) -> None:
    if not curves:
        return
    horizons = [f">{point.horizon_s:g} s" for point in curves[0].points]
    rows = [
        (curve.rule, curve.after, integer(curve.points[0].count), *(signed(point.bp) for point in curve.points))
        for curve in curves
    ]
    output.print_table("Markouts: mean move of the mid, in bp", ("rule", "after", ">count", *horizons), rows)


def _print_elsewhere(figures: Mapping[str, float | None]) -> None:
    if figures:
        rows = [(name, decimal(value, 3)) for name, value in figures.items()]
        output.print_table("As others reckon: not psky's figures", ("figure", ">value"), rows)


def print_list(found: ResultList) -> None:
    """Print one line a backtest, newest first."""
    output.print_table(
        "Backtests",
        ("id", ">trades", ">net R", ">mean R", "smells", "overrides", "written (UTC)"),
        [
            (
                row.id,
                integer(row.trades),
                signed(row.net_r),
                signed(row.mean_r, 3),
                ", ".join(row.smells) or "none",
                ", ".join(row.overrides) or "none",
                utc_minute(row.written_ts_us),
            )
            for row in found.results
        ],
    )
    for reason in found.unreadable:
        output.say(f"left out: {reason}")
    if not found.results:
        output.say("no backtest yet: psky backtest run SYMBOL makes one")


def print_comparison(view: ComparedView) -> None:
    """Print two backtests side by side."""
    found = view.comparison
    output.print_table(
        f"A {view.a}\nB {view.b}",
        ("metric", ">A", ">B", ">B - A"),
        [(title(name), metric(name, a), metric(name, b), _apart(name, a, b)) for name, (a, b) in found.metrics.items()],
    )
    if found.spec:
        rows = [(name, anything(a), anything(b)) for name, (a, b) in found.spec.items()]
        output.print_table("Specs differ", ("setting", ">A", ">B"), rows)
    _print_one_sided("A", found.only_a)
    _print_one_sided("B", found.only_b)
    output.say(f"{found.common_trades} touches were traded by both")
    output.say(found.difference_words)
    if not found.spec:
        output.say("the specs are the same")
    if not found.same_tape:
        output.say("warning: the tapes are not the same")
    if found.same_ledger:
        output.say("both did the same, trade for trade: one digest")


def _print_overrides(result: BacktestResult) -> None:
    if result.overrides:
        rows = [(name, anything(was), anything(now)) for name, (was, now) in result.overrides.items()]
        output.print_table("NOT what was tuned", ("setting", ">tuned", ">here"), rows)


def _print_variants(heading: str, what: str, variants: Sequence[Variant]) -> None:
    output.print_table(
        heading,
        (what, ">filled", ">trades", ">win rate", ">mean R", ">net R"),
        [
            (
                f"{one.name} *" if one.own else one.name,
                percent(one.fill_share),
                integer(one.trades),
                percent(one.win_rate),
                signed(one.mean_r, 3),
                signed(one.net_r),
            )
            for one in variants
        ],
    )


def _print_funnel(funnel: Sequence[tuple[Stage, float | None]]) -> None:
    output.print_table(
        "Funnel",
        ("stage", ">count", ">share", "of the others"),
        [
            (
                stage.name,
                integer(stage.count),
                "" if share is None else percent(share),
                ", ".join(f"{name} {integer(count)}" for name, count in stage.reasons.items()),
            )
            for stage, share in funnel
        ],
    )


def _print_smells(result: BacktestResult) -> None:
    for smell in result.found_smells:
        output.say(f"smells: {smell.name}: {smell.text}")
    if not result.found_smells:
        output.say("no smell test found anything")


def _say_origin(result: BacktestResult) -> None:
    on = result.training
    output.say(f"model: {on.note}; {on.rows:,} touches, {utc_minute(on.start_us)} to {utc_minute(on.end_us)} UTC")
    if result.holdout_looks is not None:
        output.say(f"the hold-out has been looked at {counted(result.holdout_looks, 'time')}, this one counted")
    output.say(f"digest       {result.digest}")
    if result.tuned_digest is not None:
        same = "the same" if result.tuned_digest == result.digest else "DIFFERENT"
        output.say(f"tuned digest {result.tuned_digest} ({same})")


def _print_one_sided(name: str, found: OneSided) -> None:
    if not found.trades:
        return
    cut = f", the first {len(found.first)}" if found.trades > len(found.first) else ""
    output.print_table(
        f"{found.trades} trades of {name} alone: {signed(found.net_r)} R{cut}",
        ("side", "touch (UTC)", "exit by", ">net R"),
        [
            (row["side"], utc_minute(row["decided_ts_us"]), row["exit_reason"], signed(row["net_r"]))
            for row in found.first
        ],
    )


def _apart(name: str, a: Any, b: Any) -> str:  # noqa: ANN401 - a metric of any kind
    if missing(a) or missing(b):
        return ""
    size = metric(name, abs(b - a)).lstrip("+")
    return f"{'-' if b < a else '+'}{size}"

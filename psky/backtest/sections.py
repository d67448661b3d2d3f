"""The tables and lists of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from psky.backtest.findings import MarkoutCurve, Period, Smell, Stage, Variant
from psky.backtest.html import Cell, gain, number, table, word
from psky.backtest.result import BacktestResult
from psky.domain.text import (
    MISSING,
    anything,
    decimal,
    integer,
    metric,
    metric_interval,
    percent,
    price,
    sign_tone,
    signed,
    title,
    utc_minute,
)
from psky.spec.codec import to_dict
from psky.spec.spec import Spec

_TILES = ("net_r", "mean_r", "trades", "win_rate", "profit_factor", "max_drawdown_r")
_MARKS = {True: ("smell", "smells"), False: ("clean", "clean"), None: ("untested", "not tested")}


def tiles(result: BacktestResult) -> str:
    """Return the headline numbers, each with its interval."""
    shown = [name for name in _TILES if name in result.metrics]
    return f'<div class="tiles">{"".join(_tile(result, name) for name in shown)}</div>'


def overrides_note(result: BacktestResult) -> str:
    """Return what of the spec was not tuned, if anything."""
    if not result.overrides:
        return ""
    rows = [[word(name), number(anything(was)), number(anything(now))] for name, (was, now) in result.overrides.items()]
    heads = ("setting", ">tuned", ">here")
    return f'<section class="warning"><h2>Not what was tuned</h2>{table(heads, rows)}</section>'


def smells_list(smells: Sequence[Smell]) -> str:
    """Return smell tests as a list."""
    return f"<ul>{''.join(_smell(smell) for smell in smells)}</ul>"


def variants_table(variants: Sequence[Variant], what: str) -> str:
    """Return a ladder or a stress as a table."""
    return table(
        (what, ">filled", ">trades", ">win", ">mean R", ">net R"),
        [
            [
                word(one.name, "own" if one.own else ""),
                number(percent(one.fill_share)),
                number(integer(one.trades)),
                number(percent(one.win_rate)),
                gain(one.mean_r, signed(one.mean_r, 3)),
                gain(one.net_r, signed(one.net_r)),
            ]
            for one in variants
        ],
    )


def funnel_table(funnel: Sequence[tuple[Stage, float | None]]) -> str:
    """Return the stages of a funnel: counts, shares of the stage before, and reasons."""
    rows: list[list[Cell]] = []
    for stage, share in funnel:
        shown = "" if share is None else percent(share)
        rows.append([word(stage.name, "stage"), number(integer(stage.count)), number(shown)])
        rows += [[word(name, "reason"), number(integer(count)), number("")] for name, count in stage.reasons.items()]
    return table(("stage", ">count", ">share"), rows)


def calendar_table(calendar: Sequence[Period]) -> str:
    """Return the periods with what closed in each."""
    return table(
        ("period", ">trades", ">win", ">net R"),
        [
            [
                word(one.name),
                number(integer(one.trades)),
                number(percent(one.win_rate)),
                gain(one.net_r, signed(one.net_r)),
            ]
            for one in calendar
        ],
    )


def metrics_table(result: BacktestResult) -> str:
    """Return every metric in the unit that its name states, with its interval."""
    rows = [
        [word(title(name)), number(metric(name, value)), number(_interval(result, name))]
        for name, value in result.metrics.items()
    ]
    return table(("metric", ">value", ">interval"), rows)


def markouts_table(curves: Sequence[MarkoutCurve]) -> str:
    """Return the markouts of every curve, in basis points."""
    heads = ("rule", "after", ">count", *(f">{point.horizon_s:g} s" for point in curves[0].points))
    return table(
        heads,
        [
            [
                word(curve.rule),
                word(curve.after),
                number(integer(curve.points[0].count)),
                *(gain(point.bp, signed(point.bp)) for point in curve.points),
            ]
            for curve in curves
        ],
    )


def spec_table(result: BacktestResult) -> str:
    """Return the whole spec, section by section, with what differs from the default."""
    default = to_dict(Spec())
    blocks = []
    for name, values in result.spec.items():
        rows = [_setting(key, value, default[name][key]) for key, value in values.items()]
        blocks.append(f"<div><h3>{escape(name)}</h3>{table((), rows)}</div>")
    return f'<div class="spec">{"".join(blocks)}</div>'


def fingerprints_table(result: BacktestResult) -> str:
    """Return what names ledger, spec and tape."""
    tuned = {} if result.tuned_digest is None else {"digest stored by the tuner": result.tuned_digest}
    values = {
        "ledger digest": result.digest,
        **tuned,
        "spec": result.spec_fingerprint,
        "tape": result.tape_fingerprint,
        "psky": result.psky_version,
    }
    return table((), [[word(name), word(value, "mono")] for name, value in values.items()])


def trades_table(trades: pl.DataFrame) -> str:
    """Return one row a trade."""
    heads = (
        "side",
        "entry (UTC)",
        "exit (UTC)",
        ">entry",
        ">exit",
        ">qty",
        "exit by",
        ">p",
        ">EV R",
        ">fee R",
        ">net R",
    )
    return table(heads, [_trade(row) for row in trades.iter_rows(named=True)])


def _tile(result: BacktestResult, name: str) -> str:
    value = result.metrics[name]
    shown, between = metric(name, value), _interval(result, name)
    tone = sign_tone(value) if shown.startswith(("+", "-")) else ""
    below = "" if between == MISSING else f"<small>{escape(between)}</small>"
    return f'<div class="tile"><span>{escape(title(name))}</span><b class="{tone}">{escape(shown)}</b>{below}</div>'


def _interval(result: BacktestResult, name: str) -> str:
    found = None if result.intervals is None else result.intervals.of.get(name)
    return MISSING if found is None else metric_interval(name, found.low, found.high)


def _smell(smell: Smell) -> str:
    kind, said = _MARKS[smell.smells]
    return f'<li class="{kind}"><b>{escape(smell.name)}</b> <i>{said}</i> {escape(smell.text)}</li>'


def _setting(name: str, value: object, default: object) -> list[Cell]:
    own = value != default
    shown = word(", ".join(map(str, value)), "list") if isinstance(value, list) else number(_plain(value))
    beside = "" if not own else "default: all" if isinstance(default, list) else f"default {_plain(default)}"
    return [word(name, "own" if own else ""), shown, word(beside, "default")]


def _plain(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _trade(row: Mapping[str, Any]) -> list[Cell]:
    return [
        word(row["side"]),
        word(utc_minute(row["entry_ts_us"])),
        word(utc_minute(row["exit_ts_us"])),
        number(price(row["entry_price"])),
        number(price(row["exit_price"])),
        number(price(row["qty"])),
        word(row["exit_reason"]),
        number(decimal(row["p"], 3)),
        number(signed(row["ev_r"], 3)),
        number(decimal(row["fee_r"], 3)),
        gain(row["net_r"], signed(row["net_r"], 3)),
    ]

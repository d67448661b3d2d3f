"""`report.html`: one file that opens without a network and says what a backtest found."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

import polars as pl

from psky.backtest.charts.equity import drawdown_svg, equity_svg
from psky.backtest.charts.foresight import deciles_svg, reliability_svg
from psky.backtest.charts.histogram import histogram_svg
from psky.backtest.charts.price import MOST_TRADES, price_svg
from psky.backtest.html import number, section, table, word
from psky.backtest.result import BacktestResult
from psky.backtest.sections import (
    calendar_table,
    fingerprints_table,
    funnel_table,
    markouts_table,
    metrics_table,
    overrides_note,
    smells_list,
    spec_table,
    tiles,
    trades_table,
    variants_table,
)
from psky.domain.text import counted, decimal, part_title, utc_minute

_TEMPLATE = Path(__file__).with_name("report.html")
_TRADE_ROWS = 500


def write_report(folder: Path, result: BacktestResult, trades: pl.DataFrame, prices: pl.DataFrame) -> Path:
    """Write `report.html` and return its path."""
    path = folder / "report.html"
    path.write_text(render(result, trades, prices), encoding="utf-8")
    return path


def render(result: BacktestResult, trades: pl.DataFrame, prices: pl.DataFrame) -> str:
    """Return the report as HTML; `trades` and `prices` are tables of `psky.backtest.tables`."""
    parts = [
        overrides_note(result),
        tiles(result),
        _smells(result),
        _equity(result, trades),
        _price(result, trades, prices),
        _pair(_distribution(trades), _calendar(result)),
        _foresight(result),
        _pair(_ladder(result), _stress(result)),
        _pair(_funnel(result), _metrics(result)),
        _markouts(result),
        _elsewhere(result),
        _spec(result),
        _trades(trades),
    ]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(f"{result.label} / {result.study} / trial {result.trial} / {part_title(result.part)}"),
        span=f"{utc_minute(result.start_ts_us)} to {utc_minute(result.end_ts_us)} UTC",
        model=escape(_model(result)),
        body="".join(parts),
        version=escape(f"psky {result.psky_version}, ledger {result.digest[:16]}"),
    )


def _model(result: BacktestResult) -> str:
    on, looks = result.training, result.holdout_looks
    learnt = f"{utc_minute(on.start_us)} to {utc_minute(on.end_us)}, {on.rows:,} touches"
    seen = "" if looks is None else f" The hold-out has been looked at {counted(looks, 'time')}, this one counted."
    return f"Model: {on.note} ({learnt}).{seen}"


def _smells(result: BacktestResult) -> str:
    title = f"Smell tests: {len(result.found_smells)} of {result.tested_smells} smell"
    return section(title, smells_list(result.ranked_smells), kind="smells")


def _equity(result: BacktestResult, trades: pl.DataFrame) -> str:
    closed = trades.sort("exit_ts_us")
    curve = (closed["exit_ts_us"].to_numpy(), closed["net_r"].to_numpy(), (result.start_ts_us, result.end_ts_us))
    note = "As trades close, fees and slippage paid. One R is the distance from entry to stop."
    return section("Equity and drawdown", equity_svg(*curve) + drawdown_svg(*curve), note=note)


def _price(result: BacktestResult, trades: pl.DataFrame, prices: pl.DataFrame) -> str:
    cut = (
        f" Of {len(trades):,} trades the {MOST_TRADES} that moved most are drawn." if len(trades) > MOST_TRADES else ""
    )
    note = f"A triangle enters, up for a long, down for a short; a dot leaves with a gain, a cross with a loss.{cut}"
    return section(
        "Price, entries and exits", price_svg(prices, trades, (result.start_ts_us, result.end_ts_us)), note=note
    )


def _distribution(trades: pl.DataFrame) -> str:
    return section("Results in R", histogram_svg(trades["net_r"].to_numpy()), note="Net of costs, one trade each.")


def _calendar(result: BacktestResult) -> str:
    what = "By day" if result.calendar and len(result.calendar[0].name) > len("2018-01") else "By month"
    return section(what, calendar_table(result.calendar), note="UTC, by the time of exit.")


def _foresight(result: BacktestResult) -> str:
    found = result.calibration
    if found is None:
        return section("Foresight", "<p>Too few touches filled and resolved to tell how well p foretold.</p>")
    reliability = section(
        "Calibration",
        reliability_svg(found),
        note=f"{found.rows:,} touches that filled and resolved, each alone on the tape, accepted or not; bars are 95 % "
        f"intervals, the dotted line is perfect. Brier {found.brier:.4f}, log loss {found.log_loss:.4f}, "
        f"ECE {found.ece:.4f}, AUC {decimal(found.auc, 3)}.",
    )
    deciles = section(
        "Expected against realised value",
        deciles_svg(result.ev_deciles),
        note="The same touches in tenths by expected value. Solid line: expected at p; dashed: at its lower bound, "
        "which decides; dots: what came, with two standard errors.",
    )
    return _pair(reliability, deciles)


def _ladder(result: BacktestResult) -> str:
    note = (
        "The same verdicts under each fill rule, from optimistic to strict. The row in bold is the rule of the spec. "
        "Nothing counts that holds under the looser rules alone."
    )
    return section("Fill ladder", variants_table(result.ladder, "rule"), note=note)


def _stress(result: BacktestResult) -> str:
    note = "The same verdicts under harder conditions; the model does not know of them."
    return section("Stress", variants_table(result.stress, "condition"), note=note)


def _funnel(result: BacktestResult) -> str:
    return section("Funnel", funnel_table(result.funnel_shares), note="Each share is of the stage before.")


def _metrics(result: BacktestResult) -> str:
    made = result.intervals
    note = (
        ""
        if made is None
        else (
            f"Intervals of {made.level:.0%}: BCa, {made.reps:,} resamples of a stationary bootstrap in blocks of "
            f"{made.trade_block:.1f} trades, {made.day_block:.1f} days and {made.period_block:.1f} periods on average "
            "(Politis and White). A dash: too little is known."
        )
    )
    return section("Metrics", metrics_table(result), note=note)


def _markouts(result: BacktestResult) -> str:
    if not result.markouts:
        return ""
    note = "Mean move of the mid in bp, in favour of whoever traded; an entry that did not fill counts at its limit."
    return section("Markouts", markouts_table(result.markouts), note=note)


def _elsewhere(result: BacktestResult) -> str:
    if not result.elsewhere:
        return ""
    rows = [[word(name), number(decimal(value, 3))] for name, value in result.elsewhere.items()]
    return section("As others reckon", table((), rows, kind="pairs"), note="Not psky's figures: for comparison alone.")


def _spec(result: BacktestResult) -> str:
    note = "Bold: other than the default, which stands beside."
    spec = section("Spec", spec_table(result), note=note)
    return section("Fingerprints", fingerprints_table(result)) + spec


def _trades(trades: pl.DataFrame) -> str:
    cut = f"The first {_TRADE_ROWS} of {len(trades)}; all are in trades.csv." if len(trades) > _TRADE_ROWS else ""
    body = f"<details><summary>{len(trades):,} trades</summary>{trades_table(trades.head(_TRADE_ROWS))}</details>"
    return section("Trades", body, note=cut, kind="wide")


def _pair(left: str, right: str) -> str:
    return f'<div class="pair">{left}{right}</div>'

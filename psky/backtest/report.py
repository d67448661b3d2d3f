"""`report.html`: one file that opens without a network and says what a backtest found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import polars as pl

from psky.backtest.chart import equity_svg
from psky.backtest.result import BacktestResult
from psky.domain.text import metric, title
from psky.domain.time import utc_text

_TEMPLATE = Path(__file__).with_name("report.html")
_TRADE_ROWS = 500


def write_report(folder: Path, result: BacktestResult, trades: pl.DataFrame) -> Path:
    """Write `report.html` and return its path."""
    path = folder / "report.html"
    path.write_text(render(result, trades), encoding="utf-8")
    return path


def render(result: BacktestResult, trades: pl.DataFrame) -> str:
    """Return the report as HTML."""
    by_exit = trades.sort("exit_ts_us")
    equity = equity_svg(
        by_exit["exit_ts_us"].to_numpy(),
        np.cumsum(by_exit["net_r"].to_numpy()),
        (result.start_ts_us, result.end_ts_us),
    )
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(f"{result.label} / {result.study} / trial {result.trial} / {result.part}"),
        span=f"{utc_text(result.start_ts_us)} to {utc_text(result.end_ts_us)} UTC",
        equity=equity,
        metrics=_rows((title(name), metric(name, value)) for name, value in result.metrics.items()),
        funnel=_pairs({name: f"{count:,}" for name, count in result.funnel.items()}),
        fingerprints=_pairs(_fingerprints(result)),
        trades=_trades(trades),
        cut=f"The first {_TRADE_ROWS} of {len(trades)}; all are in trades.csv." if len(trades) > _TRADE_ROWS else "",
        spec=_spec(result.spec),
    )


def _fingerprints(result: BacktestResult) -> dict[str, str]:
    tuned = {} if result.tuned_digest is None else {"digest stored by the tuner": result.tuned_digest}
    return {
        "ledger digest": result.digest,
        **tuned,
        "spec": result.spec_fingerprint,
        "tape": result.tape_fingerprint,
        "psky": result.psky_version,
    }


def _pairs(values: Mapping[str, str]) -> str:
    return _rows((name.replace("_", " "), value) for name, value in values.items())


def _spec(spec: Mapping[str, Any]) -> str:
    return _rows((f"{section}.{key}", str(value)) for section, keys in spec.items() for key, value in keys.items())


def _trades(trades: pl.DataFrame) -> str:
    return _rows(
        (
            row["side"],
            utc_text(row["entry_ts_us"]),
            utc_text(row["exit_ts_us"]),
            f"{row['entry_price']:g}",
            f"{row['exit_price']:g}",
            f"{row['qty']:g}",
            row["exit_reason"],
            f"{row['p']:.3f}",
            f"{row['ev_r']:+.3f}",
            f"{row['fee_r']:.3f}",
            f"{row['net_r']:+.3f}",
        )
        for row in trades.head(_TRADE_ROWS).iter_rows(named=True)
    )


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)

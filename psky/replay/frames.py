"""What metrics are figures of: the closed trades of a replay and its periods of time, rows in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from psky.domain.time import DAY_US, HOUR_US, SECOND_US
from psky.engine.codes import OrderKind
from psky.replay.dataset import Dataset
from psky.replay.equity import MarkedEquity
from psky.replay.ledger import Ledger
from psky.replay.metrics import exposed_until
from psky.replay.periods import Part
from psky.replay.statistics.arrays import Floats, Ints

TRADE_COLUMNS = ("net_r", "gross_r", "fee_r", "funding_r", "mae_r", "mfe_r", "hold_s")
PERIOD_COLUMNS = (
    "length_s",
    "trades",
    "net_r",
    "fee_r",
    "funding_r",
    "exposed_s",
    "sent",
    "filled",
    "notional",
    "maker_notional",
    "change_quote",
    "equity",
    "return",
    "change_r",
    "lowest_r",
    "highest_r",
    "drawdown_r",
    "change_log",
    "lowest_log",
    "highest_log",
    "drawdown_log",
)
_LEAST_EQUITY = 1e-12
"""Share of the capital that stands for all of it being gone."""


MANY_DAYS = 30
"""From so many days on they are the periods; before, hours are, of which there are enough to resample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """`trades` float64[n, 7] in the order of their exits; `days` and `periods` float64[T, 21]; columns as named above.

    `days` are UTC days, the first and the last as far as the part of history reaches; `periods` are the same days, or
    hours where there are few. Money is in quote currency; `equity` is that of the period's end, `return` is simple;
    `lowest_*`, `highest_*` and `drawdown_*` are of the marked equity within the period, from where it began; `*_log`
    are of the logarithm of the equity.
    """

    trades: Floats
    days: Floats
    periods: Floats


def frames(dataset: Dataset, part: Part, ledger: Ledger, equity: MarkedEquity) -> Frames:
    """Return the frames of a replay whose marked equity is known."""
    days = _periods(dataset, ledger, equity, DAY_US)
    periods = days if len(days) >= MANY_DAYS else _periods(dataset, ledger, equity, HOUR_US)
    return Frames(trades=_trades(ledger, part), days=days, periods=periods)


def _trades(ledger: Ledger, part: Part) -> Floats:
    trades = ledger.trades
    order = np.argsort(trades["exit_ts_us"], kind="stable")
    hold_us = np.minimum(trades["exit_ts_us"], part.end_us) - np.minimum(trades["entry_ts_us"], part.end_us)
    known = {**trades, "hold_s": hold_us / SECOND_US}
    return np.column_stack([known[name][order].astype(np.float64) for name in TRADE_COLUMNS])


def _periods(dataset: Dataset, ledger: Ledger, equity: MarkedEquity, period_us: int) -> Floats:
    edges = equity.edges(period_us)
    edges_us = equity.ts_us[edges]
    columns = (
        {"length_s": np.diff(edges_us) / SECOND_US}
        | _closed(ledger, edges_us)
        | _orders(dataset, ledger, edges_us)
        | _equity(equity, edges, dataset.spec.policy.equity)
    )
    return np.column_stack([columns[name] for name in PERIOD_COLUMNS])


def _closed(ledger: Ledger, edges_us: Ints) -> dict[str, Floats]:
    trades = ledger.trades
    exits = trades["exit_ts_us"]
    sums = {"net_r": trades["net_r"], "fee_r": trades["fee_r"], "funding_r": trades["funding_r"]}
    return {
        "trades": _by_period(exits, np.ones(len(exits)), edges_us),
        **{name: _by_period(exits, values, edges_us) for name, values in sums.items()},
        "exposed_s": np.diff(exposed_until(trades["entry_ts_us"], exits, edges_us)) / SECOND_US,
    }


def _orders(dataset: Dataset, ledger: Ledger, edges_us: Ints) -> dict[str, Floats]:
    orders, fills, instrument = ledger.orders, ledger.fills, dataset.tape.instrument
    entries = orders["kind"] == OrderKind.ENTRY
    sent_us = orders["submitted_us"][entries]
    filled = np.isin(orders["order_id"][entries], fills["order_id"]).astype(np.float64)
    unit = instrument.tick_size * instrument.lot_size
    notional = np.asarray(fills["price_ticks"] * fills["lots"] * unit, dtype=np.float64)
    return {
        "sent": _by_period(sent_us, np.ones(len(sent_us)), edges_us),
        "filled": _by_period(sent_us, filled, edges_us),
        "notional": _by_period(fills["ts_us"], notional, edges_us),
        "maker_notional": _by_period(fills["ts_us"], notional * fills["maker"], edges_us),
    }


def _equity(equity: MarkedEquity, edges: Ints, capital: float) -> dict[str, Floats]:
    logs = np.log(np.maximum(1 + equity.quote / capital, _LEAST_EQUITY))
    held = np.maximum(capital + equity.quote, 0.0)[edges]
    gone = held[:-1] == 0
    returns = np.where(gone, 0.0, held[1:] / np.where(gone, 1.0, held[:-1]) - 1)
    return {
        "change_quote": np.diff(equity.quote[edges]),
        "equity": capital + equity.quote[edges[1:]],
        "return": returns,
        **_within(equity.r, edges, ("change_r", "lowest_r", "highest_r", "drawdown_r")),
        **_within(logs, edges, ("change_log", "lowest_log", "highest_log", "drawdown_log")),
    }


def _within(curve: Floats, edges: Ints, names: tuple[str, str, str, str]) -> dict[str, Floats]:
    # A period has its two ends in it, so that periods together pass over no step of the grid.
    stretches = [curve[first : last + 1] - curve[first] for first, last in pairwise(edges)]
    rows = [(path[-1], path.min(), path.max(), (np.maximum.accumulate(path) - path).max()) for path in stretches]
    return dict(zip(names, np.array(rows, dtype=np.float64).reshape(-1, 4).T, strict=True))


def _by_period(ts_us: Ints, values: Floats, edges_us: Ints) -> Floats:
    # What happens past the end counts at the end.
    period = np.clip(np.searchsorted(edges_us, ts_us, side="right") - 1, 0, len(edges_us) - 2)
    return np.bincount(period, weights=values, minlength=len(edges_us) - 1).astype(np.float64)

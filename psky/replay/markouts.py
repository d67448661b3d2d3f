"""Where the price goes after fills, and after orders that did not fill: adverse selection and opportunity (METHOD 5.4).

Fills of resting orders coincide with adverse moves (DeLise 2024, arXiv 2407.16527). A curve that is lower after fills
than after non-fills shows how much; under a looser fill rule it would be too good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.domain.time import SECOND_US
from psky.engine.codes import OrderKind, OrderStatus
from psky.engine.quotes import mid_ticks_at
from psky.replay.dataset import Dataset
from psky.replay.figures import Markout
from psky.replay.ledger import Columns, Ledger
from psky.replay.statistics import reductions as of
from psky.replay.statistics.arrays import Floats, Ints
from psky.replay.statistics.interval import Bootstrap, Statistic, bca_intervals, block_length

HORIZONS_S = (0.1, 1.0, 5.0, 30.0, 60.0, 300.0)
NOT_FILLED = "entry not filled"

_MEANS: dict[str, Statistic] = {
    "bp": lambda rows: of.mean(rows[..., 0, :]),
    "r": lambda rows: of.mean(rows[..., 1, :]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkoutCurve:
    """The markouts of events of one kind, by rising horizon."""

    after: str
    """`entry`, `target`, `stop` or `market` for fills of such orders, or `entry not filled`."""
    points: tuple[Markout, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Events:
    ts_us: Ints
    price: Floats
    side: Floats
    risk: Floats


def markout_bp(price: ArrayLike, side: ArrayLike, mid: ArrayLike) -> Floats:
    """Return how far the mid is from a price in favour of `side` (+1 bought, -1 sold), in basis points of the price."""
    paid = np.asarray(price, dtype=np.float64)
    return np.asarray(side) * (np.asarray(mid) - paid) / paid * 1e4


def markouts(dataset: Dataset, ledger: Ledger, how: Bootstrap | None = None) -> tuple[MarkoutCurve, ...]:
    """Return the curves after the fills of each kind of order that has any, and after entries that did not fill.

    A fill counts once, whatever its size; one without a fill counts from the time at which its order was over, at its
    limit. Horizons beyond the end of the tape count nothing.
    """
    events = {kind.name.lower(): _fills(dataset, ledger, kind) for kind in OrderKind}
    events[NOT_FILLED] = _not_filled(dataset, ledger)
    how = how or Bootstrap()
    return tuple(_curve(dataset, name, found, how) for name, found in events.items() if len(found.ts_us))


def _fills(dataset: Dataset, ledger: Ledger, kind: OrderKind) -> _Events:
    orders, fills = ledger.orders, ledger.fills
    order = np.argsort(orders["order_id"], kind="stable")
    place = order[np.searchsorted(orders["order_id"], fills["order_id"], sorter=order)]
    rows = orders["kind"][place] == kind
    return _events(dataset, fills, fills["ts_us"], rows)


def _not_filled(dataset: Dataset, ledger: Ledger) -> _Events:
    orders = ledger.orders
    without = ~np.isin(orders["order_id"], ledger.fills["order_id"]) & (orders["status"] != OrderStatus.OPEN)
    rows = without & (orders["kind"] == OrderKind.ENTRY) & (orders["price_ticks"] > 0)
    return _events(dataset, orders, orders["closed_us"], rows)


def _events(dataset: Dataset, table: Columns, ts_us: Ints, rows: NDArray[np.bool_]) -> _Events:
    order = np.flatnonzero(rows)[np.argsort(ts_us[rows], kind="stable")]
    return _Events(
        ts_us=ts_us[order],
        price=table["price_ticks"][order].astype(np.float64),
        side=table["side"][order].astype(np.float64),
        risk=dataset.intents.stop_distance_ticks[table["intent"][order]].astype(np.float64),
    )


def _curve(dataset: Dataset, after: str, events: _Events, how: Bootstrap) -> MarkoutCurve:
    return MarkoutCurve(after=after, points=tuple(_point(dataset, events, horizon_s, how) for horizon_s in HORIZONS_S))


def _point(dataset: Dataset, events: _Events, horizon_s: float, how: Bootstrap) -> Markout:
    then_us = events.ts_us + round(horizon_s * SECOND_US)
    known = then_us <= dataset.tape.span_us[1]
    mid, price, side = mid_ticks_at(dataset.tape, then_us[known]), events.price[known], events.side[known]
    rows = np.column_stack([markout_bp(price, side, mid), side * (mid - price) / events.risk[known]])
    block = block_length(rows[:, 0]) if len(rows) > 1 else 1.0
    found = bca_intervals(rows, _MEANS, block=block, how=how)
    bp, r = (of.defined(of.mean(column)) for column in rows.T)
    return Markout(horizon_s=horizon_s, count=len(rows), bp=bp, bp_interval=found["bp"], r=r, r_interval=found["r"])

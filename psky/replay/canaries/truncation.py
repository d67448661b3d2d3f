"""C1 and C2: what is known at a time depends on no later print, whether later prints are missing or others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import SECOND_US, timeframe_s
from psky.domain.trades import TradeColumns
from psky.engine.intents import propose
from psky.market.features import MarketTable, compute
from psky.replay.canaries.finding import Finding
from psky.replay.canaries.subject import Rows, Subject, same_bytes

_RANDOM_CUTS, _EDGE_CUTS, _TIE_CUTS, _FIRST_CUTS, _FIRST_PRINTS = 160, 20, 20, 10, 100
_SEED = 1
_INTENTS = ("ts_us", "side", "limit_ticks", "stop_distance_ticks", "target_distance_ticks", "qty_lots")
_TOUCHES = ("touch_side", "touch_timeframe_s", "touch_level_ticks", "touch_features")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Rows in time order: column `name` of row i is known from `known_at_us[i]` on."""

    known_at_us: NDArray[np.int64]
    columns: Mapping[str, NDArray[Any]]


View = Callable[[Subject, TradeColumns], tuple[Known, ...]]
"""What somebody makes of trades."""


def market_view(subject: Subject, trades: TradeColumns) -> tuple[Known, ...]:
    """Return psky's own bars, touches with their features, and intents."""
    tape = subject.tape(trades)
    table = compute(tape, subject.spec, dense=False)
    intents = propose(table, subject.spec, tape.instrument)
    touches = {name: getattr(table, name) for name in _TOUCHES}
    return (
        _bars(table),
        Known(known_at_us=table.ts_us[table.touch_row], columns=touches),
        Known(known_at_us=intents.ts_us, columns={name: getattr(intents, name) for name in _INTENTS}),
    )


def cut_points(subject: Subject) -> Rows:
    """Return numbers of prints to cut after: random, on either side of bar ends, between prints of one time, early."""
    rng, ts_us = np.random.default_rng(_SEED), subject.trades.ts_us
    base_us = timeframe_s(subject.spec.touch.base) * SECOND_US
    border = np.flatnonzero(np.diff(ts_us // base_us) > 0) + 1
    tied = np.flatnonzero(np.diff(ts_us) == 0) + 1
    edges = rng.choice(border, min(_EDGE_CUTS, border.size), replace=False)
    cuts = (
        rng.integers(1, len(ts_us), _RANDOM_CUTS),
        edges,
        edges + 1,
        rng.choice(tied, min(_TIE_CUTS, tied.size), replace=False),
        rng.integers(1, min(_FIRST_PRINTS, len(ts_us)), _FIRST_CUTS),
    )
    found = np.unique(np.concatenate(cuts))
    return np.asarray(found[found < len(ts_us)], dtype=np.int64)


def truncation(subject: Subject, view: View = market_view, every: int = 1) -> Finding:
    """C1: cut the tape at each `every`-th of the cut points: all that is known by the last print has the same bits."""
    return _compared(subject, view, cut_points(subject)[::every], subject.before)


def replacement(subject: Subject, view: View = market_view, every: int = 5) -> Finding:
    """C2: permute all prints after a cut: what is known before it has the same bits."""
    return _compared(subject, view, cut_points(subject)[::every], subject.with_another_future)


def next_bar_view(subject: Subject, trades: TradeColumns) -> tuple[Known, ...]:
    """Leak (a): the close of the next bar as a feature of this one."""
    bars = _bars(compute(subject.tape(trades), subject.spec, dense=False))
    return (Known(known_at_us=bars.known_at_us, columns={"next_close": np.roll(bars.columns["close_ticks"], -1)}),)


def full_sample_view(subject: Subject, trades: TradeColumns) -> tuple[Known, ...]:
    """Leak (b): the close standardised by mean and deviation of the whole tape."""
    bars = _bars(compute(subject.tape(trades), subject.spec, dense=False))
    close = bars.columns["close_ticks"].astype(np.float64)
    scaled = (close - close.mean()) / close.std() if close.size and close.std() > 0 else close
    return (Known(known_at_us=bars.known_at_us, columns={"z": scaled}),)


def open_time_view(subject: Subject, trades: TradeColumns) -> tuple[Known, ...]:
    """Leak (c): bars labelled by the time at which they open, and used from then on."""
    bars = _bars(compute(subject.tape(trades), subject.spec, dense=False))
    base_us = timeframe_s(subject.spec.touch.base) * SECOND_US
    return (Known(known_at_us=bars.known_at_us - base_us, columns=bars.columns),)


def leaking_views(check: Callable[[Subject, View, int], Finding], every: int = 20) -> Callable[[Subject], Finding]:
    """Return the control of `check`: it passes as soon as one of the three leaks is not found."""

    def control(subject: Subject) -> Finding:
        found = [check(subject, view, every) for view in (next_bar_view, full_sample_view, open_time_view)]
        return min(found, key=lambda one: one.faults)

    return control


def _bars(table: MarketTable) -> Known:
    columns = {name: getattr(table, name) for name in ("close_ticks", "atr_ticks", "segment")}
    return Known(known_at_us=table.ts_us, columns=columns)


def _compared(subject: Subject, view: View, cuts: Rows, change: Callable[[int], TradeColumns]) -> Finding:
    whole = view(subject, subject.trades)
    differing: dict[int, str] = {}
    for cut in cuts.tolist():
        last_us = int(subject.trades.ts_us[cut - 1])
        pairs = zip(view(subject, change(cut)), whole, strict=True)
        names = [name for early, late in pairs for name in _differing(early, late, last_us)]
        if names:
            differing[cut] = names[0]
    reason = ""
    if differing:
        cut, name = next(iter(differing.items()))
        reason = f"{name} known by print {cut} changes with later prints"
    return Finding(checked=len(cuts), unit="cut points", faults=len(differing), reason=reason)


def _differing(early: Known, whole: Known, last_us: int) -> list[str]:
    counts = [int(np.searchsorted(known.known_at_us, last_us, side="right")) for known in (early, whole)]
    if counts[0] != counts[1]:
        return [*whole.columns][:1]
    return [
        name
        for name, column in whole.columns.items()
        if not same_bytes(early.columns[name][: counts[0]], column[: counts[0]])
    ]

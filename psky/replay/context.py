"""What the market did after each touch, and the context models that learn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from psky.domain.time import SECOND_US, timeframe_s
from psky.engine.codes import PassageEnd
from psky.engine.path import PathIndex
from psky.learn.arrays import Bools, Floats, Ints
from psky.learn.context import (
    CONTEXT_MODELS,
    UNKNOWN,
    ContextLabels,
    ContextModel,
    RegimeModel,
    Trend,
    TrendModel,
    column_names,
    fit_out_of_fold,
    spec_of,
)
from psky.learn.weights import average_uniqueness
from psky.market.features import MarketTable
from psky.market.tape import MarketTape
from psky.spec.spec import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Fitted context models and what they say of the training rows, each by a model that did not see its label.

    `inside` holds float64[n, classes] of each model, in the order of `models`.
    """

    models: tuple[ContextModel, ...]
    inside: tuple[Floats, ...]


NO_CONTEXT: Final = Context(models=(), inside=())


def used(spec: Spec) -> tuple[type[ContextModel], ...]:
    """Return the context models that a spec shows to the entry model or gates entries with."""
    wanted = {
        TrendModel: spec.context.trend or spec.policy.min_trend_p > 0,
        RegimeModel: spec.context.regime or spec.policy.regime != "any",
    }
    return tuple(kind for kind in CONTEXT_MODELS if wanted[kind])


def shown(kind: type[ContextModel], spec: Spec) -> bool:
    """Return whether the entry model sees the probabilities of a context model."""
    return bool(getattr(spec.context, kind.name))


def shown_names(spec: Spec) -> tuple[str, ...]:
    """Return the names of the columns that context models add to the evidence, in order."""
    return tuple(name for kind in used(spec) if shown(kind, spec) for name in column_names(kind))


def beside(X: Floats, kinds: tuple[type[ContextModel], ...], said: tuple[Floats, ...], spec: Spec) -> Floats:
    """Return the evidence: features and, of the context models that are shown, the probabilities."""
    added = [columns for kind, columns in zip(kinds, said, strict=True) if shown(kind, spec)]
    return np.hstack([X, *added]) if added else X


def labels(kind: type[ContextModel], tape: MarketTape, table: MarketTable, spec: Spec) -> ContextLabels:
    """Return the labels of a context model on all touches of a table."""
    return trend_labels(tape, table, spec) if kind is TrendModel else regime_labels(table, spec)


def fit_context(spec: Spec, X: Floats, t0: Ints, known: dict[type[ContextModel], ContextLabels]) -> Context:
    """Fit the context models of a spec to training rows, weighted by the uniqueness of their own labels.

    Raises:
        ModelError: too few rows, or one class only.
    """
    fitted = [
        fit_out_of_fold(kind(spec_of(spec.model, spec.context)), X, t0, label, average_uniqueness(t0, label.end_us))
        for kind, label in known.items()
    ]
    return Context(models=tuple(model for model, _ in fitted), inside=tuple(inside for _, inside in fitted))


def trend_labels(tape: MarketTape, table: MarketTable, spec: Spec) -> ContextLabels:
    """Return which of two prices `distance_atr` ATR either side of the close the trades reach first, a row a touch.

    `NEITHER` where the horizon ends first; known at the trade that reached one, or at the horizon's end.
    """
    row, t0 = table.touch_row, table.ts_us[table.touch_row]
    distance = np.maximum(1, np.rint(spec.context.distance_atr * _atr(table))).astype(np.int64)
    close = table.close_ticks[row]
    until = t0 + spec.context.horizon_bars * timeframe_s(spec.touch.base) * SECOND_US
    found = PathIndex(tape).first_passage(
        t0, close - distance, close + distance, until, max_gap_us=spec.tape.max_gap_s * SECOND_US
    )
    moved = np.where(found.end == PassageEnd.UPPER, 1, -1) * table.touch_side
    reached = np.isin(found.end, (PassageEnd.LOWER, PassageEnd.UPPER))
    y = np.where(reached, np.where(moved > 0, Trend.WITH_SIDE, Trend.AGAINST_SIDE), Trend.NEITHER)
    known = (reached | (found.end == PassageEnd.TIME)) & np.isfinite(table.atr_ticks[row])
    return _labels(y, known, found.ts_us, t0)


def regime_labels(table: MarketTable, spec: Spec) -> ContextLabels:
    """Return how the `horizon_bars` base bars after each touch moved, a row a touch; known at the close of the last.

    Volatile is a higher realised variance of closes than that of as many bars before. Trending is an efficiency, net
    change over the sum of changes (Kaufman 1995), above 1 / sqrt(bars), that of a random walk.
    """
    row, bars, n = table.touch_row, spec.context.horizon_bars, len(table.ts_us)
    ahead, behind = np.minimum(row + bars, n - 1), np.maximum(row - bars, 0)
    whole = (row + bars < n) & (row >= bars)
    whole &= (table.segment[ahead] == table.segment[row]) & (table.segment[behind] == table.segment[row])
    close = table.close_ticks.astype(np.int64)
    change = np.diff(close, prepend=close[:1])
    squares, steps = np.cumsum(change**2), np.cumsum(np.abs(change))
    volatile = squares[ahead] - squares[row] > squares[row] - squares[behind]
    net, path = np.abs(close[ahead] - close[row]), steps[ahead] - steps[row]
    trending = net * np.sqrt(bars) > path
    y = 2 * volatile.astype(np.int64) + trending  # the order of Regime
    return _labels(y, whole, table.ts_us[ahead], table.ts_us[row])


def _labels(y: NDArray[np.int64], known: Bools, end_us: Ints, t0: Ints) -> ContextLabels:
    return ContextLabels(
        y=np.where(known, y, UNKNOWN).astype(np.int8), end_us=np.where(known, np.maximum(end_us, t0), t0)
    )


def _atr(table: MarketTable) -> Floats:
    atr = table.atr_ticks[table.touch_row]
    return np.where(np.isfinite(atr), atr, 1.0)

"""C6 and C7: trades as they come give the batch's bits, and a market in the mirror gives mirrored features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from psky.domain.trades import TradeColumns
from psky.market.features import MarketTable, compute, schema
from psky.market.stream import MarketStream
from psky.market.tape import MarketTape
from psky.replay.canaries.finding import Finding
from psky.replay.canaries.subject import Subject, same_bytes

_RESTARTS, _CHUNKS, _SEED = 5, 20, 6
_BAR_COLUMNS = ("ts_us", "close_ticks", "atr_ticks", "segment")
_TOUCH_COLUMNS = ("touch_side", "touch_timeframe_s", "touch_level_ticks", "touch_features")
_ROUNDING = 1e-6
"""Sums of mirrored prices differ in their last bits; a sum over windows carries that on."""

Restart = Callable[[Subject, MarketStream], MarketStream]


def restored(subject: Subject, stream: MarketStream) -> MarketStream:
    """Return a stream that goes on from the saved state."""
    return MarketStream.restore(subject.spec, stream.save())


def forgotten(subject: Subject, stream: MarketStream) -> MarketStream:
    """Leak: begin again with nothing."""
    del stream
    return MarketStream(subject.spec)


def live(subject: Subject, restart: Restart = restored) -> Finding:
    """C6: trades in chunks, with a restart at a random print, give every row and feature of the batch bit for bit."""
    tape, rng = subject.dataset.tape, np.random.default_rng(_SEED)
    differing = [name for _ in range(_RESTARTS) for name in _differing(subject, tape, rng, restart)[:1]]
    reason = f"{differing[0]} of the stream differs from the batch's" if differing else ""
    return Finding(checked=_RESTARTS, unit="restarts", faults=len(differing), reason=reason)


def signs(subject: Subject) -> NDArray[np.float64]:
    """Return -1 for each feature that says where the market goes, +1 for the others."""
    return np.array([-1.0 if column.directional else 1.0 for column in schema(subject.spec)])


def unsigned(subject: Subject) -> NDArray[np.float64]:
    """Leak: take no feature for directional, as if up were not the mirror of down."""
    return np.ones(len(schema(subject.spec)))


def reflection(subject: Subject, expected: Callable[[Subject], NDArray[np.float64]] = signs) -> Finding:
    """C7: with prices and sides in the mirror, directional features change sign and the others stay as they are."""
    found, mirrored = (
        compute(subject.tape(trades), subject.spec) for trades in (subject.trades, _reflected(subject.trades))
    )
    names = [column.name for column in schema(subject.spec)]
    wrong = ~np.isclose(
        mirrored.features, expected(subject) * found.features, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True
    )
    columns = np.flatnonzero(wrong.any(axis=0))
    reason = f"{names[columns[0]]} is not mirrored in {int(wrong[:, columns[0]].sum())} rows" if columns.size else ""
    return Finding(checked=len(names), unit="features", faults=columns.size, reason=reason)


def _differing(subject: Subject, tape: MarketTape, rng: np.random.Generator, restart: Restart) -> list[str]:
    cuts = np.sort(rng.integers(0, len(tape) + 1, _CHUNKS))
    stream, tables, starts = MarketStream(subject.spec), [], [0, *cuts.tolist()]
    for number, (start, stop) in enumerate(zip(starts, [*cuts.tolist(), len(tape)], strict=True)):
        stream.push(tape, start, stop)
        tables.append(stream.take())
        if number == _CHUNKS // 2:
            stream = restart(subject, stream)
    whole = subject.dataset.table
    return [
        name for name in _BAR_COLUMNS + _TOUCH_COLUMNS if not same_bytes(_joined(tables, name), getattr(whole, name))
    ]


def _joined(tables: list[MarketTable], name: str) -> NDArray[np.generic]:
    return np.concatenate([getattr(table, name) for table in tables])


def _reflected(trades: TradeColumns) -> TradeColumns:
    return replace(
        trades,
        price=trades.price.max() + trades.price.min() - trades.price,
        side=-trades.side,
        tick_direction=-trades.tick_direction,
    )

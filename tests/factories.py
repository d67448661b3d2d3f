"""Seeded synthetic market data with everything that real tapes have: prints in one millisecond, silences, gaps."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky.market.psg1 import LOT_SIZE, TICK_SIZE, Psg1Tape
from psky.spec.sections import Family

Columns = dict[str, NDArray[Any]]

FAMILIES = get_args(Family)


def random_tape(
    seed: int,
    n: int,
    *,
    start_us: int = 1_516_460_400_250_000,
    mean_gap_ms: float = 200.0,
    silences: int = 20,
    silence_ms: int = 8_000,
    gaps: int = 2,
    gap_s: int = 100,
    price_ticks: int = 100_000,
) -> Columns:
    """Return the columns of `_core.Tape` for `n` trades: a random walk whose drift changes every few hundred trades.

    One trade in six shares its millisecond with the one before. `silences` pauses of up to `silence_ms` leave short
    intervals empty; `gaps` pauses of `gap_s` seconds are there to split the tape. Prices and sizes are whole numbers.
    """
    rng = np.random.default_rng(seed)
    pause_ms = np.ceil(rng.exponential(mean_gap_ms * 6 / 5, n)).astype(np.int64) * (rng.random(n) > 1 / 6)
    quiet = rng.permutation(np.arange(1, n))[: silences + gaps]
    pause_ms[quiet[:silences]] += rng.integers(silence_ms // 4, silence_ms, len(quiet[:silences]))
    pause_ms[quiet[silences:]] += gap_s * 1000
    pause_ms[0] = 0
    side = rng.choice(np.array([-1, 1], dtype=np.int8), n)
    drift = np.repeat(rng.normal(0.0, 0.6, n // 300 + 1), 300)[:n]
    price = price_ticks + np.cumsum(np.rint(rng.normal(drift, 2.0)).astype(np.int64))
    return {
        "ts_us": start_us + np.cumsum(pause_ms) * 1000,
        "price": np.maximum(price, 1).astype(np.float64),
        "size": np.ceil(rng.exponential(50.0, n)),
        "side": side,
        "tick_direction": tick_directions(price),
        "flags": np.zeros(n, dtype=np.uint8),
    }


def tick_directions(price: NDArray[Any]) -> NDArray[np.int8]:
    """Return the code of each trade's direction: +-2 for a change, +-1 for none since one, 0 before the first."""
    codes = np.zeros(len(price), dtype=np.int8)
    for row in range(1, len(price)):
        change = np.sign(price[row] - price[row - 1])
        codes[row] = 2 * change if change else np.sign(codes[row - 1])
    return codes


def cut(columns: Columns, rows: slice | NDArray[Any]) -> Columns:
    """Return some rows of a tape's columns."""
    return {name: np.ascontiguousarray(column[rows]) for name, column in columns.items()}


def core_tape(columns: Columns) -> _core.Tape:
    """Return the core's tape of columns whose tick and lot are 1."""
    return _core.Tape(
        columns["ts_us"],
        columns["price"],
        columns["size"],
        columns["side"],
        columns["tick_direction"],
        columns["flags"],
        tick_size=1.0,
        lot_size=1.0,
    )


def generated_tape(tape: Psg1Tape) -> _core.Tape:
    """Return the core's tape of generated trades."""
    columns = {field.name: getattr(tape.columns, field.name) for field in fields(tape.columns)}
    return _core.Tape(**columns, tick_size=TICK_SIZE, lot_size=LOT_SIZE)


def core_bars(tape: _core.Tape, timeframe_s: int, max_gap_us: int) -> _core.Bars:
    """Return the bars of a tape of one timeframe."""
    stream = _core.BarStream([timeframe_s], max_gap_us)
    stream.push(tape, 0, len(tape))
    return stream.take()[0]


def small_market(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parameters of several types
    """Return parameters of `_core.MarketConfig` with timeframes of seconds and short windows, fit for small tapes."""
    parameters: dict[str, Any] = {
        "base_s": 2,
        "timeframes_s": [1, 2, 6, 30],
        "max_gap_us": 20_000_000,
        "families": FAMILIES,
        "dense": True,
        "ema": 5,
        "rsi": 4,
        "atr": 6,
        "adx": 4,
        "bollinger": 6,
        "bollinger_sd": 2.0,
        "volume": 5,
        "rank": 8,
        "flow": 3,
        "swing": 7,
        "ema_fast": 3,
        "ema_slow": 9,
        "macd_fast": 3,
        "macd_slow": 6,
        "macd_signal": 4,
        "regression": 5,
        "returns": 6,
        "liquidity": 7,
        "vwap": 6,
        "pivot": 2,
        "touch_timeframes_s": [2, 6, 30],
        "touch_ema": 4,
        "min_slope_atr": 0.05,
        "max_distance_atr": 0.4,
    }
    return parameters | changes

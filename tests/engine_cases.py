"""Short tapes, intents and venues for tests of the engine: ticks and lots are 1, times are microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky._core import Intents, Outcomes, Tape, VenueConfig, outcomes

OUTCOME_COLUMNS = [name for name in dir(Outcomes) if not name.startswith("_")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    ts_us: int
    price: int
    size: int
    side: int
    flags: int = 0


def tape(prints: Sequence[Print], lot_size: float = 1.0) -> Tape:
    return Tape(
        np.array([p.ts_us for p in prints], np.int64),
        np.array([p.price for p in prints], np.float64),
        np.array([p.size * lot_size for p in prints], np.float64),
        np.array([p.side for p in prints], np.int8),
        np.zeros(len(prints), np.int8),
        np.array([p.flags for p in prints], np.uint8),
        tick_size=1.0,
        lot_size=lot_size,
    )


def random_prints(seed: int, n: int = 300, level: int = 1000) -> list[Print]:
    """A bid that steps by a tick, a spread of one, times that often tie."""
    draw = np.random.default_rng(seed)
    ts_us, bid, prints = 0, level, []
    for _ in range(n):
        ts_us += int(draw.integers(0, 4)) * 10
        side = int(draw.choice([-1, 1]))
        prints.append(Print(ts_us=ts_us, price=bid + (side > 0), size=int(draw.integers(1, 6)), side=side))
        bid += side * int(draw.random() < 0.4) * int(draw.choice([1, 1, 1, 3]))
    return prints


def random_intents(
    seed: int, prints: Sequence[Print], m: int = 20, *, maker: bool = True, most_lots: int = 7
) -> Intents:
    draw = np.random.default_rng(seed + 1_000_000)
    rows = np.sort(draw.integers(0, len(prints), m))
    side = draw.choice(np.array([-1, 1], np.int8), m)
    price = np.array([prints[row].price for row in rows])
    limit = price - side * draw.integers(0, 4, m) if maker else np.zeros(m)
    return Intents(
        ts_us=np.array([prints[row].ts_us for row in rows], np.int64),
        side=side,
        limit_ticks=limit.astype(np.int64),
        stop_distance_ticks=draw.integers(1, 6, m),
        target_distance_ticks=draw.integers(1, 6, m),
        qty_lots=draw.integers(1, most_lots + 1, m),
        entry_ttl_us=draw.integers(1, 400, m),
        hold_us=draw.integers(1, 1500, m),
    )


ONE = {
    "ts_us": 1000,
    "side": 1,
    "limit_ticks": 100,
    "stop_distance_ticks": 4,
    "target_distance_ticks": 6,
    "qty_lots": 3,
    "entry_ttl_us": 500,
    "hold_us": 2000,
}
"""Buy 3 at 100, stop at 96, target at 106, decided at 1000."""


def buys(ts_us: int, price: int, size: int = 9) -> Print:
    return Print(ts_us=ts_us, price=price, size=size, side=1)


def sells(ts_us: int, price: int, size: int = 9) -> Print:
    return Print(ts_us=ts_us, price=price, size=size, side=-1)


def one_intent(**changes: int) -> Intents:
    return joined([ONE | changes])


def joined(rows: Sequence[dict[str, int]]) -> Intents:
    def column(name: str) -> NDArray[np.int64]:
        return np.array([row[name] for row in rows], np.int64)

    return Intents(
        column("ts_us"),
        column("side").astype(np.int8),
        column("limit_ticks"),
        column("stop_distance_ticks"),
        column("target_distance_ticks"),
        column("qty_lots"),
        column("entry_ttl_us"),
        column("hold_us"),
    )


def venue(**changes: Any) -> VenueConfig:  # noqa: ANN401 - forwarded to the core
    values: dict[str, Any] = {
        "fill": "through",
        "queue_ahead_lots": 0,
        "latency_us": 0,
        "cancel_latency_us": 0,
        "maker_fee_rate": 0.0,
        "taker_fee_rate": 0.0,
        "slippage_ticks": 0,
        "max_gap_us": 10**12,
    }
    return VenueConfig(**(values | changes))


def columns(result: Outcomes) -> dict[str, Any]:
    return {name: getattr(result, name) for name in OUTCOME_COLUMNS}


def run(prints: Sequence[Print], intents: Intents, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    return columns(outcomes(tape(prints), intents, venue(**changes)))

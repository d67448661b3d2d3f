"""The two strategies that every side trades, as verdicts known beforehand, and what psky makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benches.peers.market import MINUTE_US, Int64s, Market
from psky.engine.intents import Intents
from psky.engine.loop import LedgerTables, replay_intents
from psky.spec.sections import CostSpec, FillRule, OppositeSignal, PolicySpec, VenueSpec
from psky.spec.spec import Spec

COSTS = CostSpec(maker_fee_rate=0.0002, taker_fee_rate=0.00055, slippage_ticks=0)
LATENCY_US = 50_000
"""From sending a resting order, or withdrawing it, until the venue has it."""
EVERY_US, TTL_US = 10 * MINUTE_US, 5 * MINUTE_US
AWAY_TICKS, TARGET_TICKS = 300, 1000
_FAR = 1 << 50  # ticks or microseconds that no tape gets to
_FAST, _SLOW = 8, 21
_SEED = 20_260_103


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Verdicts in time order, one lot each; `limit_ticks` is 0 for a market order."""

    ts_us: Int64s
    side: NDArray[np.int8]
    limit_ticks: Int64s

    def __len__(self) -> int:
        return len(self.ts_us)


def crosses(market: Market) -> Verdicts:
    """Return the crosses of two averages of one-minute closes: up buys a lot, down sells it again.

    The last minutes are left out, so that all orders find a trade to fill at.
    """
    closes = pl.Series(market.minutes.close[:-2], dtype=pl.Float64)
    above = (closes.ewm_mean(span=_FAST, adjust=False) > closes.ewm_mean(span=_SLOW, adjust=False)).to_numpy()
    rows = np.flatnonzero(above[1:] != above[:-1]) + 1
    rows = rows[int(not above[rows[0]]) :]
    rows = rows[: len(rows) // 2 * 2]
    return Verdicts(
        ts_us=market.minutes.open_ts_us[rows] + MINUTE_US,
        side=np.where(above[rows], 1, -1).astype(np.int8),
        limit_ticks=np.zeros(len(rows), dtype=np.int64),
    )


def resting(market: Market) -> Verdicts:
    """Return bids and offers in turn, one every ten minutes, each a little away from the last trade."""
    ts_us = np.arange(market.ts_us[0] + EVERY_US, market.ts_us[-1] - EVERY_US, EVERY_US)
    side = np.where(np.arange(len(ts_us)) % 2, -1, 1).astype(np.int8)
    return _limits(market, ts_us, side)


def scattered(market: Market, count: int) -> Verdicts:
    """Return as many bids and offers at random times and on random sides, as far from the last trade."""
    rng = np.random.default_rng(_SEED)
    ts_us = np.sort(rng.integers(market.ts_us[0], market.ts_us[-1], count))
    return _limits(market, ts_us, rng.choice(np.array([-1, 1], dtype=np.int8), count))


def _limits(market: Market, ts_us: Int64s, side: NDArray[np.int8]) -> Verdicts:
    limit_ticks: Int64s = market.last_ticks(ts_us) - side * np.int64(AWAY_TICKS)
    return Verdicts(ts_us=ts_us, side=side, limit_ticks=limit_ticks)


def taker_intents(verdicts: Verdicts) -> Intents:
    """Return them as psky takes them: brackets far away, so that the opposite cross ends a trade."""
    return intents(verdicts, stop_ticks=_FAR, target_ticks=_FAR, ttl_us=TTL_US, hold_us=_FAR)


def maker_intents(verdicts: Verdicts) -> Intents:
    """Return them as psky takes them: withdrawn after a while, a target but no stop within reach."""
    return intents(verdicts, stop_ticks=_FAR, target_ticks=TARGET_TICKS, ttl_us=TTL_US, hold_us=_FAR)


def intents(verdicts: Verdicts, *, stop_ticks: int, target_ticks: int, ttl_us: int, hold_us: int) -> Intents:
    """Return intents of one lot whose distances and times are all the same."""
    same = (np.full(len(verdicts), value, dtype=np.int64) for value in (stop_ticks, target_ticks, 1, ttl_us, hold_us))
    return Intents(verdicts.ts_us, verdicts.side, verdicts.limit_ticks, *same)


def spec(fill: FillRule, latency_us: int, opposite: OppositeSignal, queue_kappa: float | None = None) -> Spec:
    """Return how psky trades them, behind a queue of `queue_kappa` visits of a level, or behind none."""
    ahead = 0.0 if queue_kappa is None else None
    venue = VenueSpec(fill=fill, latency_ms=latency_us // 1000, queue_ahead=ahead, queue_kappa=queue_kappa or 0.0)
    return Spec(costs=COSTS, venue=venue, policy=PolicySpec(opposite=opposite))


def replayed(market: Market, proposed: Intents, how: Spec) -> LedgerTables:
    """Return psky's ledger of all verdicts."""
    return replay_intents(market.tape, proposed, np.arange(len(proposed), dtype=np.int64), how)

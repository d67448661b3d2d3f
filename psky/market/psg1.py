"""PSG-1: a bit-reproducible synthetic tape with a planted edge of known size (METHOD 8.1)."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky.domain.trades import TradeColumns

PRICE_DECIMALS, SIZE_DECIMALS = 4, 0
TICK_SIZE = 1e-4
LOT_SIZE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Psg1Params:
    """What shapes a tape; the defaults are the published ones."""

    seed: int = 1
    n: int = 2_000_000
    """Prints."""
    planted: bool = True
    """Whether order flow predicts episodes; otherwise bid and ask are martingales."""
    b: float = 1.0
    """Strength of the edge: log-odds per standardised flow."""
    p_lo: float = 0.05
    p_hi: float = 0.95
    a: int = 12
    """Ticks from an episode's start to either end."""
    run_up: int = 10
    pull_back: int = 5
    m_z: float = 0.0
    s_z: float = 0.2
    bid_start: int = 6000
    """Ticks."""
    rate: float = 1.0
    """Prints a second, on average over long spans."""
    move_share: float = 0.5
    """Share of prints that move the price."""


DEMO_PARAMS = Psg1Params(n=1_000_000, b=2.0, a=6, run_up=1, pull_back=1, rate=10 / 60)
"""The demo's tape, chosen so that touches of an EMA on 1m bars fall inside planted episodes (METHOD 0.5).

The flow that decides an episode is that of the 50 prints before it, so a bar holds ten. Episodes follow each other
at once (`run_up`, `pull_back`), so that nearly every touch is inside one. They are short (`a`), so that the flow which
decides the next ones is in the last few bars, and a trade, which must be wide beside fees, lasts for several of them.
`b` is twice the published one: an EMA touch comes later than PSG-1's own trigger and sees flow through bars, which
costs it about half of the log-odds; at b = 1 fees eat what is left.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Psg1Tape:
    """A tape and what made it."""

    params: Psg1Params
    columns: TradeColumns
    hidden: _core.Psg1
    """Bid and episode after each print, never to be shown to a model."""

    @property
    def sha256(self) -> str:
        """The checksum of METHOD 8.1: of the lines `ts_ms,price_ticks,size,Buy|Sell`, joined by newlines."""
        hidden = self.hidden
        columns = (hidden.ts_ms, hidden.price_ticks, hidden.size, hidden.side)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        lines = (f"{ts},{price},{size},{'Buy' if side > 0 else 'Sell'}" for ts, price, size, side in rows)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def generate(params: Psg1Params) -> Psg1Tape:
    """Generate the tape of `params`; equal parameters give equal bits.

    Raises:
        ValueError: a parameter out of range.
    """
    hidden = _core.psg1(**asdict(params))
    columns = TradeColumns(
        ts_us=hidden.ts_ms * 1000,
        price=hidden.price_ticks.astype(np.float64) * TICK_SIZE,
        size=hidden.size.astype(np.float64) * LOT_SIZE,
        side=hidden.side,
        tick_direction=_tick_direction(hidden.price_ticks),
        flags=np.zeros(len(hidden.side), np.uint8),
    )
    return Psg1Tape(params=params, columns=columns, hidden=hidden)


def _tick_direction(price_ticks: NDArray[np.int64]) -> NDArray[np.int8]:
    change = np.sign(np.diff(price_ticks, prepend=price_ticks[:1]))
    last_change = np.maximum.accumulate(np.where(change != 0, np.arange(len(change)), 0))
    direction: NDArray[np.int8] = (change[last_change] + change).astype(np.int8)
    return direction

"""What is audited: trades, seen through a spec, whole or cut or with another future."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from psky.domain.funding import NO_FUNDING, Funding
from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import Dataset, build_dataset
from psky.spec.spec import Spec

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The trades and the funding of a symbol, and the spec that looks at them."""

    trades: TradeColumns
    instrument: Instrument
    spec: Spec
    funding: Funding = NO_FUNDING

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset of all trades."""
        return build_dataset(self.tape(self.trades), self.spec)

    def tape(self, trades: TradeColumns) -> MarketTape:
        """Return trades as a tape; every tape of a subject bears one name, so that what is learnt can be compared."""
        return tape_from_columns(trades, self.instrument, "audited", self.funding)

    def before(self, row: int) -> TradeColumns:
        """Return the first `row` trades."""
        return self.trades.take(slice(row))

    def with_another_future(self, row: int) -> TradeColumns:
        """Return the trades with all from `row` on in another order; the times stay where they are."""
        rows = np.arange(len(self.trades))
        np.random.default_rng(row).shuffle(rows[row:])
        return self.trades.take(rows, keep_times=True)


def same_bytes(found: NDArray[np.generic], expected: NDArray[np.generic]) -> bool:
    """Return whether two arrays hold the same bits, NaN included."""
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    bits = f"u{found.itemsize}"
    return bool(np.array_equal(np.ascontiguousarray(found).view(bits), np.ascontiguousarray(expected).view(bits)))

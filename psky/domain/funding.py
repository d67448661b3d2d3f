"""Funding: what longs pay shorts of a perpetual at fixed times."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Stamps of one symbol, their times increasing; three one-dimensional arrays of one length.

    `ts_us` int64; `rate` float64, the share of a position's value at `mark` that longs pay at that time, negative where
    they receive; `mark` float64 in quote currency, NaN where it is not known.
    """

    ts_us: NDArray[np.int64]
    rate: NDArray[np.float64]
    mark: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ts_us)

    @property
    def digest(self) -> str:
        """SHA-256 of the stamps."""
        digest = hashlib.sha256()
        for values in (self.ts_us, self.rate, self.mark):
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()


NO_FUNDING = Funding(ts_us=np.empty(0, np.int64), rate=np.empty(0), mark=np.empty(0))

"""The best bid and ask as far as prints tell: the last price of a seller and of a buyer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky.engine.tape import EngineTape


def mid_ticks_at(tape: EngineTape, ts_us: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean of the last prices of sellers and of buyers, on the book, at or before each time (METHOD 5.4).

    In ticks, whole or half, float64 of the shape of `ts_us`; where only one side has traded its price stands alone, and
    before the first trade it is NaN. It is as old as the last trades are.
    """
    bid, ask = _core.quotes_at(tape.core, ts_us)
    known = np.where(bid < 0, ask, bid) + np.where(ask < 0, bid, ask)
    return np.where(known < 0, np.nan, known / 2)

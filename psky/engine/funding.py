"""Funding stamps: when an open position pays or receives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from psky._core import Funding
from psky.domain.instrument import Instrument

__all__ = ["Funding", "funding_stamps"]


def funding_stamps(rows: Sequence[tuple[int, float, float]], instrument: Instrument) -> Funding:
    """Return stamps of (time in us, rate, mark price in quote currency), in increasing time.

    A position held across a stamp pays side x rate x mark x size: longs pay positive rates. Rates are kept to 1e-9 and
    marks to a tick.

    Raises:
        ValueError: times that do not increase, a rate beyond 1, a mark below a tick.
    """
    ts_us, rate, mark = zip(*rows, strict=True) if rows else ((), (), ())
    return Funding(
        np.array(ts_us, np.int64), np.array(rate, np.float64), np.array(mark, np.float64) / instrument.tick_size
    )

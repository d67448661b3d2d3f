"""Funding stamps: when an open position pays or receives."""

from __future__ import annotations

import numpy as np

from psky._core import Funding
from psky.domain import funding
from psky.domain.instrument import Instrument

__all__ = ["Funding", "funding_stamps"]


def funding_stamps(stamps: funding.Funding, instrument: Instrument) -> Funding:
    """Return stamps, whose marks are all known, as the core takes them.

    A position held across a stamp pays side x rate x mark x size: longs pay positive rates. Rates are kept to 1e-9 and
    marks to a tick.

    Raises:
        ValueError: times that do not increase, a rate beyond 1, a mark below a tick.
    """
    ts_us, rate = np.ascontiguousarray(stamps.ts_us), np.ascontiguousarray(stamps.rate)
    return Funding(ts_us, rate, np.ascontiguousarray(stamps.mark / instrument.tick_size))

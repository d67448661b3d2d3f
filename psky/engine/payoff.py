"""The one fee and payoff formula: what a trade earns in R (METHOD 3.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky._core import Intents
from psky.engine.venue import VenueConfig


def payoffs(
    intents: Intents, entry_ticks: NDArray[np.float64], venue: VenueConfig
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each intent earns net in R, filled whole at its entry price: (at the target, at the stop).

    By the function that books fills, so a trade that leaves at its target earns exactly the first. Both float64 (m,),
    NaN where the entry price is.
    """
    return _core.payoffs(intents, entry_ticks, venue)

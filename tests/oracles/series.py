"""The deterministic series of METHOD 12."""

from __future__ import annotations

import math
import re

import numpy as np
from numpy.typing import NDArray


def det(periods: int, trials: int, shift: float, drift: float) -> NDArray[np.float64]:
    """Return det(T, K, s, drift), float64[T, K]."""
    found = np.empty((periods, trials))
    for trial in range(trials):
        x = 0.0
        for t in range(1, periods + 1):
            x = 0.3 * x * (t > 1) + math.sin(t * t * (0.7 + 0.13 * trial) + shift)
            found[t - 1, trial] = x + drift * trial
    return found


def parsed(text: str) -> NDArray[np.float64]:
    """Return the series that a vector's `gen` names, as in `det(T=240,K=12,s=0.3,drift=0) +0.35 on col 4`."""
    call, _, rest = text.partition(")")
    periods, trials, shift, drift = (float(x) for x in re.findall(r"-?[\d.]+", call))
    found = det(int(periods), int(trials), shift, drift)
    if rest.strip():
        extra, column = re.findall(r"[\d.]+", rest)
        found[:, int(column)] += float(extra)
    return found

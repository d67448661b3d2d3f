"""What a trade is worth before it is made (METHOD 3.1)."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Values = TypeVar("Values", float, NDArray[np.float64])


def two_ends(p: Values, gain_r: Values, loss_r: Values) -> Values:
    """Return the expected value p G + (1 - p) L in R, of one row or of columns, where p = P(target first | filled).

    METHOD 3.1 has three ends, p w + (1 - p - u) l + u t. With v = u / (1 - p), the share of timeouts among trades that
    miss their target, L = (1 - v) l + v t holds stops and timeouts, and the two are equal. Lowering p to its bound then
    leaves v alone, where a fixed u would make of every lost target a stop.
    """
    return p * gain_r + (1 - p) * loss_r

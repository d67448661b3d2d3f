"""hftbacktest's queue models (`models/queue.rs` at 5f3ec40; METHOD 5.5).

They tell how many of the orders that leave a level without trading stood behind ours, from changes of its depth. psky
has trades alone: its `queue` rule lets only trades consume the queue, as the model called RiskAdverse does, and nothing
in the product could feed the others. They are kept here for whoever compares fills with that library.
"""

from __future__ import annotations

import math
from collections.abc import Callable

BEHIND: dict[str, Callable[[float, float], float]] = {
    "log": lambda front, back: math.log1p(back) / (math.log1p(back) + math.log1p(front)),
    "log2": lambda front, back: math.log1p(back) / math.log1p(back + front),
    "power2": lambda front, back: back**2 / (back**2 + front**2),
    "power2_v2": lambda front, back: back**2 / (back + front) ** 2,
    "power2_v3": lambda front, back: 1 - (front / (front + back)) ** 2,
    "power3": lambda front, back: back**3 / (back**3 + front**3),
}
"""Probability that a size which left the level stood behind us, from the sizes ahead of and behind us."""


def queue_after_decrease(front: float, previous: float, decrease: float, model: str) -> tuple[float, float]:
    """Return (that probability, the size ahead of us) after a level of size `previous` lost `decrease` untraded."""
    back = previous - front
    behind = BEHIND[model](front, back)
    ahead = front - (1 - behind) * decrease + min(back - behind * decrease, 0.0)
    return behind, min(ahead, previous - decrease)

"""The compiled core: columns in, columns out.

All arrays are one-dimensional and C-contiguous unless a shape is given. Times are microseconds since the epoch, UTC
(`*_us`, int64). Prices in ticks and sizes in lots are integers; averages of them are float64. Sides are int8, +1 buys
or is long, -1 sells or is short. Every function releases the interpreter while it works.
"""

from typing import final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Tape",
    "__version__",
]

__version__: str

# --- tape -----------------------------------------------------------------------------------------------------------

@final
class Tape:
    """The trades of one symbol in time order, immutable.

    Raises:
        ValueError: columns of different lengths, times that go back, a non-positive price or size, an unknown side.
    """

    def __new__(
        cls,
        ts_us: NDArray[np.int64],
        price: NDArray[np.float64],
        size: NDArray[np.float64],
        side: NDArray[np.int8],
        tick_direction: NDArray[np.int8],
        *,
        tick_size: float,
        lot_size: float,
    ) -> Tape: ...
    def __len__(self) -> int: ...
    @property
    def ts_us(self) -> NDArray[np.int64]: ...
    @property
    def price_ticks(self) -> NDArray[np.int64]: ...
    @property
    def tick_size(self) -> float: ...
    @property
    def lot_size(self) -> float: ...

# --- trade files ----------------------------------------------------------------------------------------------------

# --- bars, features, touches ----------------------------------------------------------------------------------------

# --- trader, venue, replay ------------------------------------------------------------------------------------------

# --- PSG-1 ----------------------------------------------------------------------------------------------------------

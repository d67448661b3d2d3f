"""The compiled core: columns in, columns out.

All arrays are one-dimensional and C-contiguous unless a shape is given. Times are microseconds since the epoch, UTC
(`*_us`, int64). Prices in ticks and sizes in lots are integers; averages of them are float64. Sides are int8, +1 buys
or is long, -1 sells or is short. Every function releases the interpreter while it works.
"""

from os import PathLike
from typing import final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Tape",
    "TapeFileError",
    "TapeSchemaError",
    "TradeBatch",
    "TradeReader",
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
    def span_us(self) -> tuple[int, int] | None: ...
    @property
    def price_ticks(self) -> NDArray[np.int64]: ...
    @property
    def tick_size(self) -> float: ...
    @property
    def lot_size(self) -> float: ...

# --- trade files ----------------------------------------------------------------------------------------------------

class TapeFileError(ValueError):
    """A file that is damaged or holds no trades of one symbol."""

class TapeSchemaError(TapeFileError):
    """A file whose format or header is of no known dialect."""

@final
class TradeBatch:
    """Trades of a file in its order; `flags` are bits: 1 a retail price improvement, 2 a block trade."""

    def __len__(self) -> int: ...
    @property
    def ts_us(self) -> NDArray[np.int64]: ...
    @property
    def price(self) -> NDArray[np.float64]: ...
    @property
    def size(self) -> NDArray[np.float64]: ...
    @property
    def side(self) -> NDArray[np.int8]: ...
    @property
    def tick_direction(self) -> NDArray[np.int8]: ...
    @property
    def flags(self) -> NDArray[np.uint8]: ...

@final
class TradeReader:
    """The trades of a CSV file, plain or gzip, in batches of at most `batch_rows`; what it learns grows as it reads.

    Columns go by header name, in any order and case. Rows that cannot be true are counted and left out; `rejected`
    keeps (line, reason, text) of the first 1,000.

    Raises:
        TapeSchemaError: the file is empty, packed otherwise, binary, or lacks a header or a column.
        TapeFileError: a damaged gzip stream, a second symbol, an endless line, or no rows below the header.
        OSError: the file cannot be read.
    """

    def __new__(cls, path: str | PathLike[str], batch_rows: int = 262144) -> TradeReader: ...
    def __iter__(self) -> TradeReader: ...
    def __next__(self) -> TradeBatch: ...
    @property
    def dialect(self) -> str: ...
    @property
    def time_unit(self) -> str | None: ...
    @property
    def symbol(self) -> str | None: ...
    @property
    def price_decimals(self) -> int: ...
    @property
    def size_decimals(self) -> int: ...
    @property
    def rows(self) -> int: ...
    @property
    def rejected_count(self) -> int: ...
    @property
    def rejected(self) -> list[tuple[int, str, str]]: ...
    @property
    def bytes_read(self) -> int: ...

# --- bars, features, touches ----------------------------------------------------------------------------------------

# --- trader, venue, replay ------------------------------------------------------------------------------------------

# --- PSG-1 ----------------------------------------------------------------------------------------------------------

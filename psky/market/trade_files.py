"""Files of trades as the core reads them: batches of columns, rejected rows, and what the file turned out to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psky import _core
from psky.domain.trades import TradeColumns
from psky.errors import DataError, SchemaError

DIALECTS = "simple (timestamp,price,size,side[,tickDirection]), Bybit archive, Bybit spot archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that is not a trade: its line counted from 1 at the header, why, and its first 200 characters."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFindings:
    """What reading a file showed so far; `rejected` counts the rows that are no trades.

    `price_decimals` and `size_decimals` are the most that carry information: zeros that only pad do not count.
    """

    dialect: str
    time_unit: str | None
    symbol: str | None
    price_decimals: int
    size_decimals: int
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBatch:
    """Trades in the order of the file and the rejected rows between them; either may be none."""

    columns: TradeColumns
    rejects: tuple[RejectedRow, ...]


class TradeFile:
    """A trade file, read once from front to back in batches, in memory that does not grow with the file.

    `hashed` has its `content_hash` made on the way, which takes 1 ns of CPU time a row more.

    Raises:
        SchemaError: the file is empty, binary, a zip archive of none or several, or lacks a header or a column.
        DataError: the file cannot be read, or is found damaged, of two symbols or without rows while it is read.
    """

    def __init__(self, path: Path, batch_rows: int = 65_536, *, hashed: bool = False) -> None:
        self._path = path
        try:
            self._reader = _core.TradeReader(path, batch_rows, hashed=hashed)
        except (_core.TapeFileError, OSError) as error:
            raise self._explained(error) from error

    def __iter__(self) -> Iterator[FileBatch]:
        try:
            for batch in self._reader:
                yield FileBatch(columns=_columns(batch), rejects=_rejects(batch))
        except (_core.TapeFileError, OSError) as error:
            raise self._explained(error) from error

    @property
    def bytes_read(self) -> int:
        """Bytes of the file consumed so far, before unpacking."""
        return self._reader.bytes_read

    @property
    def content_hash(self) -> str:
        """The `content_hash` of a `hashed` file, once its last batch was read.

        Raises:
            ValueError: the file is not `hashed`.
        """
        return _named(self._reader.xxh128)

    def findings(self) -> FileFindings:
        """Return what the rows read so far show."""
        reader = self._reader
        return FileFindings(
            dialect=reader.dialect,
            time_unit=reader.time_unit,
            symbol=reader.symbol,
            price_decimals=reader.price_decimals,
            size_decimals=reader.size_decimals,
            rows=reader.rows,
            rejected=reader.rejected,
        )

    def _explained(self, error: Exception) -> DataError:
        message = f"{self._path}: {error}"
        if isinstance(error, _core.TapeSchemaError):
            return SchemaError(f"{message}. Known forms: {DIALECTS}; .csv, plain or as .gz, .zst or .zip")
        return DataError(message)


def content_hash(path: Path) -> str:
    """Return what names a file by its bytes, packed as they are: `xxh128:` and 32 hexadecimal digits.

    Raises:
        DataError: the file cannot be read, or is no regular file.
    """
    try:
        return _named(_core.xxh128_of(path))
    except OSError as error:
        raise DataError(f"{path}: {error}") from error


def _named(xxh128: str) -> str:
    return f"xxh128:{xxh128}"


def _columns(batch: _core.TradeBatch) -> TradeColumns:
    return TradeColumns(
        ts_us=batch.ts_us,
        price=batch.price,
        size=batch.size,
        side=batch.side,
        tick_direction=batch.tick_direction,
        flags=batch.flags,
    )


def _rejects(batch: _core.TradeBatch) -> tuple[RejectedRow, ...]:
    return tuple(RejectedRow(line=line, reason=reason, text=text) for line, reason, text in batch.rejects)

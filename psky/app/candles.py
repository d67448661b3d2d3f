"""A tape as candles, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass

from psky.app.data import known_store
from psky.app.workspace import Workspace
from psky.domain.time import SECOND_US, timeframe_name, timeframe_s
from psky.errors import UsageError
from psky.store.candles import CandleColumns, make_minutes, read_candles
from psky.store.tape_store import reading

__all__ = ["MOST_CANDLES", "CandleColumns", "Candles", "TapeSpan", "load_candles", "open_chart"]
MOST_CANDLES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeSpan:
    """What there is to draw of a symbol: from its first to its last trade."""

    symbol: str
    label: str
    first_ts_us: int
    last_ts_us: int
    price_decimals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Candles:
    """Candles of a symbol, each `step_s` seconds long, beginning at `start_us <= ts_us < end_us`."""

    symbol: str
    step_s: int
    start_us: int
    end_us: int
    columns: CandleColumns


def open_chart(workspace: Workspace, symbol: str) -> TapeSpan:
    """Return what there is to draw; of a tape that was never drawn its minutes are made first, once.

    Raises:
        UsageError: no such symbol.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    path = known_store(workspace, symbol)
    make_minutes(path)
    with reading(path) as store:
        instrument, files = store.instrument(), store.files()
    return TapeSpan(
        symbol=symbol,
        label=instrument.label,
        first_ts_us=min(file.first_ts_us for file in files),
        last_ts_us=max(file.last_ts_us for file in files),
        price_decimals=instrument.price_decimals,
    )


def load_candles(workspace: Workspace, symbol: str, step: str, start_us: int, end_us: int) -> Candles:
    """Return the candles of `step` (such as `15m`) that begin at `start_us <= ts_us < end_us`; after `open_chart`.

    Raises:
        UsageError: no such symbol, or more than `MOST_CANDLES` candles.
        StoreError: the store cannot be read, or another process holds it (StoreLocked).
    """
    step_s = timeframe_s(step)
    count = (end_us - start_us) // (step_s * SECOND_US)
    if count > MOST_CANDLES:
        raise UsageError(
            f"expected at most {MOST_CANDLES:,} candles, found {count:,} of {timeframe_name(step_s)}; "
            "choose longer candles or a shorter span"
        )
    columns = read_candles(workspace.store_path(symbol), step_s, start_us, end_us)
    return Candles(symbol=symbol, step_s=step_s, start_us=start_us, end_us=end_us, columns=columns)

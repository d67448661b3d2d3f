"""The compiled core: columns in, columns out.

All arrays are one-dimensional and C-contiguous unless a shape is given. Times are microseconds since the epoch, UTC
(`*_us`, int64). Prices in ticks and sizes in lots are integers; averages of them are float64. Sides are int8, +1 buys
or is long, -1 sells or is short. Every function releases the interpreter while it works.
"""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BarSeries",
    "BarStream",
    "Bars",
    "FeatureInfo",
    "Funding",
    "Intents",
    "Ledger",
    "LedgerBook",
    "MarketConfig",
    "MarketStream",
    "MarketTable",
    "Outcomes",
    "Psg1",
    "Tape",
    "TapeFileError",
    "TapeSchemaError",
    "TradeBatch",
    "TradeReader",
    "Trader",
    "Venue",
    "VenueConfig",
    "__version__",
    "bracket",
    "compute",
    "compute_bars",
    "engine_codes",
    "feature_schema",
    "fill_order",
    "first_passages",
    "keep_tape",
    "kept_tape",
    "net_r",
    "outcomes",
    "payoffs",
    "psg1",
    "quotes_at",
    "replay",
    "splitmix64_u01",
    "touch_feature_schema",
    "xxh128_of",
]

__version__: str

# --- tape -----------------------------------------------------------------------------------------------------------

@final
class Tape:
    """The trades of one symbol in time order, immutable.

    Raises:
        ValueError: columns of different lengths, times that go back, an unknown side, a price or size that is not at
            least 1 and fewer than 2^52 ticks or lots.
    """

    def __new__(
        cls,
        ts_us: NDArray[np.int64],
        price: NDArray[np.float64],
        size: NDArray[np.float64],
        side: NDArray[np.int8],
        tick_direction: NDArray[np.int8],
        flags: NDArray[np.uint8],
        *,
        tick_size: float,
        lot_size: float,
    ) -> Tape: ...
    def __len__(self) -> int: ...
    @property
    def ts_us(self) -> NDArray[np.int64]: ...
    @property
    def span_us(self) -> tuple[int, int] | None: ...
    def last_before(self, ts_us: int) -> int | None: ...
    def price_before(self, ts_us: int) -> int | None: ...
    @property
    def price_ticks(self) -> NDArray[np.int64]: ...
    @property
    def tick_size(self) -> float: ...
    @property
    def lot_size(self) -> float: ...

def keep_tape(tape: Tape, path: str | PathLike[str], identity: bytes) -> None:
    """Write a tape to a file for `kept_tape`; on return it is on the disk. `identity` is 32 bytes.

    Raises:
        OSError: the file cannot be written whole.
    """

def kept_tape(path: str | PathLike[str], identity: bytes) -> Tape:
    """Map the tape that `keep_tape` wrote with the same identity: processes that do share its memory.

    The file must not be written to while the tape lives; it may be replaced or removed.

    Raises:
        OSError: the file cannot be opened.
        ValueError: it is no such tape, of another identity or version, or not as it was written.
    """

# --- trade files ----------------------------------------------------------------------------------------------------

class TapeFileError(ValueError):
    """A file that is damaged or holds no trades of one symbol."""

class TapeSchemaError(TapeFileError):
    """A file whose format or header is of no known dialect."""

@final
class TradeBatch:
    """Trades of a file in its order; `flags` are bits: 1 a retail price improvement, 2 a block trade.

    `rejects` holds (line counted from 1 at the header, reason, first 200 characters) of the rows that are no trades.
    """

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
    @property
    def rejects(self) -> list[tuple[int, str, str]]: ...

@final
class TradeReader:
    """The trades of a CSV file, plain or packed (gzip, zstd, zip), in batches; what it learns grows as it reads.

    Columns go by header name, in any order and case. Rows that cannot be true are counted in `rejected` and handed out
    with the batch they were found in, which holds at most `batch_rows` trades and rejected rows together.

    Raises:
        TapeSchemaError: the file is empty, binary, an archive of none or several, or lacks a header or a column.
        TapeFileError: a damaged packing, a second symbol, an endless line, or no rows below the header.
        OSError: the file cannot be read.
    """

    def __new__(cls, path: str | PathLike[str], batch_rows: int = 65536, *, hashed: bool = False) -> TradeReader: ...
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
    def rejected(self) -> int: ...
    @property
    def bytes_read(self) -> int: ...
    @property
    def xxh128(self) -> str:
        """The XXH128 hash of a `hashed` file, packed as it is, in hexadecimal, once its last batch was read.

        Raises:
            ValueError: the file is not `hashed`.
        """

def xxh128_of(path: str | PathLike[str]) -> str:
    """Return the XXH128 hash of a file's bytes, packed as they are, in hexadecimal.

    Raises:
        OSError: the file cannot be read, or is no regular file.
    """

# --- bars, features, touches ----------------------------------------------------------------------------------------

@final
class Bars:
    """The bars of a tape on a grid aligned to the UTC epoch, read-only columns of one length.

    A bar covers `[open_ts_us, open_ts_us + timeframe)` and is known at its end. Prices are ticks, volumes lots,
    turnover ticks times lots, vwap ticks. `plus` to `minus` count trades by tick direction, `runs` the runs of trades
    by takers of one side that began in the bar. `realised_variance` sums the squared changes of price from trade to
    trade (ticks squared), the first from the trade before the bar. An interval without a trade is a flat bar at the
    last price; its first and last trade times are its opening. `segment` counts from zero: no bar spans a silence
    longer than the greatest gap.
    """

    @property
    def open_ts_us(self) -> NDArray[np.int64]: ...
    @property
    def open(self) -> NDArray[np.int64]: ...
    @property
    def high(self) -> NDArray[np.int64]: ...
    @property
    def low(self) -> NDArray[np.int64]: ...
    @property
    def close(self) -> NDArray[np.int64]: ...
    @property
    def volume(self) -> NDArray[np.int64]: ...
    @property
    def buy_volume(self) -> NDArray[np.int64]: ...
    @property
    def sell_volume(self) -> NDArray[np.int64]: ...
    @property
    def turnover(self) -> NDArray[np.float64]: ...
    @property
    def count(self) -> NDArray[np.int64]: ...
    @property
    def buy_count(self) -> NDArray[np.int64]: ...
    @property
    def plus(self) -> NDArray[np.int64]: ...
    @property
    def zero_plus(self) -> NDArray[np.int64]: ...
    @property
    def zero_minus(self) -> NDArray[np.int64]: ...
    @property
    def minus(self) -> NDArray[np.int64]: ...
    @property
    def vwap(self) -> NDArray[np.float64]: ...
    @property
    def largest(self) -> NDArray[np.int64]: ...
    @property
    def realised_variance(self) -> NDArray[np.float64]: ...
    @property
    def runs(self) -> NDArray[np.int64]: ...
    @property
    def first_ts_us(self) -> NDArray[np.int64]: ...
    @property
    def last_ts_us(self) -> NDArray[np.int64]: ...
    @property
    def segment(self) -> NDArray[np.int32]: ...

@final
class BarStream:
    """Bars of several timeframes in one pass over trades, the longer rolled up from the smallest.

    A segment's first bar is dropped unless its first trade is at its very start. After a segment's last trade bars
    close, flat, until `max_gap_us` have passed, as they would have on a running clock; the bar then forming is dropped.

    Raises:
        ValueError: no timeframe, one that is no positive multiple of the smallest, a gap that is not positive; on
            `push` a trade earlier than one before it.
    """

    def __new__(cls, timeframes_s: list[int], max_gap_us: int) -> BarStream: ...
    def push(self, tape: Tape, start: int, stop: int) -> None:
        """Take in the trades of rows `start` until before `stop`."""

    def take(self) -> list[Bars]:
        """Return the bars that have closed since the last take, the smallest timeframe first."""

@final
class MarketConfig:
    """What to compute: timeframes in seconds, families, windows in bars of each timeframe, the rule of a touch.

    The windows are those of `FeatureSpec`, all of them. With `dense` every base bar has a row of features, otherwise
    touches alone.

    Raises:
        KeyError: a window is missing.
        ValueError: timeframes that are not multiples of the smallest, a base or touch timeframe that is not among them,
            a touch timeframe below the base, an unknown family, a window that is too short, spans that do not rise,
            a distance that is no positive number.
    """

    def __new__(
        cls,
        *,
        base_s: int,
        timeframes_s: list[int],
        max_gap_us: int,
        families: Sequence[str],
        dense: bool,
        touch_timeframes_s: list[int],
        touch_ema: int,
        min_slope_atr: float,
        max_distance_atr: float,
        **windows: float,
    ) -> MarketConfig: ...

@final
class FeatureInfo:
    """One column, described.

    `timeframe_s` is 0 where it has none. `warm_up_bars` is how many closed bars of its timeframe a segment needs before
    it is a number. In a `formula` `x[-1]` is x one bar of the timeframe before, a quotient is 0 where its divisor is,
    and an `atr` below a billionth of the price counts as 0. A `directional` column changes sign when prices and sides
    are reflected.
    """

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def timeframe_s(self) -> int: ...
    @property
    def formula(self) -> str: ...
    @property
    def warm_up_bars(self) -> int: ...
    @property
    def known_at(self) -> str: ...
    @property
    def directional(self) -> bool: ...

def feature_schema(config: MarketConfig) -> list[FeatureInfo]:
    """Describe the columns of `MarketTable.features`, in order."""

def touch_feature_schema(config: MarketConfig) -> list[FeatureInfo]:
    """Describe the columns of `MarketTable.touch_features`, in order.

    They are the features, the directional ones times the touch's side, then the touch's own.
    """

@final
class MarketTable:
    """A row for each closed base bar (n) and for each touch among them (m); read-only columns.

    `ts_us` is the close of the base bar: the time of the decision, at which the whole row is known. `features` (n, k)
    and `touch_features` (m, q) are row-major; NaN until warm. `atr_ticks` is that of the base timeframe, NaN until
    warm. `touch_row` counts in this table; `touch_level_ticks` is the EMA that was touched. A segment's rows depend on
    nothing before it.
    """

    @property
    def ts_us(self) -> NDArray[np.int64]: ...
    @property
    def close_ticks(self) -> NDArray[np.int64]: ...
    @property
    def atr_ticks(self) -> NDArray[np.float64]: ...
    @property
    def segment(self) -> NDArray[np.int32]: ...
    @property
    def features(self) -> NDArray[np.float64]: ...
    @property
    def touch_row(self) -> NDArray[np.int64]: ...
    @property
    def touch_side(self) -> NDArray[np.int8]: ...
    @property
    def touch_timeframe_s(self) -> NDArray[np.int32]: ...
    @property
    def touch_level_ticks(self) -> NDArray[np.float64]: ...
    @property
    def touch_features(self) -> NDArray[np.float64]: ...

@final
class MarketStream:
    """The market machine: bars, features and touches, a trade at a time. `compute` is a loop over it."""

    def __new__(cls, config: MarketConfig) -> MarketStream: ...
    def push(self, tape: Tape, start: int, stop: int) -> None:
        """Take in rows `start` to `stop` (excluded) of a tape; rows beyond its end are none.

        Raises:
            ValueError: a trade is earlier than the watermark, the latest time seen; those before it were taken in.
        """

    def advance(self, ts_us: int) -> None:
        """Move the watermark: close every bar that has ended by `ts_us`. An earlier time changes nothing."""

    def save(self) -> bytes:
        """Return the state, rows not yet taken included."""

    @staticmethod
    def restore(config: MarketConfig, state: bytes) -> MarketStream:
        """Return the stream that was saved, which goes on as if it had not stopped.

        Raises:
            ValueError: bytes that are no state, are damaged, or were saved by another version or configuration.
        """

    def take(self) -> MarketTable:
        """Return what was emitted since the last take."""

def compute(tape: Tape, config: MarketConfig) -> MarketTable:
    """Return the table of a whole tape, as of its last trade."""

@final
class BarSeries:
    """The bars of a configuration's smallest timeframe that a tape closes, for `compute_bars`; len() counts them."""

    def __new__(cls, tape: Tape, config: MarketConfig) -> BarSeries: ...
    def __len__(self) -> int: ...

def compute_bars(bars: BarSeries, config: MarketConfig) -> MarketTable:
    """Return what `compute` returns for the tape of the bars, the same bytes.

    Raises:
        ValueError: the smallest timeframe or the greatest gap of the configuration is not that of the bars.
    """

# --- paths of prices ------------------------------------------------------------------------------------------------

def first_passages(
    tape: Tape,
    start_us: NDArray[np.int64],
    lower_ticks: NDArray[np.int64],
    upper_ticks: NDArray[np.int64],
    until_us: NDArray[np.int64],
    max_gap_us: int,
) -> tuple[NDArray[np.int64], NDArray[np.int8], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return (row, end, ts_us, lowest, highest) of each of `m` paths, as `psky.engine.path.FirstPassages` has them.

    Raises:
        ValueError: columns of different lengths, a lower level that is not below the upper one.
    """

def quotes_at(tape: Tape, ts_us: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the last price on the book of sellers (bid) and of buyers (ask) at or before each time, -1 for none."""

# --- trader, venue, replay ------------------------------------------------------------------------------------------

@final
class VenueConfig:
    """How the simulated venue fills, what it charges and what it accepts.

    Ahead of an order that comes to rest under `queue` are `queue_ahead_lots`, or where that is None `queue_kappa` times
    the median volume of a level's visit over the 24 hours before; a part of a lot counts as a whole one. `fee_tiers`
    are (notional, maker rate, taker rate), of the notional traded over thirty days; notionals are in ticks x lots.
    Rates are kept to 1e-9. A `leverage` of 0 never liquidates. Under a `taker_depth` of "printed" a taker takes of a
    print at most its size, and the rest of the order walks on to the following prints.

    Raises:
        ValueError: an unknown fill rule, a negative queue, latency or slippage, a step below 1, a leverage below 1, a
            maintenance rate of 1 / leverage or more.
    """

    def __new__(
        cls,
        *,
        fill: str,
        latency_us: int,
        cancel_latency_us: int,
        maker_fee_rate: float,
        taker_fee_rate: float,
        slippage_ticks: int,
        max_gap_us: int,
        queue_kappa: float = 1.0,
        queue_ahead_lots: float | None = None,
        feed_latency_us: int = 0,
        fee_tiers: Sequence[tuple[float, float, float]] = ...,
        price_step_ticks: int = 1,
        lot_step_lots: int = 1,
        min_notional: float = 0.0,
        leverage: float = 0.0,
        maintenance_rate: float = 0.0,
        taker_depth: Literal["unlimited", "printed"] = "unlimited",
    ) -> VenueConfig: ...

@final
class Funding:
    """Funding stamps in increasing time: a position open across one pays side x rate x mark x lots.

    Raises:
        ValueError: columns of different lengths, times that do not increase, a rate beyond 1, a mark below a tick.
    """

    def __new__(
        cls, ts_us: NDArray[np.int64], rate: NDArray[np.float64], mark_ticks: NDArray[np.float64]
    ) -> Funding: ...
    def __len__(self) -> int: ...

@final
class Intents:
    """Proposed trades, `m` rows in time order. A limit of 0 enters at market; distances are from the entry price.

    A limit follows the best price of its side where that has moved away by `repeg_ticks`; 0 never does.

    Raises:
        ValueError: columns of different lengths, times that go back, a side, distance, size or time out of range.
    """

    def __new__(
        cls,
        ts_us: NDArray[np.int64],
        side: NDArray[np.int8],
        limit_ticks: NDArray[np.int64],
        stop_distance_ticks: NDArray[np.int64],
        target_distance_ticks: NDArray[np.int64],
        qty_lots: NDArray[np.int64],
        entry_ttl_us: NDArray[np.int64],
        hold_us: NDArray[np.int64],
        *,
        repeg_ticks: int = 0,
    ) -> Intents: ...
    @staticmethod
    def propose(
        ts_us: NDArray[np.int64],
        side: NDArray[np.int8],
        level_ticks: NDArray[np.float64],
        atr_ticks: NDArray[np.float64],
        *,
        is_maker: bool,
        offset_atr: float,
        stop_atr: float,
        target_rr: float,
        risk: float,
        tick_size: float,
        lot_size: float,
        price_step_ticks: int,
        lot_step_lots: int,
        entry_ttl_us: int,
        hold_us: int,
        repeg_ticks: int,
    ) -> Intents:
        """Return the intents of `m` touches, as `psky.engine.intents.propose` has them.

        Raises:
            ValueError: as for the constructor; an ATR that is not a number has no stop.
        """

    def __len__(self) -> int: ...
    def expected_entry_ticks(self, close_ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the limits, or of those that enter at market the closes of their bars, float64 (m,).

        Raises:
            ValueError: not one close an intent.
        """

    def rows(self) -> list[tuple[int, int, int, int, int, int, int, int, int]]:
        """Return each intent's values in the order of the columns."""

    @property
    def ts_us(self) -> NDArray[np.int64]: ...
    @property
    def side(self) -> NDArray[np.int8]: ...
    @property
    def limit_ticks(self) -> NDArray[np.int64]: ...
    @property
    def stop_distance_ticks(self) -> NDArray[np.int64]: ...
    @property
    def target_distance_ticks(self) -> NDArray[np.int64]: ...
    @property
    def qty_lots(self) -> NDArray[np.int64]: ...
    @property
    def entry_ttl_us(self) -> NDArray[np.int64]: ...
    @property
    def hold_us(self) -> NDArray[np.int64]: ...
    @property
    def repeg_ticks(self) -> NDArray[np.int64]: ...

@final
class Outcomes:
    """What each of `m` intents earned alone, known at `known_at_us`, the time of the print that settles it.

    Where nothing filled, or the outcome is censored, times and rows are -1 and floats are NaN. Rows are rows of the
    tape; results are in R, which is stop distance x quantity of the intent; `mae_r` (<= 0) and `mfe_r` (>= 0) are the
    worst and best print from the entry price while open, in stop distances.
    """

    def __len__(self) -> int: ...
    @property
    def status(self) -> NDArray[np.int8]: ...
    @property
    def known_at_us(self) -> NDArray[np.int64]: ...
    @property
    def entry_ts_us(self) -> NDArray[np.int64]: ...
    @property
    def exit_ts_us(self) -> NDArray[np.int64]: ...
    @property
    def entry_row(self) -> NDArray[np.int64]: ...
    @property
    def exit_row(self) -> NDArray[np.int64]: ...
    @property
    def filled_lots(self) -> NDArray[np.int64]: ...
    @property
    def entry_ticks(self) -> NDArray[np.float64]: ...
    @property
    def exit_ticks(self) -> NDArray[np.float64]: ...
    @property
    def gross_r(self) -> NDArray[np.float64]: ...
    @property
    def fee_r(self) -> NDArray[np.float64]: ...
    @property
    def funding_r(self) -> NDArray[np.float64]: ...
    @property
    def net_r(self) -> NDArray[np.float64]: ...
    @property
    def mae_r(self) -> NDArray[np.float64]: ...
    @property
    def mfe_r(self) -> NDArray[np.float64]: ...

@final
class Ledger:
    """What happened in a replay, each table a dict of equally long columns, in order of time.

    orders: order_id, intent, kind, side, price_ticks (0 at market) and qty_lots as last amended, filled_lots,
    submitted_us, status, reject_reason (0 for none), closed_us, amends (their number).
    fills: order_id, execution_id, intent, ts_us, row (of the tape), side, price_ticks, lots, maker, fee_r.
    trades: intent, side, entry_ts_us, exit_ts_us, entry_row, exit_row, entry_ticks, exit_ticks (mean prices), lots,
    exit_reason, gross_r, fee_r, funding_r, net_r, mae_r, mfe_r.
    skips: intent, reason.
    equity: the account after each fill and funding stamp: ts_us, row (of the tape, -1 for a stamp), mark_ticks, lots,
    lots_r, cash, cash_r, fees, funding, equity, equity_r. Between rows it is worth cash + lots x price in ticks x lots,
    and cash_r + lots_r x price in R; fees and funding are what was paid so far.
    """

    def orders(self) -> dict[str, NDArray[Any]]: ...
    def fills(self) -> dict[str, NDArray[Any]]: ...
    def trades(self) -> dict[str, NDArray[Any]]: ...
    def skips(self) -> dict[str, NDArray[Any]]: ...
    def equity(self) -> dict[str, NDArray[Any]]: ...

@final
class Trader:
    """The trader of one symbol, event by event; one caller at a time.

    Events, commands and records are rows: the code of a kind and the fields of `psky.engine.messages`, in their order.

    Raises:
        ValueError: an unknown `opposite`, no position allowed, a prefix of which no exchange takes names.
    """

    def __new__(
        cls, opposite: Literal["flip", "close", "ignore"], prefix: str, *, max_positions: int = 1
    ) -> Trader: ...
    @staticmethod
    def restore(
        opposite: Literal["flip", "close", "ignore"], prefix: str, state: bytes, *, max_positions: int = 1
    ) -> Trader:
        """Return the trader that was saved.

        Raises:
            ValueError: damaged bytes, or a state of another policy, prefix or version.
        """

    def save(self) -> bytes: ...
    def on(self, now_us: int, event: tuple[Any, ...]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Hear an event; return commands and records.

        Raises:
            ValueError: a row that is no event, or an intent that proposes nothing possible.
        """

    def on_trades(
        self, tape: Tape, start: int, stop: int
    ) -> tuple[int, tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
        """Hear rows of a tape until something is said; return the next row, and what is said."""

    def on_end(self) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Leave at the end of the tape."""

    def set_quotes(self, bid: int | None, ask: int | None) -> None: ...
    @property
    def next_us(self) -> int: ...
    @property
    def quiet_band(self) -> tuple[int, int]: ...
    @property
    def is_flat(self) -> bool: ...
    def positions(self) -> list[tuple[int, int]]: ...
    @property
    def realised(self) -> int: ...
    def running(self, mark_ticks: int) -> int: ...
    def name(self, order: int) -> str: ...
    def order_id(self, name: str) -> int | None: ...

@final
class Venue:
    """The venue of a replay, step by step; one caller at a time. What it says are rows as those of `Trader`.

    A row of the code 8 is a limit that came to its trigger: (8, order id). A `cost` is in ticks x lots, cash in 1e-9
    of them. `place` takes the words of `psky.engine.venue_steps.Ticket`.

    Raises:
        ValueError: an order that has no such kind, side or id, or trades earlier than those before.
    """

    def __new__(cls, tape: Tape, config: VenueConfig) -> Venue: ...
    def extend(self, more: Tape) -> None:
        """Go on with the trades of another tape, the first no earlier than the last so far."""

    def restore(self, holding: int, side: int, lots: int, price: int) -> None:
        """Begin with a position that was opened elsewhere."""

    def seek(self, row: int) -> None: ...
    @property
    def row(self) -> int: ...
    @property
    def next_us(self) -> int: ...
    @property
    def quotes(self) -> tuple[int | None, int | None]: ...
    @property
    def cash(self) -> int: ...
    def position(self, holding: int) -> tuple[int, int, float] | None:
        """Return (side, lots, cost), None where it is flat."""

    def bound(self, side: int) -> int | None: ...
    def orders(self) -> list[tuple[int, int, int, int, int, bool]]:
        """Return (id, price, lots, filled, ahead, waits) of each open order."""

    def set_margin(self, leverage: float, maintenance_rate: float) -> None: ...
    def place(
        self,
        sent_us: int,
        order: int,
        side: int,
        kind: str,
        price: int,
        lots: int,
        *,
        holding: int,
        armed: bool = False,
        reduce_only: bool = False,
        crossing: str = "rest",
        rising: bool | None = None,
        waits_for: int | None = None,
        whole: bool = False,
    ) -> list[tuple[Any, ...]]: ...
    def amend(
        self, sent_us: int, order: int, kind: str, price: int, lots: int, version: int, armed: bool
    ) -> list[tuple[Any, ...]]: ...
    def wait_for(self, order: int, trigger: int) -> None: ...
    def cancel(self, sent_us: int, order: int, armed: bool) -> list[tuple[Any, ...]]: ...
    def run(self, stop: int) -> list[tuple[Any, ...]]:
        """Match prints before row `stop` until one brings something about, or time passes `next_us`."""

    def on_clock(self, now_us: int) -> list[tuple[Any, ...]]: ...
    def fund(self, ts_us: int, rate: int, mark: int) -> list[tuple[Any, ...]]: ...
    def end(self) -> list[tuple[Any, ...]]: ...

@final
class LedgerBook:
    """A ledger that a driver fills; one caller at a time. Rows are those of `Trader`."""

    def __new__(cls) -> LedgerBook: ...
    def send(self, sent_us: int, command: tuple[Any, ...]) -> None: ...
    def note(self, now_us: int, event: tuple[Any, ...]) -> None: ...
    def record(self, record: tuple[Any, ...]) -> None: ...
    def ledger_so_far(self) -> Ledger: ...

def outcomes(tape: Tape, intents: Intents, venue: VenueConfig, *, funding: Funding | None = None) -> Outcomes:
    """Run each intent alone through trader and venue until its trade is over."""

def replay(
    tape: Tape,
    intents: Intents,
    rows: NDArray[np.int64],
    venue: VenueConfig,
    opposite: Literal["flip", "close", "ignore"],
    *,
    max_positions: int = 1,
    funding: Funding | None = None,
) -> Ledger:
    """Run the intents named by `rows` (increasing) through one trader; an open position is marked out at the end.

    Raises:
        ValueError: rows out of range or order, an unknown `opposite`, no position allowed.
    """

def payoffs(
    intents: Intents, entry_ticks: NDArray[np.float64], venue: VenueConfig
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each intent earns net in R, filled whole at its entry price: (at the target, at the stop).

    Raises:
        ValueError: not one entry price an intent.
    """

def net_r(
    side: int,
    entry: float,
    exit: float,  # noqa: A002 - the word of the trade
    risk: float,
    entry_fee_rate: float,
    exit_fee_rate: float,
    funding: float,
) -> float:
    """Return the net result in R of one unit; `funding` is the sum of rate x mark at the stamps passed."""

def fill_order(
    tape: Tape,
    side: int,
    price_ticks: int,
    qty_lots: int,
    submit_us: int,
    cancel_us: int | None,
    venue: VenueConfig,
) -> tuple[int, list[tuple[int, int, int]], int, int]:
    """Rest one post-only order at the venue: (status, fills as (row, ts_us, lots), lots remaining, lots ahead)."""

def bracket(
    tape: Tape,
    fill_row: int,
    side: int,
    entry_ticks: int,
    stop_ticks: int,
    target_ticks: int,
    hold_us: int,
    venue: VenueConfig,
    *,
    funding: Funding | None = None,
) -> Outcomes:
    """Follow one lot that a maker order opened at the print of `fill_row`; the outcome has one row.

    Raises:
        ValueError: a row beyond the tape, a stop or target on the wrong side of the entry.
    """

def engine_codes() -> dict[str, dict[str, int]]:
    """Return the names and codes of the engine's enumerations."""

# --- PSG-1 ----------------------------------------------------------------------------------------------------------

@final
class Psg1:
    """A synthetic tape of `n` prints with the state that made it.

    `bid` and `episode` (index, -1 for none) are the state after the print. Episodes: start_row, side, bid0, z, p, u,
    end_row and hit (-1 while one runs; hit 1 gained, 0 lost).
    """

    def __len__(self) -> int: ...
    @property
    def ts_ms(self) -> NDArray[np.int64]: ...
    @property
    def price_ticks(self) -> NDArray[np.int64]: ...
    @property
    def size(self) -> NDArray[np.int64]: ...
    @property
    def side(self) -> NDArray[np.int8]: ...
    @property
    def bid(self) -> NDArray[np.int64]: ...
    @property
    def episode(self) -> NDArray[np.int64]: ...
    def episodes(self) -> dict[str, NDArray[Any]]: ...
    def target_shares(
        self,
        rows: NDArray[np.int64],
        stop_ticks: NDArray[np.int64],
        target_ticks: NDArray[np.int64],
        futures: int,
    ) -> NDArray[np.float64]:
        """Return in which share of futures, drawn from the state after a print, a target fills before its stop fires.

        A position of each of `rows`, in order, long where its target lies above its stop; the rule is `through`, and
        there is no time limit. The same draws every time; standard error sqrt(p (1 - p) / futures).

        Raises:
            ValueError: rows out of order or beyond the tape, columns of different lengths, no future.
        """

def psg1(
    seed: int,
    n: int,
    *,
    planted: bool = True,
    b: float = 1.0,
    p_lo: float = 0.05,
    p_hi: float = 0.95,
    a: int = 12,
    run_up: int = 10,
    pull_back: int = 5,
    m_z: float = 0.0,
    s_z: float = 0.2,
    bid_start: int = 6000,
    rate: float = 1.0,
    move_share: float = 0.5,
) -> Psg1:
    """Generate a tape (METHOD 8.1); equal parameters give equal bits.

    Raises:
        ValueError: a parameter out of range.
    """

def splitmix64_u01(seed: int, counter: int) -> float:
    """Return uniform draw number `counter` of `seed`, in [0, 1)."""

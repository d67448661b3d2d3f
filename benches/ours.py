"""What psky does, apart from the opponents: a process that measures its memory loads none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from psky import _core
from psky.domain.instrument import Instrument
from psky.domain.time import SECOND_US, TIMEFRAMES
from psky.market.bars import Bars, BarStream
from psky.market.tape import tape_from_columns
from psky.market.trade_files import TradeFile
from psky.spec.sections import Family
from psky.spec.spec import Spec

INSTRUMENT = Instrument(symbol="BENCHUSDT", price_decimals=2, size_decimals=3, synthetic=True)
SPEC = Spec()
MAX_GAP_S = SPEC.tape.max_gap_s
MINUTE_S = 60


def bars_of_files(paths: Sequence[Path]) -> dict[str, Bars]:
    """Return the bars of all timeframes of the trades of files, a batch at a time."""
    stream = BarStream(TIMEFRAMES, MAX_GAP_S)
    for path in paths:
        for batch in TradeFile(path):
            stream.push(tape_from_columns(batch.columns, INSTRUMENT, "benches"))
    return stream.take()


def cells(minutes: _core.BarSeries, families: Sequence[Family]) -> _core.MarketTable:
    """Return the columns of families for each of some minutes; no EMA can be touched: no opponent looks for touches."""
    return _core.compute_bars(minutes, cells_config(families))


def cell_names(families: Sequence[Family]) -> list[str]:
    """Return the names of those columns, without the timeframe."""
    return [column.name.removeprefix("1m_") for column in _core.feature_schema(cells_config(families))]


def cells_config(families: Sequence[Family]) -> _core.MarketConfig:
    """Return what the core computes there: one timeframe, every bar, the windows of the default spec."""
    windows = {name: getattr(SPEC.features, name) for name in SPEC.features.__struct_fields__ if name != "families"}
    return _core.MarketConfig(
        base_s=MINUTE_S,
        timeframes_s=[MINUTE_S],
        max_gap_us=MAX_GAP_S * SECOND_US,
        families=families,
        dense=True,
        touch_timeframes_s=[],
        touch_ema=SPEC.touch.ema,
        min_slope_atr=SPEC.touch.min_slope_atr,
        max_distance_atr=SPEC.touch.max_distance_atr,
        **windows,
    )

"""What psky does, apart from the opponents: a process that measures its memory loads none of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from psky import _core
from psky.domain.instrument import Instrument
from psky.domain.time import TIMEFRAMES
from psky.market.bars import Bars, BarStream
from psky.market.features import market_config
from psky.market.tape import tape_from_columns
from psky.market.trade_files import TradeFile
from psky.spec.spec import Spec

INSTRUMENT = Instrument(symbol="BENCHUSDT", price_decimals=2, size_decimals=3, synthetic=True)
MAX_GAP_S = Spec().tape.max_gap_s


def bars_of_files(paths: Sequence[Path]) -> dict[str, Bars]:
    """Return the bars of all timeframes of the trades of files, a batch at a time."""
    stream = BarStream(TIMEFRAMES, MAX_GAP_S)
    for path in paths:
        for batch in TradeFile(path):
            stream.push(tape_from_columns(batch.columns, INSTRUMENT, "benches"))
    return stream.take()


def machine() -> _core.MarketStream:
    """Return the machine behind batch and live alike, as the default spec configures it, that has seen nothing."""
    return _core.MarketStream(market_config(Spec()))

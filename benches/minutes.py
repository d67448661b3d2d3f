"""Ready-made minutes as a tape: the machine takes trades, so that each bar is given by a few that make it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benches.ours import INSTRUMENT, MAX_GAP_S
from benches.tape import LOTS_A_UNIT, TICKS_A_UNIT, BenchTape
from psky.domain.time import SECOND_US
from psky.domain.trades import TradeColumns
from psky.market.bars import Bars, all_bars
from psky.market.tape import MarketTape, tape_from_columns

_PRINTS = 5
_EVERY_US = 12 * SECOND_US
# Every third bar has the fifth print, so that counts differ within any window.
_FIFTH_OF_BARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Bars of one minute, `bars` as opponents get them and `tape` as psky does."""

    tape: MarketTape
    bars: Bars

    def __len__(self) -> int:
        return len(self.bars.open_ts_us)


def minutes(tape: BenchTape) -> Minutes:
    """Return the minutes of a tape, each from four or five prints that give its prices and the volume of its sides."""
    whole = tape_from_columns(tape.columns, INSTRUMENT, "benches")
    thin = tape_from_columns(_thinned(all_bars(whole, ["1m"], MAX_GAP_S)["1m"]), INSTRUMENT, "benches")
    return Minutes(tape=thin, bars=all_bars(thin, ["1m"], MAX_GAP_S)["1m"])


def _thinned(bars: Bars) -> TradeColumns:
    traded = bars.count > 0
    opens, number = bars.open_ts_us[traded], np.arange(int(traded.sum()))
    bought, sold = _parts(bars.buy_volume[traded]), _parts(bars.sell_volume[traded])
    lots = np.column_stack([bought[0], sold[0], bought[1], sold[1], np.ones_like(number)])
    sides = np.column_stack([np.tile((1, -1, 1, -1), (len(number), 1)), np.where(number % 2, 1, -1)])
    ticks = np.column_stack([getattr(bars, name)[traded] for name in ("open", "high", "low", "close", "close")])
    kept = np.ones(ticks.shape, dtype=np.bool_)
    kept[:, -1] = number % _FIFTH_OF_BARS == 0
    return TradeColumns(
        ts_us=(opens[:, np.newaxis] + np.arange(_PRINTS) * _EVERY_US)[kept],
        price=ticks[kept] / TICKS_A_UNIT,
        size=lots[kept] / LOTS_A_UNIT,
        side=sides[kept].astype(np.int8),
        tick_direction=_directions(ticks[kept]),
        flags=np.zeros(int(kept.sum()), dtype=np.uint8),
    )


def _parts(lots: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what two prints share; neither is empty."""
    third = lots // 3
    return np.maximum(third, 1), np.maximum(lots - third, 1)


def _directions(ticks: NDArray[np.int64]) -> NDArray[np.int8]:
    change = np.sign(np.diff(ticks, prepend=ticks[:1]))
    codes: NDArray[np.int8] = np.where(change == 0, 1, 2 * change).astype(np.int8)
    return codes

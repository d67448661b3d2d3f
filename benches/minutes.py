"""Ready-made minutes: as psky holds them, and as columns for the others."""

from __future__ import annotations

from dataclasses import dataclass

from benches.ours import INSTRUMENT, MAX_GAP_S, cells_config
from benches.tape import BenchTape
from psky.market.bars import Bars, all_bars
from psky.market.features import BarSeries
from psky.market.tape import tape_from_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Bars of one minute, `columns` as opponents get them and `series` as psky does."""

    series: BarSeries
    columns: Bars

    def __len__(self) -> int:
        return len(self.series)


def minutes(tape: BenchTape) -> Minutes:
    """Return the minutes of a tape."""
    trades = tape_from_columns(tape.columns, INSTRUMENT, "benches")
    columns = all_bars(trades, ["1m"], MAX_GAP_S)["1m"]
    return Minutes(series=BarSeries(trades.core, cells_config([])), columns=columns)

"""What bars would have said of trades: one that holds both target and stop cannot say which came first (METHOD 1.1).

psky follows every print and needs no bars here. The share of trades that bars leave open, and the win rates of the two
ways to close them, tell how far a backtest on bars of the same span could be from this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from psky.engine.codes import ExitReason
from psky.market.bars import bars
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.statistics.arrays import Floats

Policy = Literal["flag", "sl_first", "tp_first", "open_path"]
Barrier = Literal["TP", "SL", "AMB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarVerdict:
    """What bars say of the trades that prints ended at target or stop, from the bar of the entry to that of the exit.

    `ambiguous_share` is the share that bars leave open; the win rates count every open one as lost, or as won. All None
    without such trades.
    """

    timeframe: str
    trades: int
    ambiguous_share: float | None
    stop_first_win_rate: float | None
    target_first_win_rate: float | None
    print_win_rate: float | None
    """By the prints, of the same trades."""


def first_barrier(ohlc: Floats, side: int, stop: float, target: float, policy: Policy) -> tuple[int, Barrier] | None:
    """Return the first bar, float64[n, 4] of open, high, low and close, that touches a level, and which it was.

    A bar that touches both is `AMB` under `flag`, the stop or the target first under `sl_first` and `tp_first`, and the
    one nearer to its open under `open_path`. None where no bar touches either.
    """
    opens, highs, lows = ohlc[:, 0], ohlc[:, 1], ohlc[:, 2]
    worst, best = (lows, highs) if side > 0 else (highs, lows)
    stopped, won = side * (worst - stop) <= 0, side * (best - target) >= 0
    touched = np.flatnonzero(stopped | won)
    if not len(touched):
        return None
    bar = int(touched[0])
    if not (stopped[bar] and won[bar]):
        return bar, "TP" if won[bar] else "SL"
    nearer: Barrier = "TP" if abs(target - opens[bar]) < abs(opens[bar] - stop) else "SL"
    decided: dict[Policy, Barrier] = {"flag": "AMB", "sl_first": "SL", "tp_first": "TP", "open_path": nearer}
    return bar, decided[policy]


def bar_verdict(dataset: Dataset, ledger: Ledger, timeframe: str) -> BarVerdict:
    """Return what bars of a timeframe say of the trades of a ledger."""
    trades = ledger.trades
    ended = np.flatnonzero(np.isin(trades["exit_reason"], (ExitReason.TARGET, ExitReason.STOP)))
    table = bars(dataset.tape, timeframe, dataset.spec.tape.max_gap_s)
    ohlc = np.column_stack([table.open, table.high, table.low, table.close]).astype(np.float64)
    first = np.searchsorted(table.open_ts_us, trades["entry_ts_us"], side="right") - 1
    last = np.searchsorted(table.open_ts_us, trades["exit_ts_us"], side="right")
    found = {row: _said(dataset, ledger, ohlc[max(first[row], 0) : last[row]], row) for row in ended.tolist()}
    words = [word for word in found.values() if word is not None]
    won = [trades["exit_reason"][row] == ExitReason.TARGET for row, word in found.items() if word is not None]

    def share(count: int) -> float | None:
        return count / len(words) if words else None

    return BarVerdict(
        timeframe=timeframe,
        trades=len(words),
        ambiguous_share=share(words.count("AMB")),
        stop_first_win_rate=share(words.count("TP")),
        target_first_win_rate=share(words.count("TP") + words.count("AMB")),
        print_win_rate=share(int(np.sum(won))),
    )


def _said(dataset: Dataset, ledger: Ledger, path: Floats, row: int) -> Barrier | None:
    trades, intents = ledger.trades, dataset.intents
    intent, side, entry = int(trades["intent"][row]), int(trades["side"][row]), float(trades["entry_ticks"][row])
    stop = entry - side * float(intents.stop_distance_ticks[intent])
    target = entry + side * float(intents.target_distance_ticks[intent])
    found = first_barrier(path, side, stop, target, "flag")
    return None if found is None else found[1]

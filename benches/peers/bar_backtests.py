"""The sides that know bars alone: vectorbt and backtesting.py trade the crosses at the next minute's open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import vectorbt
from backtesting import Backtest, Strategy
from numpy.typing import NDArray

from benches.peers.market import MINUTE_US, Int64s, Market
from benches.peers.trades import NONE, Trades, no_trades
from benches.peers.verdicts import COSTS, Verdicts

_CASH = 1e9


class Minutes:
    """One-minute bars and the crosses among them, as both libraries take them."""

    def __init__(self, market: Market, verdicts: Verdicts) -> None:
        bars = market.minutes
        self.open_us = bars.open_ts_us
        self.verdicts = len(verdicts)
        self.frame = pd.DataFrame(
            {name.title(): getattr(bars, name).astype(np.float64) for name in ("open", "high", "low", "close")},
            index=pd.to_datetime(bars.open_ts_us, unit="us"),
        ).assign(Volume=bars.volume.astype(np.float64))
        closing = np.searchsorted(bars.open_ts_us, verdicts.ts_us - MINUTE_US)
        self.buys, self.sells = (self._marked(closing[first::2]) for first in (0, 1))
        # An order at a bar's own price: the signal moves to the bar that opens next.
        self.buys_next, self.sells_next = (np.roll(marks, 1) for marks in (self.buys, self.sells))

    def _marked(self, rows: Int64s) -> NDArray[np.bool_]:
        marks = np.zeros(len(self.open_us), dtype=np.bool_)
        marks[rows] = True
        return marks

    def trades(
        self, entry_bar: Int64s, entry: NDArray[np.float64], exit_bar: Int64s, left: NDArray[np.float64]
    ) -> Trades:
        """Return the trades in turn, each that of a verdict to buy."""
        trades = no_trades(self.verdicts)
        columns = (self.open_us[entry_bar], np.rint(entry), self.open_us[exit_bar], np.rint(left))
        for field, column in zip(trades, columns, strict=True):
            field[: 2 * len(column) : 2] = column
            field[2 * len(column) :] = NONE
        return trades


def vectorbt_crossed(minutes: Minutes) -> Trades:
    """Trade in vectorbt."""
    portfolio = vectorbt.Portfolio.from_signals(
        close=minutes.frame["Close"],
        entries=minutes.buys_next,
        exits=minutes.sells_next,
        price=minutes.frame["Open"],
        size=1.0,
        fees=COSTS.taker_fee_rate,
        init_cash=_CASH,
        freq="1min",
    )
    found = portfolio.trades.values  # noqa: PD011 - its records, no frame
    return minutes.trades(found["entry_idx"], found["entry_price"], found["exit_idx"], found["exit_price"])


def backtesting_crossed(minutes: Minutes) -> Trades:
    """Trade in backtesting.py."""
    test = Backtest(minutes.frame, CrossStrategy, cash=_CASH, commission=COSTS.taker_fee_rate)
    found = test.run(buys=minutes.buys, sells=minutes.sells)["_trades"]
    columns = (found[name].to_numpy() for name in ("EntryBar", "EntryPrice", "ExitBar", "ExitPrice"))
    return minutes.trades(*columns)


class CrossStrategy(Strategy):  # type: ignore[misc] # backtesting.py ships no types
    """Buys a unit, sells it again."""

    buys: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
    sells: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)

    def init(self) -> None:
        """Know no indicator: the crosses are given."""

    def next(self) -> None:
        """Act on the bar that has closed."""
        row = len(self.data) - 1
        if self.buys[row]:
            self.buy(size=1)
        elif self.sells[row]:
            self.position.close()

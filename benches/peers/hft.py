"""hftbacktest's side: trades as its events, both strategies as one compiles them for it with numba.

It knows no stop and no order that waits for a print: a market order takes the book's quote as it arrives. Trades have
no book, so that its data quotes, at each instant at which a market order may arrive, what the next trade will pay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from hftbacktest import (
    BUY_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    FILLED,
    GTC,
    GTX,
    LIMIT,
    LOCAL_EVENT,
    MARKET,
    SELL_EVENT,
    TRADE_EVENT,
    BacktestAsset,
    HashMapMarketDepthBacktest,
)
from hftbacktest.binding import HashMapMarketDepthBacktest as Backtest
from hftbacktest.types import event_dtype
from numpy.typing import NDArray

from benches.peers.market import Int64s, Market
from benches.peers.trades import Trades, no_trades
from benches.peers.verdicts import COSTS, LATENCY_US, TARGET_TICKS, TTL_US, Verdicts

Events = NDArray[Any]

_TO_THE_END = 1 << 60
_ANYWHERE = EXCH_EVENT | LOCAL_EVENT


def events(market: Market, verdicts: Verdicts, latency_us: int) -> Events:
    """Return the trades, in ticks, lots and microseconds, with the quotes that market orders find."""
    trades = np.zeros(len(market), dtype=event_dtype)
    trades["ev"] = _ANYWHERE | TRADE_EVENT | np.where(market.side > 0, BUY_EVENT, SELL_EVENT)
    trades["exch_ts"], trades["px"], trades["qty"] = market.ts_us, market.ticks, market.lots
    arrival_us = verdicts.ts_us + latency_us
    quotes = np.zeros(2 * len(verdicts), dtype=event_dtype)
    # A buyer takes the offer. The quote is gone before the next trade.
    quotes["ev"] = np.repeat(_ANYWHERE | DEPTH_EVENT | np.where(verdicts.side > 0, SELL_EVENT, BUY_EVENT), 2)
    quotes["exch_ts"] = np.column_stack([arrival_us, arrival_us + 1]).ravel()
    quotes["px"] = np.repeat(market.next_ticks(arrival_us), 2)
    quotes["qty"] = np.tile((1, 0), len(verdicts))
    rows = np.repeat(np.searchsorted(market.ts_us, arrival_us, side="right"), 2)
    merged: Events = np.insert(trades, rows, quotes)
    merged["local_ts"] = merged["exch_ts"]
    return merged


def crossed(feed: Events, verdicts: Verdicts) -> Trades:
    """Trade crosses at market."""
    trades = no_trades(len(verdicts))
    backtest = HashMapMarketDepthBacktest([_asset(feed, 0)])
    _trade_crosses(backtest, verdicts.ts_us, verdicts.side, trades)
    backtest.close()
    return trades


def rested(feed: Events, verdicts: Verdicts) -> Trades:
    """Trade resting orders."""
    trades = no_trades(len(verdicts))
    backtest = HashMapMarketDepthBacktest([_asset(feed, LATENCY_US)])
    _trade_limits(backtest, verdicts.ts_us, verdicts.side, verdicts.limit_ticks, trades)
    backtest.close()
    return trades


def _asset(feed: Events, latency_us: int) -> BacktestAsset:
    return (
        BacktestAsset()
        .data(feed)
        .linear_asset(1.0)
        .constant_order_latency(latency_us, 0)
        .risk_adverse_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(COSTS.maker_fee_rate, COSTS.taker_fee_rate)
        .tick_size(1.0)
        .lot_size(1.0)
        .last_trades_capacity(0)
    )


def _crosses(backtest: Backtest, ts_us: Int64s, side: NDArray[np.int8], trades: Trades) -> None:
    backtest.elapse(0)  # to the first event, from which on there is a time
    for row in range(len(ts_us)):
        backtest.elapse(ts_us[row] - backtest.current_timestamp)
        if side[row] > 0:
            backtest.submit_buy_order(0, row, 0.0, 1.0, GTC, MARKET, True)
        else:
            backtest.submit_sell_order(0, row, 0.0, 1.0, GTC, MARKET, True)
        order = backtest.orders(0).get(row)
        if side[row] > 0:
            trades.entry_us[row], trades.entry_ticks[row] = order.exch_timestamp, order.exec_price_tick
        else:
            trades.exit_us[row - 1], trades.exit_ticks[row - 1] = order.exch_timestamp, order.exec_price_tick
        backtest.clear_inactive_orders(0)


def _limits(backtest: Backtest, ts_us: Int64s, side: NDArray[np.int8], limit: Int64s, trades: Trades) -> None:
    backtest.elapse(0)  # to the first event, from which on there is a time
    for row in range(len(ts_us)):
        backtest.elapse(ts_us[row] - backtest.current_timestamp)
        if row:
            _close(backtest, row - 1, side[row], trades)
        _submit(backtest, 3 * row, side[row], limit[row], GTX, LIMIT, True)
        backtest.wait_order_response(0, 3 * row, ts_us[row] + TTL_US - backtest.current_timestamp)
        if backtest.orders(0).get(3 * row).status != FILLED:
            if not backtest.orders(0).get(3 * row).cancellable:
                continue
            backtest.cancel(0, 3 * row, True)
        entry = backtest.orders(0).get(3 * row)
        if entry.status == FILLED:
            trades.entry_us[row], trades.entry_ticks[row] = entry.exch_timestamp, entry.exec_price_tick
            _submit(backtest, 3 * row + 1, -side[row], limit[row] + side[row] * TARGET_TICKS, GTC, LIMIT, False)
    backtest.elapse(_TO_THE_END)
    _note_target(backtest, len(ts_us) - 1, trades)


def _close_open(backtest: Backtest, row: int, side: int, trades: Trades) -> None:
    target = backtest.orders(0).get(3 * row + 1)
    if target is not None and target.status != FILLED:
        _submit(backtest, 3 * row + 2, side, 0, GTC, MARKET, True)
        backtest.cancel(0, 3 * row + 1, True)
        # The next entry goes out with the trade that the quote announced, as psky's does.
        backtest.wait_next_feed(False, TTL_US)
        left = backtest.orders(0).get(3 * row + 2)
        trades.exit_us[row], trades.exit_ticks[row] = left.exch_timestamp, left.exec_price_tick
    _note_target(backtest, row, trades)
    backtest.clear_inactive_orders(0)


def _note_target_fill(backtest: Backtest, row: int, trades: Trades) -> None:
    target = backtest.orders(0).get(3 * row + 1)
    if target is not None and target.status == FILLED:
        trades.exit_us[row], trades.exit_ticks[row] = target.exch_timestamp, target.exec_price_tick


def _order(backtest: Backtest, number: int, side: int, price: int, tif: int, kind: int, wait: bool) -> None:
    if side > 0:
        backtest.submit_buy_order(0, number, price, 1.0, tif, kind, wait)
    else:
        backtest.submit_sell_order(0, number, price, 1.0, tif, kind, wait)


_submit = cast("Callable[..., None]", numba.njit(_order))
_note_target = cast("Callable[..., None]", numba.njit(_note_target_fill))
_close = cast("Callable[..., None]", numba.njit(_close_open))
_trade_crosses = cast("Callable[..., None]", numba.njit(_crosses))
_trade_limits = cast("Callable[..., None]", numba.njit(_limits))

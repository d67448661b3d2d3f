"""Where the peers' fills differ from psky's by a rule of theirs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benches.peers.market import MINUTE_US, Int64s, Market
from benches.peers.trades import NONE, PRICES, Rule, Trades, explained
from benches.peers.verdicts import LATENCY_US, TARGET_TICKS, TTL_US, Verdicts

Mask = NDArray[np.bool_]


def hft_crosses(market: Market, verdicts: Verdicts, ours: Trades, theirs: Trades) -> str:
    """Compare with hftbacktest, prices and trades."""
    found = explained(ours, _at_prints(market, theirs, verdicts.ts_us), [])
    return f"{found}, its fills as orders arrive taken as those of the trade that the quote announces"


def hft_limits(market: Market, verdicts: Verdicts, ours: Trades, theirs: Trades) -> str:
    """Compare resting orders with hftbacktest, times and prices."""
    theirs = _at_prints(market, theirs, verdicts.ts_us + LATENCY_US)
    arrival_us = verdicts.ts_us + LATENCY_US
    beyond = verdicts.side * (market.next_ticks(arrival_us) - verdicts.limit_ticks) <= 0
    target_ticks = verdicts.limit_ticks + verdicts.side * np.int64(TARGET_TICKS)
    past = (theirs.exit_ticks == target_ticks) & (verdicts.side * (ours.exit_ticks - target_ticks) >= 0)
    rules = [
        _open_at_end(market, ours, theirs),
        Rule(
            "the next trade goes beyond the limit, so that its quote refuses a post-only order, which here fills",
            (theirs.entry_us == NONE) & (ours.entry_us != NONE) & beyond,
        ),
        Rule(
            "the quote for an exit at market goes beyond the target, which fills at its own price before the exit",
            past & (theirs.exit_us == ours.exit_us),
        ),
    ]
    return explained(ours, theirs, rules)


def nautilus_crosses(market: Market, verdicts: Verdicts, ours: Trades, theirs: Trades) -> str:
    """Compare with nautilus_trader, prices alone: its market orders fill at once, at the last trade's price."""
    at_last = (market.last_ticks(verdicts.ts_us), market.last_ticks(verdicts.ts_us - 1))
    entry: Mask = np.any([theirs.entry_ticks == last for last in at_last], axis=0)
    left: Mask = np.any([theirs.exit_ticks == np.roll(last, -1) for last in at_last], axis=0)
    rule = Rule("a market order takes the last trade's price there, the next one's here", entry & left)
    return explained(ours, theirs, [rule], PRICES)


def nautilus_limits(market: Market, verdicts: Verdicts, ours: Trades, theirs: Trades) -> str:
    """Compare resting orders with nautilus_trader, times and prices: what is under way lands there after a trade."""
    # An entry is sent with its verdict, or with the trade that the position before it was closed at.
    sent_us = (verdicts.ts_us, np.roll(ours.exit_us, 1))
    at_once = np.any([ours.entry_us == _next_us(market, us + LATENCY_US) for us in sent_us], axis=0)
    too_late = theirs.entry_us == _next_us(market, verdicts.ts_us + TTL_US + LATENCY_US - 1)
    rules = [
        _open_at_end(market, ours, theirs),
        Rule(
            "the first trade after an order arrives goes beyond its limit: there it is seen first and refuses a"
            " post-only order, here it fills it",
            (theirs.entry_us == NONE) & at_once,
        ),
        Rule("a withdrawal lands there after the next trade, which still fills", (ours.entry_us == NONE) & too_late),
    ]
    return explained(ours, theirs, rules)


def bars_crosses(market: Market, verdicts: Verdicts, ours: Trades, theirs: Trades) -> str:
    """Compare with backtests on bars, prices alone."""
    first, after = (np.searchsorted(market.ts_us, verdicts.ts_us + later) for later in (0, MINUTE_US))
    empty = first == after
    instant = ~empty & (market.ts_us[np.minimum(first, len(market) - 1)] == verdicts.ts_us)
    rules = [
        Rule(
            "the minute opens with a trade at the instant of the verdict, before an order can arrive", _either(instant)
        ),
        Rule("the minute has no trade and opens at the last close", _either(empty)),
    ]
    return explained(ours, theirs, rules, PRICES)


def _next_us(market: Market, ts_us: Int64s) -> Int64s:
    """Return the time of the first trade after each time, of the last one where there is none."""
    rows = np.searchsorted(market.ts_us, ts_us, side="right")
    return market.ts_us[np.minimum(rows, len(market) - 1)]


def _either(where: Mask) -> Mask:
    """Return where a verdict's trade begins or ends."""
    return where | np.roll(where, -1)


def _at_prints(market: Market, trades: Trades, arrival_us: Int64s) -> Trades:
    """Return fills at an arrival as fills at the trade after it, whose price was quoted."""

    def moved(ts_us: Int64s) -> Int64s:
        return np.where(np.isin(ts_us, arrival_us), _next_us(market, ts_us), ts_us)

    return trades._replace(entry_us=moved(trades.entry_us), exit_us=moved(trades.exit_us))


def _open_at_end(market: Market, ours: Trades, theirs: Trades) -> Rule:
    marked_out = (ours.exit_us == market.ts_us[-1]) & (theirs.exit_us == NONE) & (theirs.entry_us == ours.entry_us)
    return Rule("open at the end of the tape, where psky marks out", marked_out)

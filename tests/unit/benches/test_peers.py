"""The verdicts that other backtests are given, and the rules by which their fills may differ; it needs none of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benches.harness import MismatchError
from benches.peers import comparisons
from benches.peers.market import MINUTE_US, Market, market
from benches.peers.trades import NONE, Rule, Trades, explained, no_trades, psky_trades
from benches.peers.verdicts import (
    EVERY_US,
    LATENCY_US,
    Verdicts,
    crosses,
    maker_intents,
    replayed,
    resting,
    scattered,
    spec,
    taker_intents,
)
from benches.tape import load

ROWS = 20_000


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Market:
    return market(load(tmp_path_factory.mktemp("peers"), ROWS))


@pytest.fixture(scope="module")
def crossed(thin: Market) -> tuple[Verdicts, Trades]:
    verdicts = crosses(thin)
    return verdicts, psky_trades(replayed(thin, taker_intents(verdicts), spec("queue", 0, "close")), len(verdicts))


def bars_trades(thin: Market, verdicts: Verdicts) -> Trades:
    """What a backtest on bars does: buys and sells at the opens of the minutes that begin at the verdicts."""
    opens = thin.minutes.open[np.searchsorted(thin.minutes.open_ts_us, verdicts.ts_us)]
    trades = no_trades(len(verdicts))
    trades.entry_us[::2], trades.entry_ticks[::2] = verdicts.ts_us[::2], opens[::2]
    trades.exit_us[::2], trades.exit_ticks[::2] = verdicts.ts_us[1::2], opens[1::2]
    return trades


def test_takers_move_prices_their_way(thin: Market) -> None:
    change = np.diff(thin.ticks)

    assert (np.sign(change) * thin.side[1:] >= 0).all()


def test_crosses_buy_and_sell_in_turn_at_closes_of_minutes(thin: Market) -> None:
    verdicts = crosses(thin)

    assert len(verdicts) > 10
    assert (verdicts.side[::2] == 1).all()
    assert (verdicts.side[1::2] == -1).all()
    assert (np.diff(verdicts.ts_us) > 0).all()
    assert (verdicts.ts_us % MINUTE_US == 0).all()


def test_psky_fills_crosses_at_the_next_trade(thin: Market, crossed: tuple[Verdicts, Trades]) -> None:
    verdicts, trades = crossed
    next_ticks = thin.next_ticks(verdicts.ts_us)

    assert (trades.entry_ticks[::2] == next_ticks[::2]).all()
    assert (trades.exit_ticks[::2] == next_ticks[1::2]).all()
    assert (trades.entry_us[1::2] == NONE).all()


def test_an_open_of_an_empty_minute_is_explained_and_another_price_is_not(
    thin: Market, crossed: tuple[Verdicts, Trades]
) -> None:
    verdicts, ours = crossed
    theirs = bars_trades(thin, verdicts)

    assert "no trade" in comparisons.bars_crosses(thin, verdicts, ours, theirs)
    theirs.exit_ticks[np.flatnonzero(theirs.exit_ticks == ours.exit_ticks)[0]] += 1
    with pytest.raises(MismatchError, match="none for 1"):
        comparisons.bars_crosses(thin, verdicts, ours, theirs)


def test_fills_on_arrival_are_those_of_the_trade_that_was_quoted(
    thin: Market, crossed: tuple[Verdicts, Trades]
) -> None:
    verdicts, ours = crossed
    theirs = bars_trades(thin, verdicts)._replace(entry_ticks=ours.entry_ticks, exit_ticks=ours.exit_ticks)

    assert comparisons.hft_crosses(thin, verdicts, ours, theirs).startswith(f"{len(verdicts) // 2} of")
    early = theirs._replace(exit_us=np.where(theirs.exit_us == NONE, NONE, theirs.exit_us - MINUTE_US))
    with pytest.raises(MismatchError, match="expected a rule"):
        comparisons.hft_crosses(thin, verdicts, ours, early)


def test_the_last_trades_price_is_a_rule_and_no_other(thin: Market, crossed: tuple[Verdicts, Trades]) -> None:
    verdicts, ours = crossed
    last = thin.last_ticks(verdicts.ts_us)
    theirs = bars_trades(thin, verdicts)
    theirs.entry_ticks[::2], theirs.exit_ticks[::2] = last[::2], last[1::2]

    assert "last trade's price" in comparisons.nautilus_crosses(thin, verdicts, ours, theirs)
    theirs.entry_ticks[::2] += 1
    with pytest.raises(MismatchError, match="expected a rule"):
        comparisons.nautilus_crosses(thin, verdicts, ours, theirs)


def test_a_position_at_the_end_may_stay_open_and_no_other_may(thin: Market) -> None:
    verdicts = resting(thin)
    ours = psky_trades(replayed(thin, maker_intents(verdicts), spec("queue", LATENCY_US, "flip")), len(verdicts))
    filled = np.flatnonzero(ours.exit_us != NONE)
    end = replace(thin, ts_us=thin.ts_us[thin.ts_us <= ours.exit_us[filled[-1]]])
    left = [np.where(np.arange(len(verdicts)) == filled[-1], NONE, field) for field in (ours.exit_us, ours.exit_ticks)]
    theirs = ours._replace(exit_us=left[0], exit_ticks=left[1])

    assert "open at the end" in comparisons.nautilus_limits(end, verdicts, ours, theirs)
    with pytest.raises(MismatchError, match="expected a rule"):
        comparisons.nautilus_limits(end, verdicts, ours, no_trades(len(verdicts)))


def test_resting_verdicts_are_away_from_the_last_trade(thin: Market) -> None:
    for verdicts in (resting(thin), scattered(thin, 50)):
        last = thin.last_ticks(verdicts.ts_us)

        assert ((last - verdicts.limit_ticks) * verdicts.side > 0).all()
    assert (np.diff(resting(thin).ts_us) == EVERY_US).all()


def test_differences_are_counted_by_the_first_rule_that_explains_them() -> None:
    ours = Trades(*(np.array([1, 2, 3, NONE]) for _ in Trades._fields))
    theirs = ours._replace(exit_ticks=np.array([1, 5, 6, NONE]))
    second, third = (np.arange(4) == row for row in (1, 2))

    found = explained(ours, theirs, [Rule("second", second), Rule("both", second | third)])

    assert found == "1 of 3 trades equal; 1 differ: second; 1 differ: both"
    with pytest.raises(MismatchError, match=r"none for 1: \[\(2"):
        explained(ours, theirs, [Rule("second", second)])


def test_no_trades_prove_nothing() -> None:
    with pytest.raises(MismatchError, match="0 of 0"):
        explained(no_trades(3), no_trades(3), [])

"""What the venue of a replay charges, accepts and closes, and how fast it answers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from psky._core import Funding, Intents, Ledger, replay
from psky.domain import funding as domain_funding
from psky.domain.instrument import Instrument
from psky.engine.codes import ExitReason, OrderKind, OrderStatus, RejectReason
from psky.engine.funding import funding_stamps
from psky.engine.venue import least_value, lot_step, price_step
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.bybit_answers import RULES
from tests.engine_cases import ONE, Print, buys, joined, one_intent, sells, tape, venue

MINUTE = 60_000_000
START = [buys(900, 102), sells(950, 101)]
ROUND_TRIP = [*START, sells(1100, 99), buys(1300, 107)]


def ledger(
    prints: list[Print],
    intents: Intents,
    *,
    funding: Funding | None = None,
    max_positions: int = 1,
    **changes: Any,  # noqa: ANN401 - forwarded to the core
) -> Ledger:
    rows = np.arange(len(intents))
    config = venue(**changes)
    return replay(tape(prints), intents, rows, config, "flip", max_positions=max_positions, funding=funding)


def stamps(*rows: tuple[int, float, float]) -> Funding:
    ts_us, rate, mark = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    given = domain_funding.Funding(ts_us=ts_us.astype(np.int64), rate=rate, mark=mark)
    return funding_stamps(given, Instrument(symbol="X", price_decimals=0, size_decimals=0))


def test_a_stop_takes_the_size_of_each_print_and_no_better_price_than_before() -> None:
    prints = [*START, sells(1100, 99), sells(1200, 95, 1), buys(1300, 97, 1), sells(1400, 94)]

    found = ledger(prints, one_intent(), slippage_ticks=1, taker_depth="printed")

    assert found.fills()["lots"].tolist() == [3, 1, 1, 1]
    assert found.fills()["price_ticks"].tolist() == [100, 94, 94, 93]
    assert found.trades()["exit_reason"].tolist() == [ExitReason.STOP]
    assert found.trades()["exit_ticks"][0] == pytest.approx((94 + 94 + 93) / 3)


@pytest.mark.parametrize(("ts_us", "pays"), [(1100, False), (1101, True), (1300, True), (1301, False)])
def test_a_position_pays_the_stamps_after_its_fill_up_to_its_exit(ts_us: int, *, pays: bool) -> None:
    found = ledger(ROUND_TRIP, one_intent(), funding=stamps((ts_us, 0.01, 100.0)))

    trades = found.trades()
    assert trades["funding_r"][0] == pytest.approx(0.01 * 100 / 4 if pays else 0.0)
    assert trades["net_r"][0] == pytest.approx(1.5 - trades["funding_r"][0])
    assert (found.equity()["row"] == -1).sum() == pays


def test_a_short_receives_what_a_long_pays() -> None:
    prints = [sells(900, 98), buys(950, 99), buys(1100, 101), sells(1300, 93)]

    found = ledger(prints, one_intent(side=-1), funding=stamps((1200, 0.01, 100.0), (1250, 0.02, 100.0)))

    assert found.trades()["funding_r"][0] == pytest.approx(-0.03 * 100 / 4)
    assert found.equity()["equity_r"][-1] == pytest.approx(found.trades()["net_r"].sum())


def test_equity_is_cash_and_the_position_at_its_mark() -> None:
    equity = ledger(ROUND_TRIP, one_intent(), maker_fee_rate=0.001).equity()

    np.testing.assert_allclose(equity["equity"], equity["cash"] + equity["lots"] * equity["mark_ticks"])
    np.testing.assert_allclose(equity["equity_r"], equity["cash_r"] + equity["lots_r"] * equity["mark_ticks"])
    assert equity["lots"].tolist() == [3, 0]
    assert equity["equity"][-1] == pytest.approx(3 * 6 - 0.001 * 3 * (100 + 106))


def test_a_tier_holds_once_its_notional_was_traded() -> None:
    later = {"ts_us": 1400}
    prints = [*ROUND_TRIP, buys(1350, 102), sells(1360, 101), sells(1500, 99), buys(1600, 107)]

    found = ledger(prints, joined([ONE, ONE | later]), maker_fee_rate=0.001, fee_tiers=[(310.0, 0.0005, 0.0)])

    rates = found.fills()["fee_r"] * 12 / (found.fills()["price_ticks"] * found.fills()["lots"])
    np.testing.assert_allclose(rates, [0.001, 0.001, 0.0005, 0.0005])


def test_a_position_is_liquidated_where_its_margin_is_used_up() -> None:
    # 100 (1 - 1/20 + 0.01) = 96; the stop is farther away.
    prints = [*START, sells(1100, 99), sells(1200, 97), sells(1300, 95, 1), buys(1400, 99)]

    found = ledger(prints, one_intent(stop_distance_ticks=20), leverage=20.0, maintenance_rate=0.01, slippage_ticks=1)

    assert found.trades()["exit_reason"].tolist() == [ExitReason.LIQUIDATED]
    assert found.trades()["exit_ticks"].tolist() == [94]
    assert found.orders()["kind"].tolist()[-1] == OrderKind.LIQUIDATION
    assert OrderStatus.OPEN not in found.orders()["status"]


def test_a_stop_in_front_of_the_bound_keeps_the_position_from_it() -> None:
    prints = [*START, sells(1100, 99), sells(1300, 96)]

    found = ledger(prints, one_intent(stop_distance_ticks=3), leverage=20.0, maintenance_rate=0.01)

    assert found.trades()["exit_reason"].tolist() == [ExitReason.STOP]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"price_step_ticks": 3}, RejectReason.TICK),
        ({"lot_step_lots": 2}, RejectReason.LOT),
        ({"min_notional": 301.0}, RejectReason.NOTIONAL),
        ({"price_step_ticks": 5, "lot_step_lots": 3, "min_notional": 300.0}, 0),
    ],
)
def test_an_entry_must_keep_the_rules(changes: dict[str, Any], reason: int) -> None:
    orders = ledger(ROUND_TRIP, one_intent(), **changes).orders()

    assert orders["reject_reason"][0] == reason
    assert orders["status"][0] == (OrderStatus.REJECTED if reason else OrderStatus.FILLED)


def test_what_answers_an_event_leaves_the_feeds_latency_later() -> None:
    orders = ledger([*START, sells(1100, 99), buys(1300, 107)], one_intent(), feed_latency_us=30).orders()

    assert orders["submitted_us"][0] == 1030


def test_a_limit_follows_the_price_that_moves_away_and_keeps_its_distance() -> None:
    prints = [*START, sells(1100, 102), buys(1150, 106), sells(1200, 104), sells(1300, 102), buys(1400, 115)]
    columns = [np.array([ONE[name]]) for name in ONE]
    columns[1] = columns[1].astype(np.int8)

    found = ledger(prints, Intents(*columns, repeg_ticks=3))

    # The best bid moved from 101 to 104, so the limit of 100 to 103, which 102 then fills.
    assert (found.orders()["price_ticks"][0], found.orders()["amends"][0]) == (103, 1)
    assert found.fills()["row"].tolist() == [5, 6]
    assert len(ledger(prints, one_intent()).fills()["row"]) == 0


def test_several_positions_have_a_bracket_each() -> None:
    second = ONE | {"ts_us": 1200, "limit_ticks": 98, "stop_distance_ticks": 10, "target_distance_ticks": 2}
    prints = [*START, sells(1100, 99), sells(1300, 97), buys(1400, 101), buys(1500, 107)]

    found = ledger(prints, joined([ONE, second]), max_positions=2)

    assert found.trades()["intent"].tolist() == [1, 0]
    assert found.trades()["exit_ticks"].tolist() == [100, 106]
    assert found.equity()["lots"].tolist() == [3, 6, 3, 0]
    assert ledger(prints, joined([ONE, second])).trades()["intent"].tolist() == [0]


def visits(*sizes: int) -> list[Print]:
    """One buyer's visit of each size, a minute apart, at prices above the entry."""
    prints = [buys(row * MINUTE, 110 + row % 2, size) for row, size in enumerate(sizes)]
    return [*prints, sells(len(sizes) * MINUTE, 101)]


@pytest.mark.parametrize(("kappa", "filled"), [(0.0, 3), (1.0, 3), (2.0, 1), (3.0, 0)])
def test_the_queue_is_a_multiple_of_what_visits_of_the_day_traded(kappa: float, filled: int) -> None:
    # Visits of 2, 4 and 9 ended; the last one still runs. The median is 4.
    history = visits(2, 4, 9, 50)
    now = len(history) * MINUTE
    intent = one_intent(ts_us=now, entry_ttl_us=MINUTE, hold_us=100 * MINUTE)

    found = ledger([*history, sells(now + 10, 100)], intent, fill="queue", queue_kappa=kappa, queue_ahead_lots=None)

    assert found.orders()["filled_lots"][0] == filled


def test_where_no_visit_ended_only_a_proof_fills() -> None:
    prints = [sells(10, 101), sells(1100, 100, 9), sells(1200, 99, 9)]

    found = ledger(prints, one_intent(), fill="queue", queue_kappa=1.0, queue_ahead_lots=None)

    assert found.fills()["row"].tolist()[:1] == [2]


def test_funding_must_be_in_order_and_possible() -> None:
    with pytest.raises(ValueError, match="increasing times"):
        stamps((10, 0.0, 100.0), (10, 0.0, 100.0))
    with pytest.raises(ValueError, match="rates within 1"):
        stamps((10, 1.0, 100.0))
    with pytest.raises(ValueError, match="marks of at least 1 tick"):
        stamps((10, 0.0, 0.1))
    assert len(stamps()) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"queue_ahead_lots": -1.0}, "queue of at least 0"),
        ({"price_step_ticks": 0}, "steps of at least 1"),
        ({"feed_latency_us": -1}, "latencies"),
        ({"taker_depth": "deep"}, "unlimited or printed"),
        ({"leverage": 50.0, "maintenance_rate": 0.02}, "below its inverse"),
    ],
)
def test_impossible_venues_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        venue(**changes)


def test_steps_of_a_spec_are_multiples_of_the_tapes() -> None:
    instrument = Instrument(symbol="X", price_decimals=2, size_decimals=3)
    spec = replace(Spec(), {"venue.tick_size": 0.05, "venue.lot_size": 0.01})

    assert (price_step(spec.venue, instrument), lot_step(spec.venue, instrument)) == (5, 10)
    assert (price_step(Spec().venue, instrument), lot_step(Spec().venue, instrument)) == (1, 1)


def test_the_least_value_is_the_specs_or_else_that_of_the_rules() -> None:
    bare = Instrument(symbol="BTCUSDT", price_decimals=1, size_decimals=3)
    assert least_value(bare) == 0
    assert least_value(dataclasses.replace(bare, rules=RULES)) == 5

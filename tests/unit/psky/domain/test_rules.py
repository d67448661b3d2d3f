from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.domain.instrument import Instrument
from psky.domain.rules import decimal_of, plain
from psky.domain.side import Side
from psky.errors import RulesError
from tests.bybit_answers import RULES

FREE = dataclasses.replace(RULES, min_price=None, max_price=None, min_qty=Decimal(0), min_notional=Decimal(0))
STEPS = st.sampled_from(
    [Decimal(text) for text in ("0.00000001", "0.00001", "0.10", "0.5", "0.25", "1", "1E+1", "100")]
)
PRICES = st.decimals("0.0000001", "10000000", allow_nan=False, allow_infinity=False)


@given(STEPS, PRICES, st.sampled_from(Side))
def test_a_resting_price_is_never_made_worse(tick: Decimal, price: Decimal, side: Side) -> None:
    rules = dataclasses.replace(FREE, tick=tick)
    if side is Side.LONG and price < tick:
        with pytest.raises(RulesError, match="at least"):
            rules.price_ticks(price, side)
        return
    found = rules.price_of(rules.price_ticks(price, side))
    assert side * (price - found) >= 0
    assert abs(price - found) < tick


@given(STEPS, st.integers(1, 10**12), st.sampled_from(Side))
def test_a_price_on_a_tick_stays(tick: Decimal, ticks: int, side: Side) -> None:
    rules = dataclasses.replace(FREE, tick=tick)
    assert rules.price_ticks(rules.price_of(ticks), side) == ticks
    assert rules.price_ticks(Decimal(rules.price_text(ticks)), side) == ticks


@given(STEPS, st.integers(1, 10**15))
def test_texts_are_plain_and_parse_back(step: Decimal, count: int) -> None:
    rules = dataclasses.replace(FREE, tick=step, lot=step)
    text = rules.qty_text(count)
    assert set(text) <= set("0123456789.")
    assert Decimal(text) == step * count == Decimal(rules.price_text(count))


@given(STEPS, PRICES)
def test_a_quantity_is_rounded_down(lot: Decimal, qty: Decimal) -> None:
    rules = dataclasses.replace(FREE, lot=lot)
    lots = rules.qty_lots(qty)
    assert lots * lot <= qty < (lots + 1) * lot


@given(st.integers(1, 10**9), st.integers(0, 8))
def test_a_float_is_the_decimal_it_is_written_as(count: int, places: int) -> None:
    exact = Decimal(count).scaleb(-places)
    assert decimal_of(float(exact)) == exact


def test_numbers_are_written_without_exponents() -> None:
    assert [plain(Decimal(text)) for text in ("1E-7", "1E+3", "100.10", "0.30000")] == [
        "0.0000001",
        "1000",
        "100.1",
        "0.3",
    ]
    assert RULES.price_text(decimal_ticks := 201) == "100.5"
    assert RULES.price_ticks(decimal_of(100.9), Side.LONG) == decimal_ticks


@pytest.mark.parametrize(
    ("ticks", "lots", "market", "message"),
    [
        (200_000, 1, False, "quantity of at least 0.002 and at most 100, found 0.001"),
        (200_000, 100_001, False, "at most 100, found 100.001"),
        (200_000, 10_001, True, "at most 10, found 10.001"),
        (2_000, 4, False, "worth at least 5 USDT, found 0.004 at 1000, worth 4"),
        (0, 10, False, "price of at least 0.5 and at most 1999999, found 0"),
        (4_000_000, 10, False, "price of at least 0.5 and at most 1999999, found 2000000"),
    ],
)
def test_what_the_exchange_would_refuse_is_refused(ticks: int, lots: int, market: bool, message: str) -> None:
    with pytest.raises(RulesError, match=message):
        RULES.check_order(ticks, lots, market=market)


def test_what_the_exchange_takes_is_taken() -> None:
    RULES.check_order(200_000, 2)
    RULES.check_order(200_000, 10_000, market=True)
    with pytest.raises(RulesError, match="found status Closed"):
        dataclasses.replace(RULES, status="Closed").check_order(200_000, 2)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "0", "-1"])
def test_what_is_no_amount_is_refused(number: str) -> None:
    with pytest.raises(RulesError, match="above zero"):
        RULES.price_ticks(Decimal(number), Side.LONG)
    with pytest.raises(RulesError, match="above zero"):
        RULES.qty_lots(Decimal(number))
    with pytest.raises(RulesError, match=r"at least 0\.002, found 0\.001"):
        RULES.qty_lots(Decimal("0.0019"))


def test_rules_need_steps() -> None:
    with pytest.raises(RulesError, match="tick above zero"):
        dataclasses.replace(RULES, tick=Decimal(0))


def test_an_instrument_takes_the_steps_of_its_rules() -> None:
    printed = Instrument(symbol="BTCUSDT", price_decimals=1, size_decimals=4)
    assert (printed.tick_size, printed.lot_size) == (0.1, 0.0001)
    ruled = dataclasses.replace(printed, rules=RULES)
    assert (ruled.tick_size, ruled.lot_size) == (0.5, 0.001)

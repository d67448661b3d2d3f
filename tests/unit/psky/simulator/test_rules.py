"""Orders that the rules of the instrument refuse at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pybit.exceptions import InvalidRequestError

from psky.domain.rules import ContractKind, InstrumentRules
from tests.sim_site import ABOUT, INSTRUMENT, SYMBOL, Sim, columns_of, sim_tape, simulated

RULES = InstrumentRules(
    symbol=SYMBOL,
    kind=ContractKind.LINEAR_PERPETUAL,
    status="Trading",
    base="TEST",
    quote="USDT",
    settle="USDT",
    tick=Decimal("0.1"),
    lot=Decimal("0.001"),
    min_price=Decimal("0.1"),
    max_price=Decimal(500),
    min_qty=Decimal("0.01"),
    max_qty=Decimal(50),
    max_market_qty=Decimal(20),
    min_notional=Decimal(5),
    funding_interval_min=480,
    maker_fee_rate=None,
    taker_fee_rate=None,
)


@pytest.fixture(scope="module")
def sim() -> Iterator[Sim]:
    tape = sim_tape(columns_of([100.0, 100.1] * 10))
    ruled = dataclasses.replace(tape, instrument=dataclasses.replace(INSTRUMENT, rules=RULES))
    with simulated(ruled) as running:
        yield running


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"orderType": "Market", "qty": "0.01"}, 110094),
        ({"orderType": "Market", "qty": "0.009"}, 10001),
        ({"orderType": "Market", "qty": "21"}, 10001),
        ({"orderType": "Limit", "qty": "51", "price": "90"}, 10001),
        ({"orderType": "Limit", "qty": "1", "price": "600"}, 110003),
    ],
)
def test_a_size_or_price_outside_its_bounds_is_refused(sim: Sim, words: dict[str, Any], code: int) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        sim.http().place_order(**ABOUT, side="Buy", **words)
    assert refused.value.status_code == code


@pytest.mark.parametrize(("symbol", "coins"), [("TESTUSDT", ("TEST", "USDT")), ("TESTJPY", ("TESTJPY", ""))])
def test_without_rules_the_quote_currency_is_told_only_where_the_symbol_does(
    symbol: str, coins: tuple[str, str]
) -> None:
    tape = sim_tape(columns_of([100.0, 100.1] * 10))
    unruled = dataclasses.replace(tape, instrument=dataclasses.replace(INSTRUMENT, symbol=symbol))
    with simulated(unruled) as running:
        row = running.http().get_instruments_info(category="linear", symbol=symbol)["result"]["list"][0]
    assert (row["baseCoin"], row["quoteCoin"]) == coins


def test_bounds_are_told(sim: Sim) -> None:
    row = sim.http().get_instruments_info(**ABOUT)["result"]["list"][0]
    assert row["lotSizeFilter"] == {
        "maxOrderQty": "50",
        "minOrderQty": "0.01",
        "qtyStep": "0.001",
        "postOnlyMaxOrderQty": "50",
        "maxMktOrderQty": "20",
        "minNotionalValue": "5",
    }
    assert (row["baseCoin"], row["priceFilter"]["maxPrice"]) == ("TEST", "500")

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from psky.domain.rules import ContractKind
from psky.domain.side import Side
from psky.errors import DataError, UsageError
from psky.ingest.instruments import read_fee_rates, read_rules
from tests.bybit_answers import LINEAR, SPOT, answer, save
from tests.shared import shared


def test_a_perpetual_is_read(tmp_path: Path) -> None:
    rules = read_rules(save(tmp_path / "a.json", answer("linear", LINEAR)), "BTCUSDT")
    assert (rules.kind, rules.status, rules.funding_interval_min) == (ContractKind.LINEAR_PERPETUAL, "Trading", 480)
    assert (rules.tick, rules.lot, rules.min_qty, rules.min_notional) == tuple(
        Decimal(text) for text in ("0.10", "0.001", "0.001", "5")
    )
    assert (rules.max_qty, rules.max_market_qty) == (Decimal(1190), Decimal(500))


def test_spot_is_read_from_gzip(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(json.dumps(answer("spot", SPOT)).encode()))
    rules = read_rules(path, "BTCUSDT")
    assert (rules.kind, rules.lot, rules.funding_interval_min) == (ContractKind.SPOT, Decimal("0.000001"), None)
    assert (rules.settle, rules.min_notional) == ("USDT", Decimal(5))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", "expected an answer"),
        ('{"retCode": 10001, "retMsg": "params error"}', "error 10001 params error"),
        (answer("inverse", LINEAR), "category linear or spot, found 'inverse'"),
        (answer("linear", {**LINEAR, "contractType": "X"}), "found 'X'"),
        (answer("linear", {**LINEAR, "priceFilter": {"tickSize": "much"}}), "expected an answer"),
    ],
)
def test_what_is_no_list_of_instruments_is_refused(content: Any, message: str, tmp_path: Path) -> None:  # noqa: ANN401
    with pytest.raises(DataError, match=message):
        read_rules(save(tmp_path / "a.json", content), "BTCUSDT")
    with pytest.raises(DataError, match="readable file"):
        read_rules(tmp_path / "none.json", "BTCUSDT")


def test_a_symbol_that_is_not_listed_names_near_ones(tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", answer("linear", LINEAR))
    with pytest.raises(UsageError, match="expected BTCUSD among 1 instruments, found none; near it: BTCUSDT"):
        read_rules(path, "BTCUSD")


def test_fee_rates_are_read(tmp_path: Path) -> None:
    fees = {"symbol": "BTCUSDT", "takerFeeRate": "0.00055", "makerFeeRate": "-0.0001"}
    path = save(tmp_path / "a.json", answer("", fees))
    assert read_fee_rates(path, "BTCUSDT") == (Decimal("-0.0001"), Decimal("0.00055"))


@pytest.mark.parametrize(("category", "count"), [("linear", 800), ("spot", 557)])
def test_every_listed_instrument_has_rules_that_hold(category: str, count: int) -> None:
    path = shared(f"data/bybit_fixtures/instruments_info_{category}_2026-08-09.json.gz")
    listed = json.loads(gzip.decompress(path.read_bytes()))["result"]["list"]
    assert len(listed) == count
    for symbol in [row["symbol"] for row in listed[:: count // 25]]:
        rules = read_rules(path, symbol)
        smallest = rules.qty_lots(rules.min_qty)
        assert Decimal(rules.qty_text(smallest)) == rules.min_qty
        price = rules.min_notional / rules.min_qty
        rules.check_order(rules.price_ticks(max(price, rules.tick), Side.SHORT), smallest)

"""Answers of Bybit's REST interface as files, and rules as they say."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from psky.domain.rules import ContractKind, InstrumentRules

RULES = InstrumentRules(
    symbol="BTCUSDT",
    kind=ContractKind.LINEAR_PERPETUAL,
    status="Trading",
    base="BTC",
    quote="USDT",
    settle="USDT",
    tick=Decimal("0.50"),
    lot=Decimal("0.001"),
    min_price=Decimal("0.5"),
    max_price=Decimal(1999999),
    min_qty=Decimal("0.002"),
    max_qty=Decimal(100),
    max_market_qty=Decimal(10),
    min_notional=Decimal(5),
    funding_interval_min=480,
)

LINEAR: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "contractType": "LinearPerpetual",
    "status": "Trading",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "settleCoin": "USDT",
    "deliveryFeeRate": "",
    "fundingInterval": 480,
    "priceFilter": {"minPrice": "0.10", "maxPrice": "1999999.80", "tickSize": "0.10"},
    "lotSizeFilter": {
        "maxOrderQty": "1190.000",
        "minOrderQty": "0.001",
        "qtyStep": "0.001",
        "postOnlyMaxOrderQty": "1190.000",
        "maxMktOrderQty": "500.000",
        "minNotionalValue": "5",
    },
}
SPOT: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "status": "Trading",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "priceFilter": {"tickSize": "0.1"},
    "lotSizeFilter": {
        "basePrecision": "0.000001",
        "quotePrecision": "0.0000001",
        "minOrderQty": "0.000001",
        "minOrderAmt": "5",
        "maxLimitOrderQty": "230",
        "maxMarketOrderQty": "120",
    },
}


def stepped(symbol: str, tick: str, lot: str) -> dict[str, Any]:
    """Return a linear perpetual with steps of its own."""
    return {
        **LINEAR,
        "symbol": symbol,
        "priceFilter": {**LINEAR["priceFilter"], "tickSize": tick},
        "lotSizeFilter": {**LINEAR["lotSizeFilter"], "qtyStep": lot},
    }


def answer(category: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return rows as the exchange lists them."""
    return {"retCode": 0, "retMsg": "OK", "result": {"category": category, "list": list(rows)}, "time": 1}


def save(path: Path, content: Any) -> Path:  # noqa: ANN401 - JSON, or its text
    """Write an answer, or any text."""
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path

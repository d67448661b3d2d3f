"""Trading rules out of Bybit's `market/instruments-info`, fee rates out of its `account/fee-rate`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import msgspec
from msgspec import Struct

from psky.domain.rules import ContractKind, InstrumentRules
from psky.errors import DataError, UsageError
from psky.ingest.bybit_files import read_answer

_LIST = {"rows": "list"}
_KINDS = {"LinearPerpetual": ContractKind.LINEAR_PERPETUAL, "LinearFutures": ContractKind.LINEAR_FUTURES}


class _Row(Protocol):
    @property
    def symbol(self) -> str: ...


_Found = TypeVar("_Found", bound=_Row)


class _Prices(Struct, frozen=True, rename="camel"):
    tick_size: Decimal
    min_price: Decimal | None = None
    max_price: Decimal | None = None


class _LinearLots(Struct, frozen=True, rename="camel"):
    qty_step: Decimal
    min_order_qty: Decimal
    max_order_qty: Decimal
    max_mkt_order_qty: Decimal
    min_notional_value: Decimal


class _Linear(Struct, frozen=True, rename="camel"):
    symbol: str
    contract_type: str
    status: str
    base_coin: str
    quote_coin: str
    settle_coin: str
    funding_interval: int
    price_filter: _Prices
    lot_size_filter: _LinearLots


class _SpotLots(Struct, frozen=True, rename="camel"):
    base_precision: Decimal
    min_order_qty: Decimal
    min_order_amt: Decimal
    max_limit_order_qty: Decimal
    max_market_order_qty: Decimal


class _Spot(Struct, frozen=True, rename="camel"):
    symbol: str
    status: str
    base_coin: str
    quote_coin: str
    price_filter: _Prices
    lot_size_filter: _SpotLots


class _Category(Struct, frozen=True):
    category: str


class _LinearList(Struct, frozen=True, rename=_LIST):
    category: Literal["linear"]
    rows: list[_Linear]


class _SpotList(Struct, frozen=True, rename=_LIST):
    category: Literal["spot"]
    rows: list[_Spot]


class _Fees(Struct, frozen=True, rename="camel"):
    symbol: str
    maker_fee_rate: Decimal
    taker_fee_rate: Decimal


class _FeeList(Struct, frozen=True, rename=_LIST):
    rows: list[_Fees]


def read_rules(path: Path, symbol: str) -> InstrumentRules:
    """Return the rules of a symbol from a saved answer of `market/instruments-info`, plain or in gzip.

    Raises:
        DataError: no such answer, or contracts whose profit is not linear in the price.
        UsageError: the symbol is not among them.
    """
    category = read_answer(path, _Category).category
    if category == "spot":
        return _spot(_find(read_answer(path, _SpotList).rows, symbol, path))
    if category == "linear":
        return _linear(_find(read_answer(path, _LinearList).rows, symbol, path))
    raise DataError(f"{path}: expected instruments of category linear or spot, found {category!r}")


def rules_of(answer: Mapping[str, Any], symbol: str) -> InstrumentRules:
    """Return the rules of a linear perpetual from the `result` of `market/instruments-info`.

    Raises:
        DataError: no such answer, or contracts whose profit is not linear in the price.
        UsageError: the symbol is not among them.
    """
    try:
        rows = msgspec.convert(answer, _LinearList, strict=False).rows
    except msgspec.ValidationError as error:
        raise DataError(f"expected instruments of category linear, found: {error}") from error
    return _linear(_find(rows, symbol, "the exchange"))


def read_fee_rates(path: Path, symbol: str) -> tuple[Decimal, Decimal]:
    """Return an account's maker and taker fee rates of a symbol, from a saved answer of `account/fee-rate`.

    Raises:
        DataError: no such answer.
        UsageError: the symbol is not among them.
    """
    fees = _find(read_answer(path, _FeeList).rows, symbol, path)
    return fees.maker_fee_rate, fees.taker_fee_rate


def _linear(row: _Linear) -> InstrumentRules:
    if row.contract_type not in _KINDS:
        raise DataError(f"{row.symbol}: expected one of {', '.join(_KINDS)}, found {row.contract_type!r}")
    prices, lots = row.price_filter, row.lot_size_filter
    return InstrumentRules(
        symbol=row.symbol,
        kind=_KINDS[row.contract_type],
        status=row.status,
        base=row.base_coin,
        quote=row.quote_coin,
        settle=row.settle_coin,
        tick=prices.tick_size,
        lot=lots.qty_step,
        min_price=prices.min_price,
        max_price=prices.max_price,
        min_qty=lots.min_order_qty,
        max_qty=lots.max_order_qty,
        max_market_qty=lots.max_mkt_order_qty,
        min_notional=lots.min_notional_value,
        funding_interval_min=row.funding_interval or None,
    )


def _spot(row: _Spot) -> InstrumentRules:
    lots = row.lot_size_filter
    return InstrumentRules(
        symbol=row.symbol,
        kind=ContractKind.SPOT,
        status=row.status,
        base=row.base_coin,
        quote=row.quote_coin,
        settle=row.quote_coin,
        tick=row.price_filter.tick_size,
        lot=lots.base_precision,
        min_price=row.price_filter.min_price,
        max_price=row.price_filter.max_price,
        min_qty=lots.min_order_qty,
        max_qty=lots.max_limit_order_qty,
        max_market_qty=lots.max_market_order_qty,
        min_notional=lots.min_order_amt,
        funding_interval_min=None,
    )


def _find(rows: Sequence[_Found], symbol: str, path: Path | str) -> _Found:
    found = next((row for row in rows if row.symbol == symbol), None)
    if found is None:
        close = difflib.get_close_matches(symbol, [row.symbol for row in rows], n=3, cutoff=0.5)
        hint = f"; near it: {', '.join(close)}" if close else ""
        raise UsageError(f"{path}: expected {symbol} among {len(rows)} instruments, found none{hint}")
    return found

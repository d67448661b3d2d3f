"""Which lines are trades, decided slowly and by other means than the core's: Python's decimals and one rule a field."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_UNITS_US = {"s": Decimal(1_000_000), "ms": Decimal(1_000), "us": Decimal(1), "ns": Decimal("0.001")}
_FROM_US, _UNTIL_US = Decimal(10) ** 14, Decimal(10) ** 16
MAX_DECIMALS, MAX_DIGITS = 12, 18


@dataclass(frozen=True)
class Trade:
    """What a line says."""

    ts_us: int
    price: float
    size: float
    side: int


class Reader:
    """Reads lines of one file; the first trade tells the unit of time."""

    def __init__(self, columns: list[str]) -> None:
        self.columns = [column.lower() for column in columns]
        self.unit: str | None = None

    def read(self, line: str) -> Trade | None:
        """Return the trade of a line, None where it is none."""
        fields = line.split(",")
        if len(fields) != len(self.columns):
            return None
        row = {name: bare(text) for name, text in zip(self.columns, fields, strict=True)}
        ts_us, unit = self._time(row["timestamp"])
        price, size = positive(row["price"]), positive(row["size"])
        side = {"buy": 1, "sell": -1}.get(row["side"].lower())
        if ts_us is None or price is None or size is None or side is None:
            return None
        self.unit = unit
        return Trade(ts_us=ts_us, price=price, size=size, side=side)

    def _time(self, text: str) -> tuple[int | None, str | None]:
        value = number(text)
        units = [self.unit] if self.unit else list(_UNITS_US)
        for unit in units if value is not None else []:
            ts_us = (value or Decimal(0)) * _UNITS_US[unit]
            if _FROM_US <= ts_us < _UNTIL_US:
                return round(ts_us), unit
        return None, None


def bare(text: str) -> str:
    """Return a field without the spaces and the pair of quotes that CSV allows around it."""
    text = text.strip(" \t")
    return text[1:-1].strip(" \t") if len(text) > 1 and text[0] == text[-1] == '"' else text


def number(text: str) -> Decimal | None:
    """Return a finite decimal number."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def positive(text: str) -> float | None:
    """Return a positive number that integers of steps can hold."""
    value = number(text)
    if value is None or value <= 0:
        return None
    decimals = max(0, -int(value.normalize().as_tuple().exponent))
    digits = value.adjusted() + 1
    return float(value) if decimals <= MAX_DECIMALS and digits <= MAX_DIGITS else None

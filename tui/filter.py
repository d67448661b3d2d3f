"""The filter language of the tables.

Words separated by blanks, all of which must hold: `trades>30 score>=0 state=complete ema`. A word with `>`, `<`, `>=`,
`<=`, `=` or `!=` compares a column; any other is looked for in the row's text. Case does not matter, and `55%` is 0.55.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from psky.domain.text import missing
from psky.errors import UsageError
from tui.ordering import Value

Row = TypeVar("Row")
Test = Callable[[Row], bool]

_BLANKS = re.compile(r"\s*(>=|<=|!=|>|<|=)\s*")
_COMPARISON = re.compile(r"([^<>=!]*)(>=|<=|!=|>|<|=)(.*)")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[Row]):
    """A column that can be compared."""

    value: Callable[[Row], Value]
    numeric: bool


def parse(text: str, fields: Mapping[str, Field[Row]], search: Callable[[Row], str]) -> Test[Row]:
    """Return the test that a filter states.

    Args:
        text: what was typed.
        fields: the columns by lower-case name.
        search: the text of a row that bare words are looked for in.

    Raises:
        UsageError: a column that does not exist, a missing value, or a comparison that cannot be made.
    """
    words = _BLANKS.sub(r"\1", text.strip()).split()
    return _all(_word(word.lower(), fields, search) for word in words)


def _all(tests: Iterable[Test[Row]]) -> Test[Row]:
    known = tuple(tests)
    return lambda row: all(test(row) for test in known)


def _word(word: str, fields: Mapping[str, Field[Row]], search: Callable[[Row], str]) -> Test[Row]:
    match = _COMPARISON.fullmatch(word)
    if match is None:
        return lambda row: word in search(row).lower()
    name, sign, wanted = match.groups()
    if name not in fields:
        raise UsageError(f"expected a column ({', '.join(fields)}), found {name!r}")
    if not wanted:
        raise UsageError(f"expected a value after {name}{sign}")
    if fields[name].numeric:
        return _number(fields[name], sign, _parsed(wanted, name + sign))
    if sign not in {"=", "!="}:
        raise UsageError(f"{name} is a word: expected = or !=, found {sign}")
    return _text(fields[name], wanted, equal=sign == "=")


def _number(field: Field[Row], sign: str, wanted: float) -> Test[Row]:
    compare = _OPERATORS[sign]

    def test(row: Row) -> bool:
        value = field.value(row)
        return isinstance(value, int | float) and not missing(value) and compare(value, wanted)

    return test


def _text(field: Field[Row], wanted: str, *, equal: bool) -> Test[Row]:
    return lambda row: (str(field.value(row)).lower() == wanted) is equal


def _parsed(wanted: str, before: str) -> float:
    try:
        return float(wanted[:-1]) / 100 if wanted.endswith("%") else float(wanted)
    except ValueError:
        raise UsageError(f"expected a number after {before}, found {wanted!r}") from None

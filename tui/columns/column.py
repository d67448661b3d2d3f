from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from psky.domain.text import sign_tone, utc_minute
from tui.ordering import Value
from tui.privacy import CURTAIN, money, words

Row = TypeVar("Row")


def plain(row: object) -> str:
    """Return no tone, whatever the row."""
    del row
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column of a table: what it sorts and filters by, and what it shows."""

    key: str
    """The name in filters, lower case, one word."""
    title: str
    value: Callable[[Row], Value]
    text: Callable[[Row], str]
    right: bool = True
    tone: Callable[[Row], str] = plain
    """`gain`, `loss`, `dim`, `warn` or nothing: the colour that repeats what sign or glyph say."""

    money: bool = False
    """Whether it is an amount of money, which privacy hides."""
    free: bool = False
    """Whether it is free text, in which privacy hides what may be money."""

    @property
    def hidden(self) -> bool:
        """Whether it is hidden at the moment, as a whole or in part."""
        return (self.money or self.free) and CURTAIN.drawn

    def shown(self, row: Row) -> str:
        """Return the text of a row, without what is hidden."""
        text = self.text(row)
        return money(text) if self.money else words(text) if self.free else text


def result(
    key: str, title: str, value: Callable[[Row], float | None], text: Callable[[float | None], str]
) -> Column[Row]:
    """Return the column of a signed result, coloured by its sign."""
    return Column(
        key=key,
        title=title,
        value=value,
        text=lambda row: text(value(row)),
        tone=lambda row: sign_tone(value(row)),
    )


def number(
    key: str, title: str, value: Callable[[Row], float | None], text: Callable[[float | None], str]
) -> Column[Row]:
    """Return the column of a plain number."""
    return Column(key=key, title=title, value=value, text=lambda row: text(value(row)))


def count(key: str, title: str, value: Callable[[Row], int]) -> Column[Row]:
    """Return the column of a number that names or counts something."""
    return Column(key=key, title=title, value=value, text=lambda row: str(value(row)))


def word(
    key: str, title: str, value: Callable[[Row], str], *, tone: Callable[[Row], str] = plain, free: bool = False
) -> Column[Row]:
    """Return the column of words that are shown as they are."""
    return Column(key=key, title=title, value=value, text=value, right=False, tone=tone, free=free)


def amount(key: str, title: str, text: Callable[[Row], str], *, money: bool = False) -> Column[Row]:
    """Return the column of a price or quantity that comes as text, sorted by its size; a word has none."""
    return Column(key=key, title=title, value=lambda row: _size(text(row)), text=text, money=money)


def minute(key: str, title: str, ts_us: Callable[[Row], int]) -> Column[Row]:
    """Return the column of a time, shown to the minute in UTC."""
    return Column(key=key, title=title, value=ts_us, text=lambda row: utc_minute(ts_us(row)), right=False)


def _size(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None

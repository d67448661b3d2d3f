from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from textual.message import Message

from tui.columns.column import Column
from tui.ordering import ordered

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement(Generic[Row]):
    """Which rows of a table are to be shown, in which order, and the one that the cursor is to stay on.

    It is made from a thread where the rows are many.
    """

    rows: Sequence[Row] = field(repr=False)
    accept: Callable[[Row], bool] | None
    column: Column[Row] | None
    descending: bool
    identity: Callable[[Row], object]
    current: object | None
    """The identity of the row under the cursor; None leaves the cursor where it is."""

    def make(self) -> Arranged[Row]:
        """Return the rows to show, and where the current one is among them."""
        rows = list(self.rows) if self.accept is None else [row for row in self.rows if self.accept(row)]
        if self.column is not None:
            rows = ordered(rows, self.column.value, descending=self.descending)
        if self.current is None:
            return Arranged(self, rows, None)
        places = (place for place, row in enumerate(rows) if self.identity(row) == self.current)
        return Arranged(self, rows, next(places, None))


class Arranged(Message, Generic[Row], bubble=False):
    """Rows are in order, as somebody wanted them: those to show, and where the one under the cursor is among them."""

    def __init__(self, wanted: Arrangement[Row], rows: list[Row], place: int | None) -> None:
        super().__init__()
        self.wanted, self.rows, self.place = wanted, rows, place

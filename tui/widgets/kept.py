"""Lines that were drawn, kept by the row that they show."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.strip import Strip

Row = TypeVar("Row")
_KEPT = 1000  # lines


class KeptLines(Generic[Row]):
    """The lines of rows, for as long as they look the same.

    Where rows are added above, those in sight move and stay what they are: their lines need not be drawn again. A line
    is of a row and of a shade, for rows are shaded in turns.
    """

    def __init__(self) -> None:
        self._looks: tuple[object, ...] = ()
        # The row is kept beside its line: as long as it is, nothing else has its `id`.
        self._lines: dict[tuple[int, int], tuple[Row, Strip]] = {}

    def look(self, *looks: object) -> None:
        """Say what all lines depend on; those that were drawn under other looks are let go."""
        if looks != self._looks or len(self._lines) > _KEPT:
            self._looks = looks
            self._lines.clear()

    def clear(self) -> None:
        """Let go of all lines."""
        self._lines.clear()

    def get(self, row: Row, shade: int) -> Strip | None:
        """Return the line of a row, None where it has to be drawn."""
        kept = self._lines.get((id(row), shade))
        return None if kept is None else kept[1]

    def put(self, row: Row, shade: int, line: Strip) -> None:
        """Keep a line."""
        self._lines[id(row), shade] = (row, line)

    def holds(self, row: Row) -> bool:
        """Return whether a row was drawn, in whatever shade."""
        return any((id(row), shade) in self._lines for shade in (0, 1))

"""The two sides of a market."""

from __future__ import annotations

from enum import IntEnum


class Side(IntEnum):
    """+1 buys or is long, -1 sells or is short."""

    LONG = 1
    SHORT = -1

    @property
    def word(self) -> str:
        """`long` or `short`."""
        return self.name.lower()

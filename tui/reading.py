"""How often a list is read again while what it shows goes on."""

from __future__ import annotations

from time import monotonic

_REST, _LEAST_S = 10, 2.0


class Reading:
    """Seldom enough: after ten times as long as reading took, and not before two seconds."""

    def __init__(self) -> None:
        self._began_s = self._took_s = 0.0

    def begin(self) -> None:
        """Note that reading begins."""
        self._began_s = monotonic()

    def end(self) -> None:
        """Note that all was read."""
        self._took_s = monotonic() - self._began_s

    @property
    def is_due(self) -> bool:
        """Whether it is time to read again."""
        return monotonic() - self._began_s > max(_LEAST_S, _REST * self._took_s)

"""Privacy: amounts of money are hidden on the screen, in copies and in exports while it is on."""

from __future__ import annotations

HIDDEN = "•••"


class _Curtain:
    drawn = False


CURTAIN = _Curtain()
"""One for the process, which shows one workstation."""


def money(text: str) -> str:
    """Return an amount of money, or that it is hidden."""
    return HIDDEN if CURTAIN.drawn else text

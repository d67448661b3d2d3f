"""Privacy: amounts of money are hidden on the screen, in copies and in exports while it is on."""

from __future__ import annotations

import re

HIDDEN = "•••"
_NUMBER = re.compile(r"(?<![\w.,-])[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-]|[.,]\d)")
_NO_MONEY_BEFORE = re.compile(r"(?:\bat|\bprocess|\brun) $")  # a price, which the market knows, or a name
_NO_MONEY_BEHIND = re.compile(r"^(?:%| ?(?:R|ms|s|min|trades|orders|failed)\b)")


class _Curtain:
    drawn = False


CURTAIN = _Curtain()
"""One for the process, which shows one workstation."""


def money(text: str) -> str:
    """Return an amount of money, or that it is hidden."""
    return HIDDEN if CURTAIN.drawn else text


def words(text: str) -> str:
    """Return a free text, its numbers hidden but for those that are surely no money: prices, results in R, times."""
    return _NUMBER.sub(_hidden, text) if CURTAIN.drawn else text


def _hidden(found: re.Match[str]) -> str:
    before, behind = found.string[: found.start()], found.string[found.end() :]
    return found[0] if _NO_MONEY_BEFORE.search(before) or _NO_MONEY_BEHIND.match(behind) else HIDDEN

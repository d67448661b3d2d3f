"""Slow and obvious versions of fills and triple barriers (METHOD 1.1, 5.1, 5.2), written from the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.engine_cases import Print


@dataclass(frozen=True, kw_only=True)
class Fill:
    row: int
    lots: int


def proves(print_: Print, side: int, price: int) -> bool:
    """Whether a print proves that an order at `price` was filled."""
    if side > 0:
        return print_.price < price if print_.side < 0 else print_.price <= price
    return print_.price > price if print_.side > 0 else print_.price >= price


def reaches(print_: Print, side: int, price: int) -> bool:
    return print_.price <= price if side > 0 else print_.price >= price


def crosses(prints: Sequence[Print], side: int, price: int, live_us: int) -> bool:
    """Whether a post-only order would take: the last taker of its own side paid no more than it offers."""
    quotes = [p.price for p in prints if p.ts_us <= live_us and p.side == side]
    return bool(quotes) and (price >= quotes[-1] if side > 0 else price <= quotes[-1])


def fills(  # noqa: PLR0917 - an order's terms
    prints: Sequence[Print], side: int, price: int, lots: int, live_us: int, dead_us: float, rule: str, ahead: int = 0
) -> list[Fill]:
    """Fills of an order at rest from `live_us` (exclusive) to `dead_us` (exclusive)."""
    found, left = [], lots
    for row, print_ in enumerate(prints):
        if not live_us < print_.ts_us < dead_us or left == 0:
            continue
        if proves(print_, side, price) or (rule == "touch" and reaches(print_, side, price)):
            taken = left
        elif rule == "queue" and print_.price == price and print_.side == -side:
            taken = min(left, max(0, print_.size - ahead))
            ahead = max(0, ahead - print_.size)
        else:
            taken = 0
        if taken:
            found.append(Fill(row=row, lots=taken))
            left -= taken
    return found


def barrier(  # noqa: PLR0917 - a bracket's levels
    prints: Sequence[Print],
    fill_row: int,
    side: int,
    entry: int,
    stop: int,
    target: int,
    hold_us: int,
    rule: str,
    lots: int = 1,
) -> tuple[str, int, Fraction] | None:
    """What ends a position opened by `fill_row`: (label, last row, gross ticks a lot); None at the end of the tape."""
    deadline = prints[fill_row].ts_us + hold_us
    for row in range(fill_row + 1, len(prints)):
        print_ = prints[row]
        if print_.ts_us >= deadline:
            return _leave("TIME", prints, row, side, entry, print_.price, lots)
        if side * (print_.price - stop) <= 0:
            return _leave("STOP", prints, row, side, entry, stop, lots)
        filled = reaches(print_, -side, target) if rule == "touch" else proves(print_, -side, target)
        if filled:
            return "TARGET", row, Fraction(side * (target - entry))
    return None


def _leave(
    label: str, prints: Sequence[Print], row: int, side: int, entry: int, level: int, lots: int
) -> tuple[str, int, Fraction] | None:
    """Take the size of each print from `row` on, at the worst price met."""
    left, earned = lots, 0
    for at in range(row, len(prints)):
        level = min(level, prints[at].price) if side > 0 else max(level, prints[at].price)
        taken = min(left, prints[at].size)
        left -= taken
        earned += taken * side * (level - entry)
        if left == 0:
            return label, at, Fraction(earned, lots)
    return None

"""Lamps: a glyph, a name and words; the glyph says the same as the colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from psky.app.lamps import Lamp

_LOOKS = {"good": ("●", "$success"), "doubtful": ("◐", "$warning"), "bad": ("✗", "$error")}


def lamp_lines(lamps: Iterable[Lamp]) -> list[Content]:
    """Return the lamps, one a line."""
    lines = []
    for lamp in lamps:
        glyph, colour = _LOOKS[lamp.state]
        lines.append(Content.assemble((f"{glyph} ", colour), (f"{lamp.name:<9}", "dim"), lamp.text))
    return lines

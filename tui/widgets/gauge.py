"""A value on a line, with the bound that it has to pass."""

from __future__ import annotations

import math

from textual.content import Content

from psky.domain import text as fmt

_REACH_R = 0.5
_WIDTH = 17


def ev_gauge(ev_r: float | None, margin_r: float) -> Content:
    """Return the expected value on a line from -0.5 to +0.5 R: `│` is the margin, `●` a value above it, `○` below."""
    if ev_r is None or not math.isfinite(ev_r):
        return Content(f"{'╌' * _WIDTH} {fmt.MISSING}")
    line = ["╌"] * _WIDTH
    line[_spot(margin_r)] = "│"
    passed = ev_r > margin_r
    line[_spot(ev_r)] = "●" if passed else "○"
    return Content.assemble(("".join(line), "$success" if passed else "$warning"), f" {fmt.signed(ev_r, 3)} R")


def _spot(value: float) -> int:
    return round((min(max(value, -_REACH_R), _REACH_R) / _REACH_R + 1) / 2 * (_WIDTH - 1))

"""The two-phase linear system of METHOD 8.1, written out over all bids and solved."""

from __future__ import annotations

from typing import Any

import numpy as np


def target_first(given: dict[str, Any], move_share: float) -> float:
    """P(target first): solve the walk without drift, then, inside an episode, the walk that ends in it."""
    after = _solve(given, 0.5, move_share, {})
    if not given["in_epi"]:
        return after[given["Bnow"]]
    up = given["u"] if given["D"] > 0 else 1 - given["u"]
    ends = {bid: after[bid] for bid in (given["B0"] - given["a"], given["B0"] + given["a"]) if bid in after}
    return _solve(given, up, move_share, ends)[given["Bnow"]]


def _solve(given: dict[str, Any], up: float, move_share: float, known: dict[int, float]) -> dict[int, float]:
    # A short watches the ask, which is the bid and one.
    shift = int(given["side"] < 0)
    stop, target = given["SL"] - shift, given["TP"] - shift
    bids = range(min(stop, target), max(stop, target) + 1)
    matrix, right = np.eye(len(bids)), np.zeros(len(bids))
    for row, bid in enumerate(bids):
        if bid == target:
            right[row] = 1.0
        elif bid in known:
            right[row] = known[bid]
        elif bid == stop:
            away = move_share * (up if given["side"] > 0 else 1 - up)
            stopped = move_share - away + (1 - move_share) / 2
            matrix[row, row + given["side"]] = -away / (away + stopped)
        else:
            matrix[row, row + 1] = -up
            matrix[row, row - 1] = -(1 - up)
    return dict(zip(bids, np.linalg.solve(matrix, right).tolist(), strict=True))

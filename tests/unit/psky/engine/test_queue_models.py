"""The published values of queue models that need depth, which psky does not have."""

from __future__ import annotations

from typing import Any

import pytest

from psky._core import fill_order
from tests.engine_cases import Print, tape, venue
from tests.oracles.queue_models import queue_after_decrease
from tests.vectors.load import vectors


@pytest.mark.parametrize("vector", vectors("hftbacktest_prob_queue"))
def test_queue_models_agree_with_the_published_values(vector: dict[str, Any]) -> None:
    given, expected = vector["inputs"], vector["expected"]
    behind, front = queue_after_decrease(given["front"], given["prev_qty"], given["decrease"], given["model"])
    assert behind == pytest.approx(expected["prob_behind"], abs=vector["tol"])
    assert front == pytest.approx(expected["new_front"], abs=vector["tol"])


def test_the_venue_lets_trades_alone_consume_the_queue() -> None:
    prints = [Print(ts_us=ts_us, price=100, size=4, side=-1) for ts_us in (0, 10, 20, 30)]
    config = venue(fill="queue", queue_ahead_lots=10)
    _, fills, _, ahead = fill_order(tape(prints), 1, 100, 5, 0, None, config)
    assert (fills, ahead) == ([(3, 30, 2)], 0)

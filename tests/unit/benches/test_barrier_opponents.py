from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="comes with the bench extra")

from benches.numba_barriers import first_rows


def test_a_path_ends_at_the_first_trade_at_or_beyond_a_level() -> None:
    ts_us = np.array([10, 20, 20, 30, 40])
    price = np.array([100, 101, 103, 97, 105])
    start, until = np.array([10, 20, 30, 10, 20]), np.array([50, 50, 50, 30, 41])
    lower, upper = np.array([97, 90, 90, 97, 90]), np.array([110, 103, 106, 110, 105])

    assert first_rows(ts_us, price, start, lower, upper, until).tolist() == [3, 2, -1, -1, 4]

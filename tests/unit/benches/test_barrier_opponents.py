from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("numba", reason="comes with the bench extra")

from benches.numba_barriers import Paths, first_rows, passages


def test_a_path_ends_at_the_first_trade_at_or_beyond_a_level() -> None:
    ts_us = np.array([10, 20, 20, 30, 40])
    price = np.array([100, 101, 103, 97, 105])
    paths = Paths(
        start_us=np.array([10, 20, 30, 10, 20, 50]),
        lower_ticks=np.array([97, 90, 90, 97, 90, 90]),
        upper_ticks=np.array([110, 103, 106, 110, 105, 110]),
        until_us=np.array([50, 50, 50, 30, 41, 60]),
    )

    rows, lowest, highest = passages(ts_us, price, paths)

    assert first_rows(ts_us, price, paths).tolist() == rows.tolist() == [3, 2, -1, -1, 4, -1]
    assert lowest.tolist() == [97, 101, 97, 100, 97, -1]
    assert highest.tolist() == [103, 103, 105, 103, 105, -1]

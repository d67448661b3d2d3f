from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from psky.learn.selection import simplest_of_the_best


def test_the_simplest_is_taken_where_the_best_is_not_clearly_better() -> None:
    rng = np.random.default_rng(1)
    simple = rng.exponential(1.0, 400)
    difference = rng.normal(0.0, 1.0, 400)
    noise = simple + difference - difference.mean() - 0.01
    better = simple - 0.1
    weight = np.ones(400)
    assert simplest_of_the_best([simple, noise], weight, 400) == 0
    assert simplest_of_the_best([simple, better], weight, 400) == 1, "rows that are hard for both say nothing"
    assert simplest_of_the_best([better, simple], weight, 400) == 0


def test_fewer_effective_rows_make_the_simple_one_easier_to_keep() -> None:
    rng = np.random.default_rng(2)
    simple = rng.exponential(1.0, 400)
    better = simple + rng.normal(-0.1, 1.0, 400)
    assert simplest_of_the_best([simple, better], np.ones(400), 400) == 1
    assert simplest_of_the_best([simple, better], np.ones(400), 4) == 0


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.integers(1, 5))
def test_what_is_taken_is_never_more_than_a_standard_error_worse(losses: list[float], copies: int) -> None:
    row = np.array(losses)
    found = simplest_of_the_best([row] * copies + [row - 1], np.ones(row.size), row.size)
    assert found == copies

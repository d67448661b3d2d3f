from __future__ import annotations

import numpy as np
import pytest

from psky.learn.drift import LARGE, drift


def test_what_moves_is_found_and_what_stays_is_not() -> None:
    rng = np.random.default_rng(1)
    train, test = rng.normal(size=(2000, 4)), rng.normal(size=(1000, 4))
    test[:, 1] += 1.0
    test[:, 2] *= 3.0
    test[:500, 3] = np.nan
    found = {column.name: column for column in drift(("stays", "moves", "widens", "goes"), train, test, 2000, 1000)}
    assert {name for name, column in found.items() if column.shifted} == {"moves", "widens", "goes"}
    assert found["stays"].psi < 0.05
    assert list(found)[-1] == "stays", "the largest come first"


def test_the_index_is_the_sum_over_bins() -> None:
    train, test = np.repeat([0.0, 1.0], [50, 50])[:, None], np.repeat([0.0, 1.0], [20, 80])[:, None]
    (found,) = drift(("x",), train, test, 100, 100)
    before, after = np.array([50.5, 50.5]) / 101, np.array([20.5, 80.5]) / 101
    assert found.psi == pytest.approx(np.sum((after - before) * np.log(after / before)))


def test_few_rows_must_move_more() -> None:
    rng = np.random.default_rng(2)
    false = 0
    for _ in range(200):
        (found,) = drift(("x",), rng.normal(size=(60, 1)), rng.normal(size=(40, 1)), 60, 40)
        assert found.threshold > LARGE
        false += found.shifted
    assert false <= 4


def test_a_value_that_stands_still_is_one_row() -> None:
    rng = np.random.default_rng(3)
    false = 0
    for _ in range(200):
        train, test = (np.repeat(rng.normal(size=(runs, 1)), 20, axis=0) for runs in (30, 10))
        (found,) = drift(("x",), train, test, 300, 100)
        false += found.shifted
    assert false <= 4


def test_a_column_that_is_empty_or_constant_has_not_moved() -> None:
    nothing, same = np.full((50, 1), np.nan), np.ones((50, 1))
    for values in (nothing, same):
        (found,) = drift(("x",), values, values, 50, 50)
        assert found.psi == pytest.approx(0.0)
    (appears,) = drift(("x",), nothing, same, 50, 50)
    assert appears.shifted
    assert drift(("x",), nothing[:0], same, 1, 50) == ()

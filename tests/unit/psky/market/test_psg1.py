from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky._core import splitmix64_u01
from psky.market.psg1 import Psg1Params, generate
from tests.vectors.load import vectors

NAMES = {"RU": "run_up", "PB": "pull_back", "mz": "m_z", "sz": "s_z", "B_init": "bid_start", "lam0": "rate"}


def parameters(given: dict[str, Any]) -> Psg1Params:
    return Psg1Params(**{(NAMES | {"pi_move": "move_share"}).get(name, name): value for name, value in given.items()})


@pytest.mark.parametrize("vector", vectors("psg1_tape"))
def test_the_published_tapes(vector: dict[str, Any]) -> None:
    expected = vector["expected"]
    tape = generate(parameters(vector["inputs"]))
    hidden = tape.hidden

    assert tape.sha256 == expected["sha256_csv"]
    episodes = hidden.episodes()
    assert len(episodes["p"]) == expected["n_episodes"]
    if "last" in expected:
        last = [column[-1] for column in (hidden.ts_ms, hidden.price_ticks, hidden.size, hidden.side)]
        assert last == expected["last"]
        assert hidden.size.sum() == expected["sum_size"]
        names = ("start_row", "side", "bid0", "z", "p", "end_row", "hit")
        first = [[episodes[name][index] for name in names] for index in range(3)]
        np.testing.assert_allclose(first, expected["episodes_first3"], atol=vector["tol"])


@pytest.mark.parametrize("vector", vectors("splitmix64_u01"))
def test_the_published_draws(vector: dict[str, Any]) -> None:
    given = vector["inputs"]

    assert [splitmix64_u01(given["seed"], counter) for counter in given["counters"]] == vector["expected"]


def test_the_columns_are_the_hidden_tape_in_decimal() -> None:
    tape = generate(Psg1Params(n=500))

    np.testing.assert_array_equal(np.rint(tape.columns.price / 1e-4), tape.hidden.price_ticks)
    np.testing.assert_array_equal(tape.columns.ts_us, tape.hidden.ts_ms * 1000)
    assert len(tape.columns) == 500


def test_tick_directions_follow_the_price() -> None:
    tape = generate(Psg1Params(n=500))

    last_change = 0
    for row, price in enumerate(tape.hidden.price_ticks):
        change = 0 if row == 0 else int(np.sign(price - tape.hidden.price_ticks[row - 1]))
        last_change = change or last_change
        assert tape.columns.tick_direction[row] == last_change + change


def test_the_bid_is_the_one_after_the_print() -> None:
    hidden = generate(Psg1Params(n=2000)).hidden

    before = np.concatenate([[6000], hidden.bid[:-1]])
    np.testing.assert_array_equal(hidden.price_ticks, before + (hidden.side > 0))


def test_impossible_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="p_lo"):
        generate(Psg1Params(n=10, p_lo=0.9, p_hi=0.1))

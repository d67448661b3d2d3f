from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from psky.engine.codes import ExitReason
from psky.replay.bar_barriers import bar_verdict, first_barrier
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import folds
from psky.replay.run import replay_part, train
from tests.vectors.load import vectors


@pytest.fixture(scope="module")
def ledger(dataset: Dataset) -> Ledger:
    fold = folds(dataset)[0]
    return replay_part(dataset, fold, train(dataset, fold)).ledger


@pytest.mark.parametrize("vector", vectors("bar_barrier"))
def test_bars_are_read_as_published(vector: dict[str, Any]) -> None:
    given = vector["inputs"]
    ohlc = np.array(given["bars"], dtype=np.float64)
    found = first_barrier(ohlc, given["D"], given["SL"], given["TP"], given["policy"])
    assert found is not None
    assert list(found) == vector["expected"]

    mirrored = np.column_stack([200 - ohlc[:, 0], 200 - ohlc[:, 2], 200 - ohlc[:, 1], 200 - ohlc[:, 3]])
    assert first_barrier(mirrored, -given["D"], 200 - given["SL"], 200 - given["TP"], given["policy"]) == found


def test_a_bar_that_touches_one_level_or_none_is_clear() -> None:
    ohlc = np.array([[100.0, 101, 99, 100], [100, 102, 99, 101]])
    assert first_barrier(ohlc, 1, 98, 102, "flag") == (1, "TP")
    assert first_barrier(ohlc, -1, 102, 98, "tp_first") == (1, "SL")
    assert first_barrier(ohlc, 1, 98, 103, "flag") is None


def test_longer_bars_leave_more_open_and_bound_what_prints_know(dataset: Dataset, ledger: Ledger) -> None:
    resolved = np.isin(ledger.trades["exit_reason"], (ExitReason.TARGET, ExitReason.STOP)).sum()
    shares = []
    for timeframe in ("1m", "5m", "1h"):
        found = bar_verdict(dataset, ledger, timeframe)
        assert found.trades <= resolved
        assert found.ambiguous_share is not None
        assert found.stop_first_win_rate is not None
        assert found.target_first_win_rate == pytest.approx(found.stop_first_win_rate + found.ambiguous_share)
        shares.append(found.ambiguous_share)
    assert shares[0] < shares[-1]
    assert shares == sorted(shares)


def test_no_trades_say_nothing(dataset: Dataset, ledger: Ledger) -> None:
    empty = {name: {key: column[:0] for key, column in table.items()} for name, table in ledger.tables.items()}
    found = bar_verdict(dataset, Ledger(**empty), "1m")
    assert (found.trades, found.ambiguous_share, found.print_win_rate) == (0, None, None)

"""A mapped tape is the tape of its store: same market, same outcomes, same ledger."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from psky.app.data import load_tape, load_trades
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.periods import folds
from psky.replay.run import replay_part, train
from tests import house


def digests(tape: MarketTape) -> list[str]:
    """Return what comes of a tape: the ledger of each fold, by a model trained on what came before."""
    dataset = build_dataset(tape, house.QUICK)
    return [replay_part(dataset, fold, train(dataset, fold)).ledger.digest for fold in folds(dataset)]


def test_a_mapped_tape_gives_what_its_store_gives(own_stocked: Path) -> None:
    where = house.workspace(own_stocked)
    load_tape(where, house.SYMBOL)
    mapped, stored = load_tape(where, house.SYMBOL), load_trades(where, house.SYMBOL)
    read = tape_from_columns(stored.trades, stored.instrument, mapped.fingerprint)

    assert where.store_path(house.SYMBOL).with_suffix(".tape").exists()
    np.testing.assert_array_equal(mapped.core.ts_us, read.core.ts_us)
    np.testing.assert_array_equal(mapped.core.price_ticks, read.core.price_ticks)
    found = digests(mapped)
    assert len(found) == house.QUICK.split.folds
    assert found == digests(read)

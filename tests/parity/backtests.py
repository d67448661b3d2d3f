"""Backtests that live sessions must equal, and what equal means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from psky.app.data import import_files, load_tape, load_trades
from psky.domain.funding import Funding
from psky.domain.progress import ignore_progress
from psky.domain.time import DAY_US
from psky.domain.trades import TradeColumns
from psky.learn.bundle import Bundle
from psky.live.journal.reader import JournalReader
from psky.live.ledger import ledger_of
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part, holdout, stretch
from psky.replay.run import Run, replay_part, train
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests import house
from tests.shared import shared
from tests.sims import journal_of

_HOUR_US: Final = 3_600_000_000
_REAL: Final[Mapping[str, Any]] = {
    "costs.maker_fee_rate": -0.0002,
    "costs.taker_fee_rate": 0.0,
    "policy.ev_margin_r": 0.0,
    "policy.confidence_z": 0.0,
    "model.rounds": 30,
    "features.families": ["momentum", "trend", "flow"],
}
"""Costs at which something is traded: that the two are the same is the claim, not that they earn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A run, and all that a session needs to do the same."""

    tape: MarketTape
    trades: TradeColumns
    spec: Spec
    bundle: Bundle
    part: Part
    run: Run


def generated(changes: Mapping[str, Any], learnt: Mapping[str, Any] | None = None) -> Backtest:
    """Return the hold-out of a generated tape with funding, by a bundle that was learnt under other changes."""
    spec, trades = replace(house.QUICK, dict(changes)), house.columns()
    hours = np.arange(trades.ts_us[0] // _HOUR_US + 1, trades.ts_us[-1] // _HOUR_US) * _HOUR_US
    funding = Funding(ts_us=hours, rate=np.where(hours // _HOUR_US % 2, 1e-4, -2e-4), mark=np.full(len(hours), np.nan))
    tape = tape_from_columns(trades, house.INSTRUMENT, "tape", funding)
    dataset = build_dataset(tape, spec)
    part = holdout(dataset)
    # What is learnt does not matter here, and at a venue that fills little there is little to learn from.
    lessons = build_dataset(tape, replace(house.QUICK, dict(learnt or {})))
    bundle = train(lessons, holdout(lessons))
    run = replay_part(dataset, part, bundle)
    return Backtest(tape=tape, trades=trades, spec=spec, bundle=bundle, part=part, run=run)


def real_day(root: Path, changes: Mapping[str, Any] = _REAL) -> Backtest:
    """Return the last day of the bitFlyer tape, imported into a workspace at `root`."""
    files = sorted(shared("data/trades/bitflyer_BTCJPY").glob("*.csv.gz"))
    workspace = house.workspace(root)
    import_files(workspace, "BTCJPY", files, on_progress=ignore_progress)
    stored, tape = load_trades(workspace, "BTCJPY"), load_tape(workspace, "BTCJPY")
    spec = replace(Spec(), dict(changes))
    dataset = build_dataset(tape, spec)
    end_us = tape.span_us[1]
    part = stretch(dataset, end_us - DAY_US, end_us + 1)
    bundle = train(dataset, part)
    run = replay_part(dataset, part, bundle)
    return Backtest(tape=tape, trades=stored.trades, spec=spec, bundle=bundle, part=part, run=run)


def assert_journaled(root: Path, backtest: Backtest, environment: str) -> None:
    """Compare the session that was journaled under `root` with its backtest."""
    with JournalReader(journal_of(root, backtest.tape.instrument.symbol)) as reader:
        reader.verify()
        assert reader.opened().environment == environment
        assert_same(ledger_of(reader), backtest.run.ledger)


def assert_same(found: Ledger, expected: Ledger) -> None:
    """Compare every value of two ledgers, then their digests."""
    for name, columns in expected.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(found.tables[name][column], values, err_msg=f"{name}.{column}")
    assert found.digest == expected.digest

"""A session on the paced simulator does what the backtest of the same tape does: verdict, order, fill and trade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.live.journal.reader import JournalReader
from psky.live.ledger import ledger_of
from psky.live.start import started
from psky.market.tape import tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.periods import holdout
from psky.replay.run import replay_part, train
from psky.spec.codec import replace
from tests import house
from tests.sims import journal_of, plan_of, simulated

HOUR_US = 3_600_000_000
CASES: dict[str, dict[str, object]] = {
    "maker": {},
    "late": {"venue.feed_latency_ms": 900, "venue.latency_ms": 2500},
    "depth": {
        "venue.fill": "touch",
        "venue.taker_depth": "printed",
        "policy.max_positions": 3,
        "policy.ev_margin_r": -1.0,
    },
    "follows": {"intent.repeg_ticks": 3, "venue.fill": "touch", "intent.entry_offset_atr": 0.1},
    "taker": {"intent.entry": "taker", "policy.opposite": "close", "intent.hold_bars": 12, "policy.ev_margin_r": -2.0},
}


@pytest.mark.parametrize("case", CASES)
def test_a_paced_session_equals_the_backtest(case: str, tmp_path: Path) -> None:
    spec, trades = replace(house.QUICK, CASES[case]), house.columns()
    hours = np.arange(trades.ts_us[0] // HOUR_US + 1, trades.ts_us[-1] // HOUR_US) * HOUR_US
    funding = Funding(ts_us=hours, rate=np.where(hours // HOUR_US % 2, 1e-4, -2e-4), mark=np.full(len(hours), np.nan))
    tape = tape_from_columns(trades, house.INSTRUMENT, "tape", funding)
    dataset = build_dataset(tape, spec)
    part = holdout(dataset)
    # What is learnt does not matter here, and at a venue that fills little there is little to learn from.
    learnt = build_dataset(tape, house.QUICK)
    bundle = train(learnt, holdout(learnt))
    run = replay_part(dataset, part, bundle)
    assert len(run.ledger.trades["net_r"]) > 2

    with (
        simulated(tape, trades, spec, part.start_us) as running,
        started(plan_of(running, tape, trades, spec, bundle), tmp_path) as session,
    ):
        assert session.run(lambda: False) == "the market ended"

    with JournalReader(journal_of(tmp_path, house.SYMBOL)) as reader:
        reader.verify()
        ledger = ledger_of(reader)
    for name, columns in run.ledger.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(ledger.tables[name][column], values, err_msg=f"{name}.{column}")
    assert ledger.digest == run.ledger.digest

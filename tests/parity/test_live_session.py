"""A session on the paced simulator does what the backtest of the same tape does: verdict, order, fill and trade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from psky.app.data import import_files, load_tape, load_trades
from psky.domain.funding import Funding
from psky.domain.progress import ignore_progress
from psky.domain.time import DAY_US
from psky.domain.trades import TradeColumns
from psky.learn.bundle import Bundle
from psky.live.journal.reader import JournalReader
from psky.live.ledger import ledger_of
from psky.live.start import started
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.periods import Part, holdout, stretch
from psky.replay.run import Run, replay_part, train
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests import house
from tests.shared import shared
from tests.sims import journal_of, plan_of, simulated

HOUR_US = 3_600_000_000
REAL: dict[str, object] = {
    "costs.maker_fee_rate": -0.0002,
    "costs.taker_fee_rate": 0.0,
    "policy.ev_margin_r": 0.0,
    "policy.confidence_z": 0.0,
    "model.rounds": 30,
    "features.families": ["momentum", "trend", "flow"],
}
CASES: dict[str, dict[str, object]] = {
    "maker": {},
    "late": {"venue.feed_latency_ms": 900, "venue.latency_ms": 2500},
    "depth": {"venue.fill": "touch", "venue.taker_depth": "printed", "policy.max_positions": 3, "policy.equity": 50.0},
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

    _same(tape, trades, spec, bundle, run, part, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_paced_session_over_a_day_of_the_real_tape_equals_the_backtest(tmp_path: Path) -> None:
    files = sorted(shared("data/trades/bitflyer_BTCJPY").glob("*.csv.gz"))
    workspace = house.workspace(tmp_path)
    import_files(workspace, "BTCJPY", files, on_progress=ignore_progress)
    stored, tape = load_trades(workspace, "BTCJPY"), load_tape(workspace, "BTCJPY")
    # Costs at which something is traded: that the two are the same is the claim, not that they earn.
    spec = replace(Spec(), REAL)
    dataset = build_dataset(tape, spec)
    end_us = tape.span_us[1]
    part = stretch(dataset, end_us - DAY_US, end_us + 1)
    bundle = train(dataset, part)
    run = replay_part(dataset, part, bundle)
    assert len(run.ledger.trades["net_r"]) > 10
    _same(tape, stored.trades, spec, bundle, run, part, tmp_path)


def _same(tape: MarketTape, trades: TradeColumns, spec: Spec, bundle: Bundle, run: Run, part: Part, root: Path) -> None:
    with (
        simulated(tape, trades, spec, part.start_us) as running,
        started(plan_of(running, tape, trades, spec, bundle), root) as session,
    ):
        assert session.run(lambda: False) == "the market ended"

    with JournalReader(journal_of(root, tape.instrument.symbol)) as reader:
        reader.verify()
        ledger = ledger_of(reader)
    for name, columns in run.ledger.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(ledger.tables[name][column], values, err_msg=f"{name}.{column}")
    assert ledger.digest == run.ledger.digest

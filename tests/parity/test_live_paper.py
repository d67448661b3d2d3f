"""A paper session hears a market through its own venue, and does there what the backtest of that market does."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from psky.app.data import import_files, load_tape, load_trades
from psky.domain.funding import Funding
from psky.domain.progress import ignore_progress
from psky.domain.time import DAY_US
from psky.domain.trades import TradeColumns
from psky.learn.bundle import Bundle
from psky.live.environments import ENVIRONMENTS, at_address
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
from tests.papers import lock_stepped
from tests.parity.test_live_session import CASES, HOUR_US, REAL
from tests.shared import shared
from tests.sim_site import Pacer
from tests.sims import journal_of, plan_of, simulated


@pytest.mark.parametrize("case", ["late", "taker"])
def test_a_paced_paper_session_equals_the_backtest_of_the_market_that_it_hears(case: str, tmp_path: Path) -> None:
    spec, trades = replace(house.QUICK, CASES[case]), house.columns()
    hours = np.arange(trades.ts_us[0] // HOUR_US + 1, trades.ts_us[-1] // HOUR_US) * HOUR_US
    funding = Funding(ts_us=hours, rate=np.where(hours // HOUR_US % 2, 1e-4, -2e-4), mark=np.full(len(hours), np.nan))
    tape = tape_from_columns(trades, house.INSTRUMENT, "tape", funding)
    dataset = build_dataset(tape, spec)
    part = holdout(dataset)
    learnt = build_dataset(tape, house.QUICK)
    bundle = train(learnt, holdout(learnt))
    run = replay_part(dataset, part, bundle)
    assert len(run.ledger.trades["net_r"]) > 2
    assert np.any(run.ledger.trades["funding_r"])

    _same(tape, trades, spec, bundle, run, part, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_paced_paper_session_over_a_day_of_the_real_tape_equals_the_backtest(tmp_path: Path) -> None:
    files = sorted(shared("data/trades/bitflyer_BTCJPY").glob("*.csv.gz"))
    workspace = house.workspace(tmp_path)
    import_files(workspace, "BTCJPY", files, on_progress=ignore_progress)
    stored, tape = load_trades(workspace, "BTCJPY"), load_tape(workspace, "BTCJPY")
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
        simulated(tape, trades, spec, part.start_us) as market,
        lock_stepped(market.url, tape.instrument, trades, spec) as venue,
        Pacer(market.websocket_url) as pacer,
    ):
        # The market goes on by itself while the session trades on what has come of it.
        walk = threading.Thread(target=_walk, args=(pacer, tape.funding), daemon=True)
        walk.start()
        plan = plan_of(market, tape, trades, spec, bundle, environment=at_address(ENVIRONMENTS["paper"], venue.url))
        with started(plan, root) as session:
            assert session.run(lambda: False) == "the market ended"
        walk.join(10)
        heard, told = venue.site.exchange.tape, market.site.exchange.tape
        np.testing.assert_array_equal(heard.ts_us[heard.first_row :], told.ts_us[told.first_row :])
        np.testing.assert_array_equal(heard.price_ticks[heard.first_row :], told.price_ticks[told.first_row :])

    with JournalReader(journal_of(root, tape.instrument.symbol)) as reader:
        reader.verify()
        assert reader.opened().environment == "paper"
        ledger = ledger_of(reader)
    for name, columns in run.ledger.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(ledger.tables[name][column], values, err_msg=f"{name}.{column}")
    assert ledger.digest == run.ledger.digest


def _walk(pacer: Pacer, funding: Funding) -> None:
    """Move the market to its end, with a stop before each stamp: its ticker has the mark that a backtest takes."""
    for stamp_us in funding.ts_us.tolist():
        if stamp_us > pacer.now["ts_us"]:
            pacer.step(stamp_us - 1)
    while not pacer.now["end"]:
        pacer.step(None)

"""A paper session hears a market through its own venue, and does there what the backtest of that market does."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.live.environments import ENVIRONMENTS, at_address
from psky.live.start import started
from tests.papers import lock_stepped
from tests.parity.backtests import Backtest, assert_journaled, generated, real_day
from tests.parity.test_live_session import CASES
from tests.sim_site import Pacer
from tests.sims import plan_of, simulated


@pytest.mark.parametrize("case", ["late", "taker"])
def test_a_paced_paper_session_equals_the_backtest_of_the_market_that_it_hears(case: str, tmp_path: Path) -> None:
    backtest = generated(CASES[case])
    assert len(backtest.run.ledger.trades["net_r"]) > 2
    assert np.any(backtest.run.ledger.trades["funding_r"])

    _same(backtest, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_paced_paper_session_over_a_day_of_the_real_tape_equals_the_backtest(tmp_path: Path) -> None:
    backtest = real_day(tmp_path)
    assert len(backtest.run.ledger.trades["net_r"]) > 10

    _same(backtest, tmp_path)


def _same(backtest: Backtest, root: Path) -> None:
    tape, trades, spec = backtest.tape, backtest.trades, backtest.spec
    with (
        simulated(tape, trades, spec, backtest.part.start_us) as market,
        lock_stepped(market.url, tape.instrument, trades, spec) as venue,
        Pacer(market.websocket_url) as pacer,
    ):
        # The market goes on by itself while the session trades on what has come of it.
        walk = threading.Thread(target=_walk, args=(pacer, tape.funding), daemon=True)
        walk.start()
        paper = at_address(ENVIRONMENTS["paper"], venue.url)
        with started(plan_of(market, tape, trades, spec, backtest.bundle, environment=paper), root) as session:
            assert session.run(lambda: False) == "the market ended"
        walk.join(10)
        heard, told = venue.site.exchange.tape, market.site.exchange.tape
        np.testing.assert_array_equal(heard.ts_us[heard.first_row :], told.ts_us[told.first_row :])
        np.testing.assert_array_equal(heard.price_ticks[heard.first_row :], told.price_ticks[told.first_row :])

    assert_journaled(root, backtest, "paper")


def _walk(pacer: Pacer, funding: Funding) -> None:
    """Move the market to its end, with a stop before each stamp: its ticker has the mark that a backtest takes."""
    for stamp_us in funding.ts_us.tolist():
        if stamp_us > pacer.now["ts_us"]:
            pacer.step(stamp_us - 1)
    while not pacer.now["end"]:
        pacer.step(None)

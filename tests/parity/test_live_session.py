"""A session on the paced simulator does what the backtest of the same tape does: verdict, order, fill and trade."""

from __future__ import annotations

from pathlib import Path

import pytest

from psky.live.start import started
from tests.parity.backtests import Backtest, assert_journaled, generated, real_day
from tests.sims import plan_of, simulated

CASES: dict[str, dict[str, object]] = {
    "maker": {},
    "late": {"venue.feed_latency_ms": 900, "venue.latency_ms": 2500},
    "follows": {"intent.repeg_ticks": 3, "venue.fill": "touch", "intent.entry_offset_atr": 0.1},
    "taker": {"intent.entry": "taker", "policy.opposite": "close", "intent.hold_bars": 12, "policy.ev_margin_r": -2.0},
}


@pytest.mark.parametrize("case", CASES)
def test_a_paced_session_equals_the_backtest(case: str, tmp_path: Path) -> None:
    backtest = generated(CASES[case])
    assert len(backtest.run.ledger.trades["net_r"]) > 2

    _same(backtest, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_paced_session_over_a_day_of_the_real_tape_equals_the_backtest(tmp_path: Path) -> None:
    backtest = real_day(tmp_path)
    assert len(backtest.run.ledger.trades["net_r"]) > 10

    _same(backtest, tmp_path)


def _same(backtest: Backtest, root: Path) -> None:
    tape, trades, spec = backtest.tape, backtest.trades, backtest.spec
    with (
        simulated(tape, trades, spec, backtest.part.start_us) as running,
        started(plan_of(running, tape, trades, spec, backtest.bundle), root) as session,
    ):
        assert session.run(lambda: False) == "the market ended"

    assert_journaled(root, backtest, "sim")

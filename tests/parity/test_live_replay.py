"""A session that hears a tape as it comes does what the replay of that tape does: verdict, order, fill and trade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psky.engine.venue import venue_config
from psky.engine.venue_steps import VenueSteps
from psky.live.brain import Brain
from tests.parity.backtests import Backtest, assert_same, generated, real_day
from tests.stepped import Mind, Stepped

PREFIX = "parity"
REAL = {
    "intent.entry_offset_atr": -0.2,
    "costs.maker_fee_rate": -0.0001,
    "costs.taker_fee_rate": 0.0,
    "policy.ev_margin_r": -0.2,
    "policy.confidence_z": 1.0,
    "policy.equity": 1_000_000.0,
}


def stepped(backtest: Backtest, seed: int) -> Stepped:
    """Return a session over the part, in random chunks, restarted from its saved state at random points."""
    bundle, part, tape, spec = backtest.bundle, backtest.part, backtest.tape, backtest.spec
    draw = np.random.default_rng(seed)
    window = {"decide_from_us": part.start_us, "decide_until_us": part.end_us}

    def restart(brain: Mind) -> Mind:
        if draw.random() > 0.05:
            return brain
        assert isinstance(brain, Brain)
        return Brain.restore(bundle, spec, tape.instrument, PREFIX, brain.save(), **window)

    tick, marked = tape.instrument.tick_size, tape.funding
    stamps = zip(
        marked.ts_us.tolist(), marked.rate.tolist(), np.rint(marked.mark / tick).astype(int).tolist(), strict=True
    )
    return Stepped(
        brain=Brain(bundle, spec, tape.instrument, PREFIX, **window),
        venue=VenueSteps(tape, venue_config(spec, tape.instrument)),
        trades=backtest.trades,
        stamps=list(stamps),
        follows=spec.intent.repeg_ticks > 0,
        restart=restart,
        chunk=lambda: int(draw.integers(1, 400)),
    )


CASES: dict[str, dict[str, Any]] = {
    "maker": {},
    "late": {"venue.feed_latency_ms": 900, "venue.latency_ms": 2500},
    "queue": {
        "venue.fill": "queue",
        "venue.queue_kappa": 0.02,
        "venue.taker_depth": "printed",
        "policy.max_positions": 3,
        "policy.ev_margin_r": -1.0,
        "policy.equity": 20.0,
    },
    "follows": {"intent.repeg_ticks": 3, "venue.fill": "touch", "intent.entry_offset_atr": 0.1},
    "taker": {"intent.entry": "taker", "policy.opposite": "close", "intent.hold_bars": 12, "policy.ev_margin_r": -2.0},
    "context": {
        "context.trend": True,
        "context.regime": True,
        "policy.regime": "calm",
        "policy.min_regime_p": 0.2,
        "venue.leverage": 20.0,
    },
}


@pytest.mark.parametrize("case", CASES)
def test_a_session_equals_the_replay(case: str) -> None:
    shown = {name: value for name, value in CASES[case].items() if name.startswith(("context", "policy.regime"))}
    backtest = generated(CASES[case], learnt=shown)

    ledger = stepped(backtest, seed=len(case)).run()

    assert len(backtest.run.ledger.trades["net_r"]) > 5
    assert_same(ledger, backtest.run.ledger)


@pytest.mark.slow
def test_a_session_over_a_day_of_real_trades_equals_the_replay(tmp_path: Path) -> None:
    backtest = real_day(tmp_path, REAL)

    ledger = stepped(backtest, seed=1).run()

    assert len(backtest.run.ledger.trades["net_r"]) > 20
    assert_same(ledger, backtest.run.ledger)

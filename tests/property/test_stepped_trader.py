"""The trader and the venue, stepped from Python, leave the ledger of the replay, whatever the market and restarts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from psky import _core
from psky._core import Intents
from psky.decision.decide import Reason
from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.domain.trades import TradeColumns
from psky.engine.loop import LedgerTables
from psky.engine.messages import Clock, Print, VenueEvent, Verdict
from psky.engine.trader import NEVER_US, Said, Trader
from psky.engine.venue_steps import VenueSteps
from psky.live.brain import Step
from psky.live.decisions import Decided, intent_values
from psky.spec.sections import OppositeSignal, PolicySpec
from tests.engine_cases import random_intents, random_prints, tape, venue
from tests.stepped import Mind, Stepped

INSTRUMENT = Instrument(symbol="X", price_decimals=0, size_decimals=0)


@dataclass(frozen=True, slots=True)
class EngineTape:
    core: _core.Tape
    instrument: Instrument = INSTRUMENT


@dataclass
class Script:
    """Hands a trader its verdicts at their times; hears prints one by one."""

    trader: Trader
    verdicts: list[Verdict]
    feed_us: int
    now_us: int = 0

    @property
    def next_us(self) -> int:
        return min(self.trader.next_us, self.verdicts[0].intent.ts_us if self.verdicts else NEVER_US)

    def advance(self, now_us: int) -> Step | None:
        due_us = self.next_us
        if due_us > now_us:
            return None
        if self.trader.next_us == due_us:
            return self.step(due_us, self.trader.on(due_us, Clock()), delay_us=0)
        verdict = self.verdicts.pop(0)
        return self.step(due_us, self.trader.on(due_us, verdict), verdict)

    def on_trades(self, trades: TradeColumns, start: int = 0) -> tuple[int, Step | None]:
        for row in range(start, len(trades)):
            self.now_us = int(trades.ts_us[row])
            said = self.trader.on(self.now_us, Print(int(trades.price[row]), Side(trades.side[row])))
            if said:
                return row + 1, self.step(self.now_us, said)
        return len(trades), None

    def on(self, now_us: int, event: VenueEvent) -> Step:
        return self.step(now_us, self.trader.on(now_us, event))

    def on_end(self) -> Step:
        return self.step(self.now_us, self.trader.on_end(), delay_us=0)

    def step(self, ts_us: int, said: Said, verdict: Verdict | None = None, delay_us: int | None = None) -> Step:
        return Step(
            ts_us=ts_us,
            sent_us=ts_us + (self.feed_us if delay_us is None else delay_us),
            decided=() if verdict is None else (accepted(verdict),),
            commands=said.commands,
            records=said.records,
        )


def accepted(verdict: Verdict) -> Decided:
    return Decided(
        row=verdict.row,
        intent=verdict.intent,
        expected_entry_ticks=math.nan,
        features=np.empty(0),
        p=math.nan,
        p_lower=math.nan,
        gain_r=math.nan,
        loss_r=math.nan,
        trend_p=math.nan,
        regime_p=math.nan,
        ev_r=math.nan,
        ev_lower_r=math.nan,
        reason=Reason.ENTER,
    )


@given(
    seed=st.integers(0, 10_000),
    opposite=st.sampled_from(get_args(OppositeSignal)),
    positions=st.integers(1, 3),
    fill=st.sampled_from(["touch", "queue", "through"]),
    ahead=st.integers(0, 9),
    latency_us=st.integers(0, 50),
    feed_us=st.integers(0, 30),
    repeg=st.integers(0, 3),
    maker=st.booleans(),
    taker_depth=st.sampled_from(["unlimited", "printed"]),
    leverage=st.sampled_from([0.0, 200.0]),
)
def test_a_stepped_trader_leaves_the_ledger_of_the_replay(
    seed: int,
    opposite: OppositeSignal,
    positions: int,
    feed_us: int,
    repeg: int,
    *,
    maker: bool,
    **config: Any,  # noqa: ANN401 - of the venue
) -> None:
    prints, policy = random_prints(seed), PolicySpec(opposite=opposite, max_positions=positions)
    intents = pegged(random_intents(seed, prints, maker=maker), repeg)
    where = venue(
        feed_latency_us=feed_us,
        cancel_latency_us=config["latency_us"],
        queue_ahead_lots=config.pop("ahead"),
        slippage_ticks=1,
        taker_fee_rate=0.001,
        **config,
    )
    tape_ = EngineTape(tape(prints))
    stamps = [(ts_us, 1e-3 * (-1) ** at, 1000) for at, ts_us in enumerate(range(95, prints[-1].ts_us, 700))]
    ts_us, rate, mark = zip(*stamps, strict=True)
    funding = _core.Funding(np.array(ts_us, np.int64), np.array(rate), np.array(mark, np.float64))
    expected = _core.replay(
        tape_.core, intents, np.arange(len(intents)), where, opposite, max_positions=positions, funding=funding
    )

    draw = np.random.default_rng(seed)
    session = Stepped(
        brain=Script(Trader(policy, "p"), [Verdict(*pair) for pair in enumerate(intent_values(intents))], feed_us),
        venue=VenueSteps(tape_, where),
        trades=TradeColumns(
            ts_us=np.array([p.ts_us for p in prints]),
            price=np.array([p.price for p in prints], np.float64),
            size=np.array([p.size for p in prints], np.float64),
            side=np.array([p.side for p in prints], np.int8),
            tick_direction=np.zeros(len(prints), np.int8),
            flags=np.zeros(len(prints), np.uint8),
        ),
        stamps=stamps,
        follows=repeg > 0,
        restart=lambda mind: restarted(mind, policy, draw),
        chunk=lambda: int(draw.integers(1, 9)),
    )
    found = session.run()

    for name in ("skips", "orders", "fills", "trades", "equity"):
        columns = getattr(LedgerTables.of(expected), name)
        for column, values in columns.items():
            np.testing.assert_array_equal(found.tables[name][column], values, err_msg=f"{name}.{column}")


def restarted(mind: Mind, policy: PolicySpec, draw: np.random.Generator) -> Mind:
    assert isinstance(mind, Script)
    if draw.random() < 0.1:
        mind.trader = Trader.restore(policy, "p", mind.trader.save())
    return mind


def pegged(intents: Intents, repeg_ticks: int) -> Intents:
    names = ("ts_us", "side", "limit_ticks", "stop_distance_ticks", "target_distance_ticks", "qty_lots")
    columns = [getattr(intents, name) for name in (*names, "entry_ttl_us", "hold_us")]
    return Intents(*columns, repeg_ticks=repeg_ticks)

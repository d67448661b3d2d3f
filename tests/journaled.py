"""A session in steps with the journal that it would leave."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np

from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.engine.messages import VenueEvent
from psky.engine.trader import Trader
from psky.engine.venue import venue_config
from psky.engine.venue_steps import VenueSteps
from psky.learn.bundle import Bundle
from psky.live.brain import Brain, Step
from psky.live.desk import command_of, verdict_of
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.market.tape import MarketTape
from psky.replay.ledger import Ledger
from psky.spec.spec import Spec
from tests.stepped import Stepped


def session_of(
    bundle: Bundle, tape: MarketTape, trades: TradeColumns, spec: Spec, start_us: int, prefix: str
) -> tuple[list[Row], Ledger]:
    """Return the journal and the ledger of a session over a tape from a time on, warmed with what lies before."""
    known = int(np.searchsorted(trades.ts_us, start_us))
    brain = Noting(Brain(bundle, spec, tape.instrument, prefix, decide_from_us=start_us), tape.instrument)
    history, at = trades.take(slice(0, known)), 0
    while at < known:
        at, _ = brain.brain.on_trades(history, at)
    first_us, last_us = int(history.ts_us[0]), int(history.ts_us[-1])
    brain.note(last_us, records.Warmed(tape=tape.fingerprint, rows=known, start_us=first_us, end_us=last_us))
    brain.note(last_us, records.Started(run=1, pid=1, restored_seq=0, decide_from_us=start_us))
    venue, draw = VenueSteps(tape, venue_config(spec, tape.instrument)), np.random.default_rng(3)
    stepped = Stepped(
        brain=brain, venue=venue, trades=trades, first_row=known, chunk=lambda: int(draw.integers(1, 200))
    )
    ledger = stepped.run()
    return brain.rows, ledger


@dataclasses.dataclass
class Noting:
    """A brain that notes what it hears and says, as the desk of a session does."""

    brain: Brain
    instrument: Instrument
    rows: list[Row] = dataclasses.field(default_factory=list)

    @property
    def trader(self) -> Trader:
        return self.brain.trader

    @property
    def next_us(self) -> int:
        return self.brain.next_us

    def advance(self, now_us: int) -> Step | None:
        self.note(now_us, records.Clock())
        return self.said(self.brain.advance(now_us))

    def on_trades(self, trades: TradeColumns, start: int = 0) -> tuple[int, Step | None]:
        if start == 0:
            self.note(int(trades.ts_us[-1]), noted(trades, self.instrument))
        row, step = self.brain.on_trades(trades, start)
        return row, self.said(step)

    def on(self, now_us: int, event: VenueEvent) -> Step:
        self.note(now_us, records.Venue(name="", event=msgspec.to_builtins(event), source="stream"))
        step = self.brain.on(now_us, event)
        self.said(step)
        return step

    def on_end(self) -> Step:
        self.note(self.brain.now_us, records.Left())
        step = self.brain.on_end()
        self.said(step)
        return step

    def said(self, step: Step | None) -> Step | None:
        if step is None:
            return None
        for decided in step.decided:
            self.note(step.ts_us, verdict_of(decided))
        for command in step.commands:
            self.note(step.ts_us, command_of(command, step.sent_us, "trader"))
        for record in step.records:
            self.note(step.ts_us, records.Outcome(record=msgspec.to_builtins(record)))
        return step

    def note(self, ts_us: int, record: records.Record) -> None:
        read = msgspec.json.decode(msgspec.json.encode(record), type=type(record))
        self.rows.append(Row(seq=len(self.rows) + 1, ts_us=ts_us, at_us=0, record=read))


def noted(trades: TradeColumns, instrument: Instrument) -> records.Trades:
    return records.Trades(
        ts_us=trades.ts_us.tolist(),
        price_ticks=np.rint(trades.price / instrument.tick_size).astype(int).tolist(),
        lots=np.rint(trades.size / instrument.lot_size).astype(int).tolist(),
        side=trades.side.tolist(),
        tick_direction=trades.tick_direction.tolist(),
        flags=trades.flags.tolist(),
        feed_seq=list(range(len(trades))),
    )

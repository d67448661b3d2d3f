"""A session's journal is audited: nothing differs where nothing was changed, and whatever was changed is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from psky.domain.trades import TradeColumns
from psky.engine.messages import VenueEvent
from psky.engine.trader import Trader
from psky.engine.venue import venue_config
from psky.engine.venue_steps import VenueSteps
from psky.errors import UsageError
from psky.learn.bundle import Bundle
from psky.live.audit import Audit, audit_evidence, audit_inputs
from psky.live.brain import Brain, Step
from psky.live.decisions import Decider
from psky.live.desk import command_of, verdict_of
from psky.live.drift import drift, known_of
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.live.recorded import backtest, brain_as_it_began, recorded_tape
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part, holdout
from psky.replay.run import train
from tests import house
from tests.stepped import Stepped

PREFIX = "audit"


@dataclasses.dataclass
class Noting:
    """A brain that notes what it hears and says, as the desk of a session does."""

    brain: Brain
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
            self.note(int(trades.ts_us[-1]), noted(trades))
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


def noted(trades: TradeColumns) -> records.Trades:
    return records.Trades(
        ts_us=trades.ts_us.tolist(),
        price_ticks=np.rint(trades.price / house.INSTRUMENT.tick_size).astype(int).tolist(),
        lots=np.rint(trades.size / house.INSTRUMENT.lot_size).astype(int).tolist(),
        side=trades.side.tolist(),
        tick_direction=trades.tick_direction.tolist(),
        flags=trades.flags.tolist(),
        feed_seq=list(range(len(trades))),
    )


@dataclasses.dataclass(frozen=True)
class Heard:
    rows: list[Row]
    ledger: Ledger
    bundle: Bundle
    part: Part
    history: TradeColumns


@pytest.fixture(scope="module")
def session(dataset: Dataset) -> Heard:
    part, trades = holdout(dataset), house.columns()
    bundle = train(dataset, part)
    known = int(np.searchsorted(trades.ts_us, part.start_us))
    brain = Noting(Brain(bundle, house.QUICK, house.INSTRUMENT, PREFIX, decide_from_us=part.start_us))
    history, at = trades.take(slice(0, known)), 0
    while at < known:
        at, _ = brain.brain.on_trades(history, at)
    span = int(history.ts_us[0]), int(history.ts_us[-1])
    brain.note(span[1], records.Warmed(tape="tape", rows=known, start_us=span[0], end_us=span[1]))
    venue = VenueSteps(dataset.tape, venue_config(house.QUICK, house.INSTRUMENT))
    draw = np.random.default_rng(3)
    stepped = Stepped(
        brain=brain, venue=venue, trades=trades, first_row=known, chunk=lambda: int(draw.integers(1, 200))
    )
    return Heard(rows=brain.rows, ledger=stepped.run(), bundle=bundle, part=part, history=trades)


def audited(session: Heard, rows: list[Row]) -> Audit:
    brain = brain_as_it_began(rows, session.history, session.bundle, house.QUICK, house.INSTRUMENT, PREFIX)
    return audit_inputs(rows, brain, house.INSTRUMENT)


def evident(session: Heard, rows: list[Row]) -> Audit:
    return audit_evidence(rows, Decider(session.bundle, house.QUICK, house.INSTRUMENT))


def test_nothing_differs_in_a_journal_as_it_was_written(session: Heard) -> None:
    found = audited(session, session.rows)

    assert found.differences == evident(session, session.rows).differences == ()
    assert found.verdicts == len(session.ledger.verdicts["p"]) > 50
    assert found.commands > found.outcomes > 5


def tampered(rows: list[Row], kind: type[records.Record], change: Callable[[Any], records.Record]) -> list[Row]:
    """Return the rows with the tenth record of a kind changed."""
    at = [number for number, row in enumerate(rows) if isinstance(row.record, kind)][9]
    return [*rows[:at], dataclasses.replace(rows[at], record=change(rows[at].record)), *rows[at + 1 :]]


@pytest.mark.parametrize("field", ["p", "ev_lower_r", "loss_r", "reason"])
def test_a_changed_verdict_is_found_from_its_evidence_and_from_the_trades(session: Heard, field: str) -> None:
    rows = tampered(
        session.rows, records.Verdict, lambda one: msgspec.structs.replace(one, **{field: getattr(one, field) + 1})
    )

    for what, found in (("verdict", audited(session, rows)), ("evidence", evident(session, rows))):
        assert field in {one.field for one in found.differences}
        assert {one.what for one in found.differences} == {what}


def test_changed_features_are_found(session: Heard) -> None:
    rows = tampered(
        session.rows,
        records.Verdict,
        lambda one: msgspec.structs.replace(one, features=np.zeros(len(one.features) // 8).tobytes()),
    )

    assert [one.field for one in audited(session, rows).differences] == ["features"]
    assert {one.what for one in evident(session, rows).differences} <= {"evidence"}


def test_changed_trades_commands_and_outcomes_are_found(session: Heard) -> None:
    def dearer(one: records.Trades) -> records.Trades:
        return msgspec.structs.replace(one, price_ticks=[ticks + 40 for ticks in one.price_ticks])

    def larger(one: records.Command) -> records.Command:
        return msgspec.structs.replace(one, command=one.command | {"order_id": 1})

    def luckier(one: records.Outcome) -> records.Outcome:
        return msgspec.structs.replace(one, record=one.record | {"intent": 10**6})

    assert audited(session, tampered(session.rows, records.Trades, dearer)).differences
    assert {one.what for one in audited(session, tampered(session.rows, records.Command, larger)).differences} == {
        "command"
    }
    (one,) = audited(session, tampered(session.rows, records.Outcome, luckier)).differences
    assert (one.what, one.field, one.journaled) == ("outcome", "intent", "1000000")


def test_a_verdict_that_was_not_noted_is_found(session: Heard) -> None:
    last = max(number for number, row in enumerate(session.rows) if isinstance(row.record, records.Verdict))

    found = audited(session, [row for number, row in enumerate(session.rows) if number != last]).differences

    assert [(one.seq, one.what, one.journaled) for one in found] == [(0, "verdict", "nothing")]


def test_another_history_is_refused(session: Heard) -> None:
    with pytest.raises(UsageError, match="warmed with"):
        recorded_tape(session.rows, session.history.take(slice(5, None)), house.INSTRUMENT)


def test_the_backtest_of_the_recorded_tape_is_the_session(session: Heard) -> None:
    tape = recorded_tape(session.rows, session.history, house.INSTRUMENT)

    found = drift(
        session.ledger, backtest(tape, house.QUICK, session.bundle, session.part.start_us), known_of(session.rows)
    )

    assert found.drifted == ()
    assert found.same == found.backtest_trades > 5

"""A session's journal is audited: nothing differs where nothing was changed, and whatever was changed is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from psky.domain.trades import TradeColumns
from psky.errors import UsageError
from psky.learn.bundle import Bundle
from psky.live.audit import Audit, audit_evidence, audit_inputs
from psky.live.decisions import Decider
from psky.live.drift import drift, known_of
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.live.recorded import backtest, brain_as_it_began, recorded_tape
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.periods import Part, holdout
from psky.replay.run import train
from tests import house
from tests.journaled import session_of

PREFIX = "audit"


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
    rows, ledger = session_of(bundle, dataset.tape, trades, house.QUICK, part.start_us, PREFIX)
    return Heard(rows=rows, ledger=ledger, bundle=bundle, part=part, history=trades)


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


def test_a_verdict_that_is_missing_is_found_even_where_none_came_before(session: Heard) -> None:
    first = next(row for row in session.rows if isinstance(row.record, records.Verdict))
    assert isinstance(first.record, records.Verdict)

    found = audited(session, [row for row in session.rows if row is not first]).differences

    assert found
    assert (found[0].what, found[0].field, found[0].recomputed) == ("verdict", "ts_us", str(first.ts_us))


def test_a_journal_that_does_not_say_from_when_on_it_decided_is_taken_at_its_first_verdict(session: Heard) -> None:
    rows = [row for row in session.rows if not isinstance(row.record, records.Started)]
    assert audited(session, rows).differences == ()


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

"""Every decision of a session once more: what its journal says against what the same model makes of the same inputs.

A brain is a function of what it heard. So another one that hears the journal says the same verdicts, commands and
outcomes, to the last bit; and each verdict also follows from the evidence that was noted beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import numpy as np

from psky.domain.instrument import Instrument
from psky.engine.intents import Intents
from psky.engine.messages import intent_of
from psky.live.brain import Brain, Step
from psky.live.decisions import Decided, Decider
from psky.live.desk import command_of, verdict_of
from psky.live.journal import records
from psky.live.journal.reader import Row
from psky.live.ledger import decided_of
from psky.live.recovery import heard

_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value of the journal that does not follow from the rest of it."""

    seq: int
    """The record; 0 where there should be one and is none."""
    what: str
    """`verdict` (from its inputs), `evidence` (a verdict from what is noted beside it), `command` or `outcome`."""
    intent: int
    field: str
    journaled: str
    recomputed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What was recomputed, and what of it differs: nothing, in a journal that can be trusted."""

    verdicts: int
    commands: int
    outcomes: int
    differences: tuple[Difference, ...]


def audit_evidence(rows: Iterable[Row], decider: Decider) -> Audit:
    """Recompute each verdict from the features, the proposal and the expected price that are noted beside it."""
    noted = [(row.seq, decided_of(row.record, row.ts_us)) for row in rows if isinstance(row.record, records.Verdict)]
    found = [
        difference
        for seq, decided in noted
        for difference in _apart(seq, "evidence", decided.row, _plain(decided), _plain(_again(decider, decided)))
        if difference.field != "held"  # which is the driver's
    ]
    return Audit(verdicts=len(noted), commands=0, outcomes=0, differences=tuple(found))


def audit_inputs(rows: Iterable[Row], brain: Brain, instrument: Instrument) -> Audit:
    """Let a brain that is as the session's was at its beginning hear a journal, and compare what it says.

    Of verdicts the features too are compared, so this checks them from the trades on.
    """
    said = _Said()
    for row in rows:
        for step in heard(brain, row.record, row.ts_us, instrument):
            said.expect(step)
        said.meet(row)
    return said.result()


def _again(decider: Decider, decided: Decided) -> Decided:
    intent = decided.intent
    side, *terms, repeg_ticks = intent.terms.values()
    columns: list[Any] = [np.array([intent.ts_us]), np.array([side], np.int8), *(np.array([value]) for value in terms)]
    intents = Intents(*columns, repeg_ticks=repeg_ticks)
    entry_ticks = np.array([decided.expected_entry_ticks])
    (found,) = decider.verdicts(decided.features[None], intents, entry_ticks, decided.row)
    return found


Plain = dict[str, Any]


@dataclass(slots=True)
class _Said:
    """What a brain said that was not met in the journal yet, by kind and in order."""

    waiting: dict[str, deque[tuple[int, Plain]]] = field(
        default_factory=lambda: {kind: deque() for kind in ("verdict", "command", "outcome")}
    )
    met: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("verdict", "command", "outcome"), 0))
    differences: list[Difference] = field(default_factory=list)

    def expect(self, step: Step) -> None:
        self.waiting["verdict"] += [(decided.row, _plain(decided)) for decided in step.decided]
        for command in step.commands:
            noted = command_of(command, step.sent_us, "trader")
            self.waiting["command"].append((intent_of(command.order_id), _command(noted)))
        self.waiting["outcome"] += [(record.intent, msgspec.to_builtins(record)) for record in step.records]

    def meet(self, row: Row) -> None:
        for kind, intent, plain in _outputs(row):
            self.met[kind] += 1
            _, expected = self.waiting[kind].popleft() if self.waiting[kind] else (intent, {})
            self.differences += _apart(row.seq, kind, intent, plain, expected)

    def result(self) -> Audit:
        missing = [
            Difference(seq=0, what=kind, intent=intent, field="all", journaled=_NOTHING, recomputed=str(plain))
            for kind, left in self.waiting.items()
            for intent, plain in left
        ]
        return Audit(
            verdicts=self.met["verdict"],
            commands=self.met["command"],
            outcomes=self.met["outcome"],
            differences=(*self.differences, *missing),
        )


def _outputs(row: Row) -> Iterator[tuple[str, int, Plain]]:
    match row.record:
        case records.Verdict() as verdict:
            yield "verdict", verdict.row, _plain(decided_of(verdict, row.ts_us))
        case records.Command() as command:
            yield "command", intent_of(command.command["order_id"]), _command(command)
        case records.Outcome() as outcome:
            yield "outcome", outcome.record["intent"], outcome.record
        case _:
            pass


def _plain(decided: Decided) -> Plain:
    # As it is noted, and when: NaN is equal to itself there, and features are equal bit by bit.
    noted: Plain = msgspec.json.decode(msgspec.json.encode(verdict_of(decided)))
    return {"ts_us": decided.intent.ts_us} | noted


def _command(command: records.Command) -> Plain:
    return {"sent_us": command.sent_us, **command.command}


def _apart(seq: int, what: str, intent: int, journaled: Plain, recomputed: Plain) -> list[Difference]:
    if not recomputed:
        journaled, recomputed = {"all": journaled}, {"all": _NOTHING}
    pairs = ((name, value, recomputed.get(name)) for name, value in journaled.items())
    return [
        Difference(seq=seq, what=what, intent=intent, field=name, journaled=str(ours), recomputed=str(theirs))
        for name, ours, theirs in pairs
        if ours != theirs
    ]

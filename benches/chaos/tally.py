"""What a journal says was sent and executed, counted: nothing may be there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from psky.engine.codes import OrderKind
from psky.engine.messages import Filled, intent_of
from psky.live.journal import records
from psky.live.recovery import event_of


@dataclass(slots=True)
class Tally:
    """Counts by name of order, by intent and by number of execution."""

    names: Counter[str] = field(default_factory=Counter)
    entries: Counter[int] = field(default_factory=Counter)
    executions: Counter[int] = field(default_factory=Counter)
    largest_lots: int = 0
    """Of an entry."""

    def take(self, record: records.Record) -> None:
        """Count the next record."""
        match record:
            case records.Command() if record.op == "place":
                self.names[record.name] += 1
                if record.command["kind"] == OrderKind.ENTRY:
                    self.entries[intent_of(record.command["order_id"])] += 1
                    self.largest_lots = max(self.largest_lots, record.command["lots"])
            case records.Venue():
                event = event_of(record)
                if isinstance(event, Filled):
                    self.executions[event.execution] += 1
            case records.Booked():
                self.executions[record.execution] += 1
            case _:
                pass

    def entered_again(self) -> Iterator[str]:
        """Say which intents entered more than once."""
        return (f"intent {intent} entered {n} times" for intent, n in self.entries.items() if n > 1)

    def noted_again(self) -> Iterator[str]:
        """Say which executions were noted more than once."""
        return (f"execution {n} noted {times} times" for n, times in self.executions.items() if times > 1)

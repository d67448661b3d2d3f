"""What frames tell a session: trades for the brain, events of our orders, positions, and what is none of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from psky.errors import ExchangeError
from psky.live.desk import Desk, Heard
from psky.live.exchange.states import Reading, Words
from psky.live.feed.frames import Frame, Topic
from psky.live.feed.sockets import Arrival
from psky.live.feed.trades import PublicTrade, TradeFeed
from psky.live.guard import Rule
from psky.live.journal import records
from psky.live.leaving import Leaving
from psky.live.pace import Turn
from psky.live.translate import FUNDING, event_of_execution, event_of_state
from psky.live.watch import Watch
from psky.log import logger

_LOG = logger(__name__)


class Source(Protocol):
    """A socket under supervision."""

    def restart(self, why: str) -> None:
        """Drop the connection, which is silent or in doubt; another is made."""


@dataclass(slots=True, kw_only=True)
class Ears:
    """Reads the frames of a turn. `recent_trades` asks REST for what was missed; None where nothing can be."""

    desk: Desk
    watch: Watch
    leaving: Leaving
    reading: Reading
    sources: Mapping[str, Source]
    recent_trades: Callable[[], Sequence[Words]] | None
    feed: TradeFeed
    wants_reconciliation: bool = True
    """Something may have happened unseen."""
    _silent: set[str] = field(default_factory=set)

    def hear(self, turn: Turn) -> tuple[list[PublicTrade], list[Heard]]:
        """Return the trades of a turn, and the events of our orders, each in order."""
        trades: list[PublicTrade] = []
        heard: list[Heard] = []
        for arrival, frame in turn.arrivals:
            if frame is None:
                trades += self._up_or_down(arrival)
                continue
            self.watch.heard_us[arrival.channel] = arrival.at_us
            if frame.topic is Topic.TRADES:
                trades += self._noting(*self.feed.stream(frame.rows))
            else:
                heard += self._private(arrival, frame)
        return [one for one in trades if one.ts_us >= self.desk.brain.now_us], heard

    def _up_or_down(self, arrival: Arrival) -> list[PublicTrade]:
        _LOG.info("socket", channel=arrival.channel, what=arrival.what, generation=arrival.generation)
        if arrival.channel == "private":
            self.wants_reconciliation = True
            return []
        if arrival.what == "down":
            self.feed.suspect("the connection was lost")
            return []
        return self._backfill()

    def _backfill(self) -> list[PublicTrade]:
        if not self.feed.is_suspect or self.recent_trades is None:
            return []
        try:
            return self._noting(*self.feed.backfill(self.recent_trades()))
        except ExchangeError as error:  # the stream's next trade tells the gap
            _LOG.warning("no backfill", error=error)
            return []

    def _noting(self, trades: list[PublicTrade], gap: records.Gap | None) -> list[PublicTrade]:
        if gap is not None:
            self.desk.note(gap, gap.end_us)
        return trades

    def _private(self, arrival: Arrival, frame: Frame) -> list[Heard]:
        match frame.topic:
            case Topic.REFUSED:
                self.desk.pull(Rule.FATAL, f"the {arrival.channel} socket was refused: {frame.message}")
            case Topic.ORDER:
                return [one for words in frame.rows for one in self._order(words)]
            case Topic.EXECUTION:
                return [one for words in frame.rows for one in self._execution(words)]
            case Topic.POSITION:
                for words in frame.rows:
                    if words.get("symbol") == self.desk.rules.symbol:
                        self.watch.position = self.reading.position(words)
            case Topic.OTHER if frame.message:
                self.sources[arrival.channel].restart(frame.message)
            case _:
                pass
        return []

    def _order(self, words: Words) -> list[Heard]:
        state = self.reading.order(words)
        order_id = self.reading.id_of(state.name)
        own = None if order_id is None else self.desk.orders.find(order_id)
        event = None if own is None else event_of_state(state, own)
        if event is None or not self.desk.orders.is_news(event):
            return []
        return [Heard(event=event, source="stream", raw=dict(words))]

    def _execution(self, words: Words) -> list[Heard]:
        if words.get("symbol") != self.desk.rules.symbol:
            return []
        execution = self.reading.execution(words)
        event = event_of_execution(execution, self.desk.orders)
        if event is None:
            known = execution.fill.execution in self.desk.executions
            self.leaving.book(execution, dict(words))
            if not known and not self.leaving.is_closing(execution.name) and self.reading.id_of(execution.name) is None:
                what = f"{execution.kind} {execution.name}".rstrip()
                self.desk.pull(Rule.DISAGREEMENT, f"an execution that is no order of the trader's: {what}")
            return []
        if execution.kind == FUNDING:
            self.leaving.book(execution, dict(words))
        return [Heard(event=event, source="stream", raw=dict(words))] if self.desk.orders.is_news(event) else []

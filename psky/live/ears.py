"""What frames tell a session: trades for the brain, events of our orders, positions, and what is none of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from psky.errors import ExchangeError
from psky.live.desk import Desk, Heard
from psky.live.exchange.states import Reading, Words
from psky.live.feed.ear import TradeEar
from psky.live.feed.frames import Frame, Topic
from psky.live.feed.sockets import Arrival
from psky.live.feed.trades import PublicTrade
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
    """Reads the frames of a turn; `public` hears the trades among them."""

    desk: Desk
    watch: Watch
    leaving: Leaving
    reading: Reading
    sources: Mapping[str, Source]
    public: TradeEar
    wants_reconciliation: bool = True
    """Something may have happened unseen."""

    def hear(self, turn: Turn) -> tuple[list[PublicTrade], list[Heard]]:
        """Return the trades of a turn, and the events of our orders, each in order."""
        trades: list[PublicTrade] = []
        heard: list[Heard] = []
        for arrival, frame in turn.arrivals:
            if frame is None:
                self._up_or_down(arrival)
            # A public socket that only answers pings is as silent as one that does not.
            elif arrival.channel == "private" or frame.topic is Topic.TRADES:
                self.watch.heard_us[arrival.channel] = arrival.at_us
            if arrival.channel == "public":
                trades += self._noting(*self.public.hear(arrival, frame))
            if frame is not None and frame.topic is not Topic.TRADES:
                heard += self._told(arrival, frame)
        return self._in_time(trades), heard

    def _in_time(self, trades: list[PublicTrade]) -> list[PublicTrade]:
        """Leave out trades of a time that was handed over already, and note that they are missing."""
        now_us = self.desk.brain.now_us
        late = [one for one in trades if one.ts_us < now_us]
        if late:
            reason = f"{len(late)} came after their time was over"
            self.desk.note(records.Gap(feed="trades", start_us=late[0].ts_us, end_us=now_us, reason=reason), now_us)
        return [one for one in trades if one.ts_us >= now_us]

    def _up_or_down(self, arrival: Arrival) -> None:
        _LOG.info("socket", channel=arrival.channel, what=arrival.what, generation=arrival.generation)
        if arrival.channel == "private":
            self.wants_reconciliation = True

    def _noting(self, trades: list[PublicTrade], gap: records.Gap | None) -> list[PublicTrade]:
        if gap is not None:
            self.desk.note(gap, gap.end_us)
        return trades

    def _told(self, arrival: Arrival, frame: Frame) -> list[Heard]:
        if arrival.channel == "private" and frame.is_subscription:
            self.wants_reconciliation = True  # what happened between its connection and now was told to nobody
        try:
            return self._private(arrival, frame)
        except ExchangeError as error:  # about an order or a position of ours, which then is unknown
            self.desk.pull(Rule.DISAGREEMENT, f"the exchange said of {frame.topic} what cannot be read: {error}")
            return []

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
            case Topic.OTHER if frame.is_damaged:
                self.sources[arrival.channel].restart(frame.message)
            case _:
                pass
        return []

    def _order(self, words: Words) -> list[Heard]:
        if words.get("symbol") != self.desk.rules.symbol:
            return []
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

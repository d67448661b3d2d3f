"""How time passes for a session: as it does (`FreePace`), or in lock-step with a paced simulator (`LockstepPace`).

A pace gives the session one turn after another: the frames to handle, and the market time that it may then move on to.
All else of the driver is the same code for both.
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from psky.engine.messages import Amend, Command
from psky.engine.trader import NEVER_US
from psky.errors import ExchangeError
from psky.live.exchange.port import Sending
from psky.live.feed.frames import Frame, Topic, read_frame
from psky.live.feed.sockets import Arrival, Inbox

LAG_S: Final = 1.0
"""How long after its time a trade may arrive: time is handed over so much later."""
_TURN_S: Final = 0.05
_PATIENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happened: sockets up and down and frames in order of handling; then time is `until_us`.

    `now_us` is the market's time of the turn, which events of it are heard at. No trade before `until_us` can come any
    more; `over` says that the market has closed for good.
    """

    arrivals: Sequence[tuple[Arrival, Frame | None]]
    now_us: int
    until_us: int
    over: bool = False


class Pace(Protocol):
    """Time for a session."""

    def turn(self) -> Turn:
        """Wait for the next turn.

        Raises:
            ExchangeError: the simulator does not keep to the protocol.
        """

    def declare(self, command: Command, sending: Sending) -> None:
        """Tell a simulator when a command leaves, before it does."""

    def done(self, wake_us: int) -> None:
        """End the turn; the next comes at `wake_us` in market time at the latest."""

    def close(self) -> None:
        """Let go."""


class FreePace:
    """The wall clock, as the market tells time: `market_us(wall us)`; `speed` is market seconds a wall second."""

    def __init__(self, inbox: Inbox, market_us: Callable[[int], int], *, speed: float = 1.0) -> None:
        self._inbox = inbox
        self._market_us = market_us
        self._lag_us = int(LAG_S * speed * 1e6)

    def turn(self) -> Turn:
        """Return what has come, after waiting a little for the first."""
        arrivals = []
        try:
            arrivals.append(self._inbox.get(timeout=_TURN_S))
            while True:
                arrivals.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        now_us = self._market_us(time.time_ns() // 1000)
        return Turn(arrivals=[_read(one) for one in arrivals], now_us=now_us, until_us=now_us - self._lag_us)

    def declare(self, command: Command, sending: Sending) -> None:
        """Nobody wants to know."""

    def done(self, wake_us: int) -> None:
        """Time does not wait."""

    def close(self) -> None:
        """Nothing to let go of."""


class LockstepPace:
    """A paced simulator at `address` (`ws://127.0.0.1:PORT`), which waits until we have done with each of its ticks."""

    def __init__(self, inbox: Inbox, address: str) -> None:
        import websocket  # noqa: PLC0415 - comes with pybit

        self._inbox = inbox
        self._socket = websocket.create_connection(f"{address}/sim/pace", timeout=_PATIENCE_S)
        self._counts = {"public": 0, "private": 0}
        self._waiting = False

    def turn(self) -> Turn:
        """Return the next tick with all frames that belong to it: public ones first, as a replay hears them."""
        tick = self._heard()
        if tick.get("op") == "end":
            return Turn(arrivals=(), now_us=int(tick["ts_us"]), until_us=int(tick["ts_us"]), over=True)
        if tick.get("op") != "tick":
            raise ExchangeError(f"expected a tick of the simulator, found {tick}")
        self._waiting = True
        arrivals = self._until(int(tick["public"]), int(tick["private"]))
        arrivals.sort(key=lambda one: one[0].channel != "public")
        now_us = int(tick["ts_us"])
        return Turn(arrivals=arrivals, now_us=now_us, until_us=now_us)

    def declare(self, command: Command, sending: Sending) -> None:
        """Tell when a command leaves, and wait until that is known."""
        self._say(
            {
                "op": "timing",
                "orderLinkId": command.name,
                "version": command.version if isinstance(command, Amend) else 0,
                "sent_us": sending.sent_us,
                "armed": command.armed,
            }
        )
        answer = self._heard()
        if answer.get("op") != "ok":
            raise ExchangeError(f"expected the simulator to note when a command leaves, found {answer}")

    def done(self, wake_us: int) -> None:
        """Let simulated time go on."""
        if self._waiting:
            self._waiting = False
            self._say({"op": "done", "wake_us": None if wake_us == NEVER_US else wake_us})

    def close(self) -> None:
        """Leave: the simulator no longer waits for us."""
        self._socket.close()

    def _until(self, public: int, private: int) -> list[tuple[Arrival, Frame | None]]:
        arrivals = []
        while self._counts["public"] < public or self._counts["private"] < private:
            try:
                arrival = self._inbox.get(timeout=_PATIENCE_S)
            except queue.Empty as error:
                raise ExchangeError(
                    f"expected {public} public and {private} private frames from the simulator, found {self._counts}"
                ) from error
            arrivals.append(_read(arrival))
            frame = arrivals[-1][1]
            if frame is not None and frame.number:
                self._counts[arrival.channel] = frame.number
        return arrivals

    def _say(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))

    def _heard(self) -> dict[str, Any]:
        import websocket  # noqa: PLC0415 - comes with pybit

        try:
            message: dict[str, Any] = json.loads(self._socket.recv())
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise ExchangeError(f"expected a message of the simulator's pace, found: {error}") from error
        return message


def _read(arrival: Arrival) -> tuple[Arrival, Frame | None]:
    if arrival.what != "frame":
        return arrival, None
    try:
        return arrival, read_frame(arrival.text)
    except ExchangeError as error:  # one that was cut: what it said is missing, and found by asking
        return arrival, Frame(topic=Topic.OTHER, rows=(), message=str(error))

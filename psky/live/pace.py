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

from psky.domain.time import steady_us
from psky.engine.messages import Amend, Command
from psky.engine.trader import NEVER_US
from psky.errors import ExchangeError
from psky.live.exchange.port import Sending
from psky.live.feed.frames import Frame
from psky.live.feed.sockets import Arrival, Inbox, drained, frame_of

LAG_S: Final = 1.0
"""How long after its time a trade may arrive: time is handed over so much later."""
_TURN_S: Final = 0.05
_PATIENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What happened: sockets up and down and frames in order of handling; then time is `until_us`.

    `now_us` is the market's time of the turn, which events of it are heard at. No trade before `until_us` can come any
    more. With `closes` the last trade was among them, and what is open should be left; `over` says that it is all over.
    """

    arrivals: Sequence[tuple[Arrival, Frame | None]]
    now_us: int
    until_us: int
    closes: bool = False
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

    def done(self, wake_us: int, quiet: tuple[int, int]) -> None:
        """End the turn; the next comes at `wake_us` in market time, or earlier with a price outside of `quiet`."""

    def close(self) -> None:
        """Let go."""


class FreePace:
    """The wall clock, as the market tells time: `market_us(wall us)`; `speed` is market seconds a wall second."""

    def __init__(
        self,
        inbox: Inbox,
        market_us: Callable[[int], int],
        *,
        speed: float = 1.0,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        self._inbox = inbox
        self._market_us = market_us
        self._lag_us = int(LAG_S * speed * 1e6)
        self._is_over = is_over

    def turn(self) -> Turn:
        """Return what has come, after waiting a little for the first."""
        arrivals = drained(self._inbox, _TURN_S)
        now_us = self._market_us(steady_us())
        return Turn(
            arrivals=arrivals,
            now_us=now_us,
            until_us=now_us - self._lag_us,
            over=not arrivals and self._is_over(),
        )

    def declare(self, command: Command, sending: Sending) -> None:
        """Nobody wants to know."""

    def done(self, wake_us: int, quiet: tuple[int, int]) -> None:
        """Time does not wait."""

    def close(self) -> None:
        """Nothing to let go of."""


class LockstepPace:
    """A paced simulator at `address` (`ws://127.0.0.1:PORT`), which waits until we have done with each of its ticks.

    With a `speed` we let it go on no faster than that, in seconds of the tape a second; 0 is as fast as can be.
    """

    def __init__(self, inbox: Inbox, address: str, *, speed: float = 0.0) -> None:
        import websocket  # noqa: PLC0415 - comes with pybit

        self._inbox = inbox
        self._socket = websocket.create_connection(f"{address}/sim/pace", timeout=_PATIENCE_S)
        self._counts = {"public": 0, "private": 0}
        self._now_us = 0
        self._speed = speed
        self._began: tuple[int, float] | None = None
        self._is_waiting = False
        self._has_acted = False

    def turn(self) -> Turn:
        """Return the next tick with all frames that belong to it: public ones first, as a replay hears them."""
        tick = self._heard()
        if tick.get("op") != "tick":
            raise ExchangeError(f"expected a tick of the simulator, found {tick}")
        self._is_waiting, self._has_acted = not tick["over"], False
        self._now_us = int(tick["ts_us"])
        arrivals = self._until(int(tick["public"]), int(tick["private"]))
        arrivals.sort(key=lambda one: one[0].channel != "public")
        # What else happens at this time is heard before we do what is due.
        until_us = self._now_us if tick["wake"] else self._now_us - 1
        return Turn(
            arrivals=arrivals,
            now_us=self._now_us,
            until_us=until_us,
            closes=bool(tick["end"]),
            over=bool(tick["over"]),
        )

    def declare(self, command: Command, sending: Sending) -> None:
        """Tell when a command leaves, and wait until that is known."""
        self._has_acted = True
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

    def done(self, wake_us: int, quiet: tuple[int, int]) -> None:
        """Let simulated time go on, but not before we have heard what our commands brought about."""
        if self._is_waiting:
            self._is_waiting = False
            self._keep_speed()
            wake_us = self._now_us if self._has_acted else wake_us
            self._say({"op": "done", "wake_us": None if wake_us == NEVER_US else wake_us, "quiet": quiet})

    def close(self) -> None:
        """Leave: the simulator no longer waits for us."""
        self._socket.close()

    def _keep_speed(self) -> None:
        if not self._speed:
            return
        start_us, began_s = self._began = self._began or (self._now_us, time.monotonic())
        ahead_s = (self._now_us - start_us) / 1e6 / self._speed - (time.monotonic() - began_s)
        time.sleep(max(0.0, ahead_s))

    def _until(self, public: int, private: int) -> list[tuple[Arrival, Frame | None]]:
        arrivals = []
        while self._counts["public"] < public or self._counts["private"] < private:
            try:
                arrival = self._inbox.get(timeout=_PATIENCE_S)
            except queue.Empty as error:
                raise ExchangeError(
                    f"expected {public} public and {private} private frames from the simulator, found {self._counts}"
                ) from error
            arrivals.append((arrival, frame_of(arrival)))
            frame = arrivals[-1][1]
            if arrival.what == "up":
                self._counts[arrival.channel] = 0  # each connection counts anew
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

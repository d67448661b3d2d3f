"""One socket of the exchange, kept up by a thread of its own.

pybit builds the address, signs and pings. Its reconnecting is off: it gives up within a tenth of a second, or tries a
hundred times a second, and tells nobody either way. Nothing but putting into a queue happens in its threads.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from psky.domain.time import steady_us
from psky.errors import ExchangeError
from psky.live.environments import Environment
from psky.live.feed.backoff import Backoff
from psky.live.feed.frames import Frame, Topic, read_frame
from psky.live.keys import Keys
from psky.log import logger

_LOG = logger(__name__)
Channel = Literal["public", "private"]
_ATTEMPTS: Final = 2
"""pybit raises after one attempt even where it succeeded."""
_TIMEOUT_S: Final = 10
_AUTH_EXPIRES_S: Final = 10
_PING_S: Final = 20
_CONNECT_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a socket put into the queue: a frame (`text`), or that it is up or down (`what`).

    `generation` counts the connections of the channel: a frame of an earlier one is late.
    """

    channel: Channel
    generation: int
    what: Literal["frame", "up", "down"]
    at_us: int
    text: str = ""


Inbox = queue.SimpleQueue[Arrival]


class Supervisor:
    """Keeps one channel connected and subscribed until `stop`; what comes goes into `inbox`."""

    def __init__(
        self,
        channel: Channel,
        connect: Callable[[Callable[[str], None], Callable[[], None]], Any],
        inbox: Inbox,
        *,
        seed: int = 0,
        first_s: float = 0.5,
    ) -> None:
        self._channel: Channel = channel
        self._connect = connect
        self._inbox = inbox
        self._backoff = Backoff(random.Random(f"{seed}{channel}"), first_s)  # noqa: S311 - only to spread in time
        self._generation = 0
        self._stopped = threading.Event()
        self._broken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"feed-{channel}", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def restart(self, why: str) -> None:
        """Drop the connection, which is silent or in doubt; another is made, no earlier where none is there."""
        _LOG.warning("socket dropped", channel=self._channel, why=why)
        self._broken.set()

    def stop(self) -> None:
        """Drop the connection for good."""
        self._stopped.set()
        self._broken.set()
        self._thread.join(timeout=2 * _TIMEOUT_S)

    def _run(self) -> None:
        while not self._stopped.wait(self._backoff.wait_s(time.monotonic())):
            self._one_connection()

    def _one_connection(self) -> None:
        from websocket import WebSocketException  # noqa: PLC0415 - comes with pybit

        self._generation += 1
        generation, broken = self._generation, threading.Event()
        self._broken = broken  # of this connection: an earlier one may say late that it has ended
        self._backoff.connecting(time.monotonic())
        try:
            socket = self._connect(lambda text: self._put(generation, "frame", text), broken.set)
        # A socket that closes while pybit or its library talks to it is None there.
        except (WebSocketException, OSError, AttributeError) as error:
            _LOG.warning("socket not connected", channel=self._channel, error=type(error).__name__)
            self._backoff.down(time.monotonic())
            return
        self._backoff.up(time.monotonic())
        self._put(generation, "up")
        if not self._stopped.is_set():
            broken.wait()
        _close(socket)
        self._backoff.down(time.monotonic())
        self._put(generation, "down")

    def _put(self, generation: int, what: Literal["frame", "up", "down"], text: str = "") -> None:
        self._inbox.put_nowait(
            Arrival(channel=self._channel, generation=generation, what=what, at_us=steady_us(), text=text)
        )


def drained(inbox: Inbox, within_s: float) -> list[tuple[Arrival, Frame | None]]:
    """Return what has come with its frames, after waiting a little for the first."""
    came: list[Arrival] = []
    try:
        came.append(inbox.get(timeout=within_s))
        while True:
            came.append(inbox.get_nowait())
    except queue.Empty:
        return [(one, frame_of(one)) for one in came]


def frame_of(arrival: Arrival) -> Frame | None:
    """Return the frame of an arrival, None of a socket that is up or down."""
    if arrival.what != "frame":
        return None
    try:
        return read_frame(arrival.text)
    except ExchangeError as error:  # one that was cut: what it said is missing, and found by asking
        return Frame(topic=Topic.OTHER, rows=(), message=str(error))


def wait_up(inbox: Inbox, channels: set[Channel]) -> None:
    """Wait until every channel has been subscribed, and put what came meanwhile back in order.

    Raises:
        ExchangeError: one was refused, or was not subscribed in time.
    """
    came: list[Arrival] = []
    end_s = time.monotonic() + _CONNECT_S
    while channels:
        try:
            came.append(inbox.get(timeout=max(0.0, end_s - time.monotonic())))
        except queue.Empty as error:
            raise ExchangeError(
                f"expected to be connected within {_CONNECT_S:g} s, found no {' and no '.join(sorted(channels))} "
                "socket; see the log for why"
            ) from error
        frame, channel = frame_of(came[-1]), came[-1].channel
        if frame is not None and frame.topic is Topic.REFUSED:
            raise ExchangeError(f"expected the exchange to accept the {channel} socket, found: {frame.message}")
        if frame is not None and frame.is_subscription:
            channels = channels - {channel}
    for arrival in came:
        inbox.put(arrival)


def connector(
    channel: Channel, environment: Environment, keys: Keys | None, topics: Sequence[str]
) -> Callable[[Callable[[str], None], Callable[[], None]], Any]:
    """Return what connects a channel of an environment and subscribes to `topics`."""

    def connect(on_text: Callable[[str], None], on_end: Callable[[], None]) -> Any:  # noqa: ANN401 - pybit has no types
        import websocket  # noqa: PLC0415 - comes with pybit

        websocket.setdefaulttimeout(_TIMEOUT_S)  # without one, a server that accepts and says nothing hangs us
        private = channel == "private"
        told = (lambda text: on_text(keys.redact(text))) if keys and private else on_text
        socket = _socket_class()(
            channel_type="private" if private else "linear",
            testnet=environment.testnet,
            # Public data of the demo account are the real market's.
            demo=environment.demo and private,
            api_key=keys.key if keys and private else None,
            api_secret=keys.secret if keys and private else None,
            private_auth_expire=_AUTH_EXPIRES_S,
            retries=_ATTEMPTS,
            restart_on_error=False,
            ping_interval=_PING_S,
            callback_function=print,  # never called: texts are taken before pybit reads them
            psky=(environment.socket_address, told, on_end),
        )
        with ExitStack() as unless_subscribed:
            unless_subscribed.callback(_close, socket)
            socket.ws.send(_subscription(topics))
            unless_subscribed.pop_all()
        return socket

    return connect


def _subscription(topics: Sequence[str]) -> str:
    listed = ", ".join(f'"{topic}"' for topic in topics)
    return f'{{"op": "subscribe", "req_id": "psky", "args": [{listed}]}}'


def _socket_class() -> Any:  # noqa: ANN401 - pybit has no types
    from pybit.unified_trading import WebSocket  # noqa: PLC0415 - loads requests and a crypto library

    class Tapped(WebSocket):  # type: ignore[misc]
        """pybit's socket at another address where one is given, whose texts and end go to us and nowhere else."""

        def __init__(
            self,
            *,
            psky: tuple[str | None, Callable[[str], None], Callable[[], None]],
            **options: Any,  # noqa: ANN401 - pybit's own
        ) -> None:
            self._address, self._on_text, self._on_end = psky
            super().__init__(**options)

        def _connect(self, url: str) -> None:
            if self._address is not None and "{SUBDOMAIN}" in url:
                url = f"{self._address}/{url.split('/', 3)[3]}"
            super()._connect(url)

        def _on_message(self, message: str) -> None:
            self._on_text(message)

        def exit(self) -> None:
            _close(self)

        def _on_error(self, _error: object) -> None:
            self._on_end()

        def _on_close(self) -> None:
            self._on_end()

    return Tapped


def _close(socket: Any) -> None:  # noqa: ANN401 - pybit has no types
    # Its own `exit`, which it calls too where it gives up, waits for ever for a socket that does not close.
    socket.exited = True
    socket._stop_custom_ping_timer()  # noqa: SLF001 - as its `exit` does
    with suppress(AttributeError, OSError):  # its own thread, which ends too, may have let go of it
        socket.ws.close()

"""Who moves the time: the wall (free), a feed, or a client in lock-step over `/sim/pace` (docs/simulator.md)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from aiohttp import WSMsgType, web

from psky.engine.venue_steps import NEVER_US
from psky.simulator.clock import FeedClock, FreeClock, HeldClock
from psky.simulator.exchange import Timing
from psky.simulator.tape import FLAG_BLOCK, FLAG_RPI

if TYPE_CHECKING:
    from psky.simulator.site import Site
    from psky.simulator.streams.hub import Hub

_STEP_S: Final = 0.02
"""How often the wall moves a free simulation, where nothing falls due earlier."""


async def run_free(site: Site, hub: Hub, clock: FreeClock) -> None:
    """Move the tape with the wall until its end."""
    exchange, tape = site.exchange, site.exchange.tape
    while not tape.has_ended(exchange.venue.row):
        now_us = clock.now_us()
        while exchange.step(now_us + 1) is not None:
            hub.show_market()
        hub.show_market()
        next_us = int(tape.ts_us[min(exchange.venue.row, len(tape) - 1)])
        await asyncio.sleep(min(_STEP_S, clock.wait_s(min(next_us, exchange.due_us()))))
    exchange.finish(int(tape.ts_us[-1]))
    hub.show_market()


async def run_feed(site: Site, hub: Hub, clock: FeedClock) -> None:
    """Play the prints of a feed as they come, until no more is to come."""
    exchange, tape = site.exchange, site.exchange.tape
    while not tape.has_ended(exchange.venue.row):
        catch_up(site, hub, clock)
        await tape.news(_STEP_S)
    exchange.finish(int(tape.ts_us[-1]))
    hub.show_market()


def catch_up(site: Site, hub: Hub, clock: FeedClock) -> None:
    """Play what is known: all prints, and what falls due by the time before which no print is to come any more."""
    until_us = max(int(site.exchange.tape.ts_us[-1]), clock.now_us() - clock.lag_us)
    while site.exchange.step(until_us + 1) is not None:
        hub.show_market()
    hub.show_market()


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says when it is done: when it wants to act by itself, and which prices it must see at once."""

    op: str
    wake_us: int | None = None
    quiet: tuple[int | None, int | None] = (None, None)
    """Ticks: a print on the book below the one or above the other ends the step."""


class LockStep:
    """A simulation that goes on when its client is done."""

    def __init__(self, site: Site, hub: Hub, clock: HeldClock) -> None:
        self._site = site
        self._hub = hub
        self._clock = clock
        self._wishes: asyncio.Queue[Wish | None] = asyncio.Queue()
        self._socket: web.WebSocketResponse | None = None
        self._is_over = False
        self.ended = asyncio.Event()
        """Set once the tape is over and the client has left."""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve `/sim/pace`: one client at a time, which the simulation waits for."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self._socket is not None:
            await _tell(socket, {"op": "error", "text": "expected one paced client, found a second"})
            return socket
        self._socket = socket
        stepper = asyncio.create_task(self._steps(socket))
        try:
            await self._listen(socket)
        finally:
            self._wishes.put_nowait(None)
            await stepper
            self._wishes = asyncio.Queue()
            self._socket = None
            if self._is_over:
                self.ended.set()
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                return
            said = msgspec.json.decode(message.data)
            if said.get("op") == "timing":
                await self._site.exchange.tape.reach(said["sent_us"])
                timing = Timing(sent_us=said["sent_us"], armed=bool(said.get("armed")))
                self._site.declare(said["orderLinkId"], timing)
                await _tell(socket, {"op": "ok"})
            else:
                self._wishes.put_nowait(msgspec.convert(said, Wish))

    async def _steps(self, socket: web.WebSocketResponse) -> None:
        exchange, tape = self._site.exchange, self._site.exchange.tape
        wish = await self._tick(socket)
        while wish is not None and not tape.has_ended(exchange.venue.row):
            await tape.reach(NEVER_US if wish.wake_us is None else wish.wake_us)
            is_wake = self._advance(wish)
            wish = await self._tick(socket, wake=is_wake)
        if wish is None:
            return
        if await self._tick(socket, end=True) is not None:
            exchange.finish(int(tape.ts_us[-1]))
            self._is_over = True
            await self._tick(socket, over=True, is_last=True)

    # On to the next happening, to a print that the client must see, or to its wake, whose time this tells.
    def _advance(self, wish: Wish) -> bool:
        exchange = self._site.exchange
        wake_us = NEVER_US if wish.wake_us is None else max(wish.wake_us, self._clock.now_us())
        loud = self._first_loud(wish.quiet, exchange.tape.first_at(wake_us))
        now_us = exchange.step(wake_us, loud)
        is_wake = False
        if now_us is None:
            is_wake = exchange.venue.row != loud and wake_us <= exchange.tape.end_us
            now_us = wake_us if is_wake else int(exchange.tape.ts_us[exchange.venue.row - 1])
        self._clock.set(now_us)
        self._hub.show_market()
        return is_wake

    # The row after the first print on the book that is outside of the band.
    def _first_loud(self, quiet: tuple[int | None, int | None], stop: int) -> int | None:
        low, high = quiet
        if low is None and high is None:
            return None
        tape, row = self._site.exchange.tape, self._site.exchange.venue.row
        prices = tape.price_ticks[row:stop]
        is_off_book = (tape.flags[row:stop] & (FLAG_RPI | FLAG_BLOCK)) != 0
        loud = np.zeros(len(prices), dtype=np.bool_)
        if low is not None:
            loud |= prices < low
        if high is not None:
            loud |= prices > high
        found = np.flatnonzero(loud & ~is_off_book)
        return row + int(found[0]) + 1 if len(found) else None

    async def _tick(
        self,
        socket: web.WebSocketResponse,
        *,
        wake: bool = False,
        end: bool = False,
        over: bool = False,
        is_last: bool = False,
    ) -> Wish | None:
        tick = {
            "op": "tick",
            "ts_us": self._clock.now_us(),
            "public": self._hub.public_count,
            "private": self._hub.private_count,
            "wake": wake,
            "end": end,
            "over": over,
        }
        if socket.closed:
            return None
        await _tell(socket, tick)
        return None if is_last else await self._wishes.get()


async def _tell(socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
    await socket.send_str(msgspec.json.encode(message).decode())

"""One WebSocket of a client: what it subscribed to, what is on its way to it, and what goes wrong on that way."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from psky.simulator.faults import Fault, Where

if TYPE_CHECKING:
    from psky.simulator.site import Site

_TEXT_FRAME = 0x81
_SHORT, _MEDIUM = 126, 127


class Socket:
    """A socket whose frames leave one after the other."""

    def __init__(self, site: Site, request: web.Request, where: Where, number: int) -> None:
        self.site = site
        self.where: Where = where
        self.conn_id = f"sim-{number:x}"
        self.topics: set[str] = set()
        self.is_authorised = False
        self.counted = 0
        """Frames sent that carry a running number: public trades, or private data."""
        self.web = web.WebSocketResponse(autoping=True)
        self._request = request
        self._out: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
        self._held: bytes | None = None
        self._silent_until_s = 0.0

    def send(self, message: dict[str, Any], *, counted: bool = False) -> None:
        """Send a message; a counted one carries its running number as `n`."""
        if counted:
            self.counted += 1
            message = {**message, "n": self.counted}
        self._out.put_nowait((str(message.get("topic", "")), msgspec.json.encode(message)))

    async def write(self) -> None:
        """Write what is to be sent until the socket closes."""
        while not self.web.closed:
            topic, frame = await self._out.get()
            fault = self.site.faults.of_frame(self.where, topic, self.site.elapsed_s) if topic else None
            try:
                await self._write(frame, fault)
            except ConnectionError:  # the client is gone; its reader ends the socket
                return
            finally:
                self._out.task_done()

    async def finish(self, patience_s: float) -> None:
        """Write what is still to be sent, and close; a client that does not read is left after a while."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._out.join()
                await self.web.close()

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing at all for a while."""
        return asyncio.get_running_loop().time() < self._silent_until_s

    async def _write(self, frame: bytes, fault: Fault | None) -> None:
        kind = fault.kind if fault else ""
        if fault is not None and kind == "silent":
            self._silent_until_s = asyncio.get_running_loop().time() + fault.seconds
        if fault is not None and kind == "restart":
            self.site.restart(fault.seconds)
        if kind in {"drop", "restart"} or self.is_silent:
            return
        if fault is not None and kind == "delay":
            await asyncio.sleep(fault.seconds)
        if kind == "cut":
            self.cut(frame)
        elif kind == "reorder" and self._held is None:
            self._held = frame
        else:
            held, self._held = self._held, None
            for one in (frame, *([frame] if kind == "duplicate" else []), *([held] if held else [])):
                await self.web.send_str(one.decode())

    def cut(self, frame: bytes) -> None:
        """Break the connection in the middle of a frame."""
        if self._request.transport is not None:
            self._request.transport.write(header(len(frame)) + frame[: len(frame) // 2])
            self._request.transport.close()

    def break_off(self) -> None:
        """Break the connection."""
        if self._request.transport is not None:
            self._request.transport.close()


def header(length: int) -> bytes:
    """Return the header of a text frame from a server."""
    if length < _SHORT:
        return struct.pack("!BB", _TEXT_FRAME, length)
    if length < 1 << 16:
        return struct.pack("!BBH", _TEXT_FRAME, _SHORT, length)
    return struct.pack("!BBQ", _TEXT_FRAME, _MEDIUM, length)

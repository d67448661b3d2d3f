"""A real headless Chromium, spoken to over its DevTools protocol."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
_DEADLINE_S = 60.0


class Page:
    """A page that is open, and what it asked the network for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self.refused: list[str] = []

    async def call(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - as the protocol has them
        """Call a method of the protocol and return its result."""
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        while True:
            message: dict[str, Any] = await self._socket.receive_json(timeout=_DEADLINE_S)
            if message.get("method") == "Network.loadingFailed":
                self.refused.append(message["params"].get("blockedReason", ""))
            if message.get("id") == self._last:
                return dict(message.get("result", {}))

    async def press(self, text: str) -> None:
        """Type one character into the terminal of the page."""
        await self.call("Runtime.evaluate", expression="document.querySelector('textarea').focus()")
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, key=text)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=text)

    async def text(self) -> str:
        """Return what the page shows."""
        found = await self.call("Runtime.evaluate", expression="document.body?.innerText ?? ''", returnByValue=True)
        return str(found["result"]["value"]).replace("\xa0", " ")

    async def until_text(self, text: str) -> str:
        """Wait until the page shows a text, and return all that it shows then."""
        async with asyncio.timeout(_DEADLINE_S):
            while text not in (shown := await self.text()):  # noqa: ASYNC110 - a page does not say when it has changed
                await asyncio.sleep(0.1)
        return shown


@asynccontextmanager
async def opened(url: str, profile: Path) -> AsyncIterator[Page]:
    """Open a page in a browser of its own."""
    process = await asyncio.create_subprocess_exec(
        str(CHROMIUM),
        *_FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                targets = await answer.json()
            page_url = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
            async with session.ws_connect(page_url, max_msg_size=0) as socket:
                page = Page(socket)
                await page.call("Network.enable")
                await page.call("Emulation.setFocusEmulationEnabled", enabled=True)
                await page.call("Page.navigate", url=url)
                yield page
    finally:
        process.terminate()
        await process.wait()


async def _port(file: Path) -> int:
    async with asyncio.timeout(_DEADLINE_S):
        while not (said := _read(file)):  # noqa: ASYNC110 - nor does a browser say when it is ready
            await asyncio.sleep(0.1)
    return int(said.splitlines()[0])


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""

"""`psky serve` with a real browser."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.browser import CHROMIUM, opened
from tests.commands import started

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium: apt-get install chromium")
def test_a_browser_shows_the_workstation_for_looking_only(own_tuned: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    async def look() -> None:
        async with opened(url, tmp_path / "profile") as page:
            await page.until_text("DEMOUSDT (synthetic)")
            await page.press("n")
            await page.press("3")
            shown = await page.until_text("No backtests yet")
            assert "new study" not in shown
            assert set(page.refused) <= {"csp"}

    with started("serve", "--port", str(port), cwd=own_tuned) as server:
        assert server.stderr is not None
        assert url in server.stderr.readline()
        asyncio.run(look())
    assert not (own_tuned / "models" / ".jobs").exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 200), ({"Origin": "http://evil.example"}, 403), ({"Host": "evil.example"}, 403)],
)
def test_only_pages_of_its_own_are_answered(headers: dict[str, str], status: int, own_tuned: Path) -> None:
    port = free_port()

    async def ask() -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/", headers=headers) as answer,
        ):
            return answer.status, answer.headers.get("Content-Security-Policy", "")

    with started("serve", "--port", str(port), cwd=own_tuned) as server:
        assert server.stderr is not None
        server.stderr.readline()
        found, policy = asyncio.run(ask())
    assert found == status
    assert status != 200 or "default-src 'self'" in policy

"""An unmodified pybit by Bybit's real hostnames: a proxy that answers CONNECT takes it to the simulator."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
import trustme

from tests.sim_site import SYMBOL, columns_of, pacer, sim_tape, simulated
from tests.unit.psky.simulator.test_streams import wait_for_topics

HOSTS = ("api.bybit.com", "stream.bybit.com")
# What a program does that knows nothing of any simulator.
PROGRAM = """
import json, queue, sys
from pybit.unified_trading import HTTP, WebSocket

symbol, bundle = sys.argv[1:]
http = HTTP(api_key="sim-key", api_secret="sim-secret")
http.client.verify = bundle
heard = queue.Queue()
stream = WebSocket(channel_type="private", testnet=False, api_key="sim-key", api_secret="sim-secret",
                   private_auth_expire=10)
stream.order_stream(heard.put)
public = WebSocket(channel_type="linear", testnet=False)
public.ticker_stream(symbol, lambda message: None)
order = http.place_order(category="linear", symbol=symbol, side="Buy", orderType="Market", qty="1", orderLinkId="real")
print(json.dumps(order["result"]), flush=True)
while True:
    row = heard.get(timeout=60)["data"][0]
    if row["orderStatus"] == "Filled":
        print(json.dumps({name: row[name] for name in ("orderId", "orderLinkId", "avgPrice")}), flush=True)
        break
stream.exit()
public.exit()
"""


class Proxy:
    """Takes CONNECT to any host, wears its certificate, and passes the bytes on to one address."""

    def __init__(self, target: tuple[str, int], tls: SSLContext) -> None:
        self._target = target
        self._tls = tls
        self.asked: list[str] = []

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.split()[1].decode())
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with suppress(OSError):  # one end has gone
            await writer.start_tls(self._tls)
            inner, outer = await asyncio.open_connection(*self._target)
            await asyncio.gather(pump(reader, outer), pump(inner, writer))


async def pump(source: StreamReader, sink: StreamWriter) -> None:
    with suppress(OSError):  # one end has gone
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@contextmanager
def proxied(url: str, bundle: Path) -> Iterator[tuple[Proxy, int]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(bundle))
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(tls)
    host, port = url.removeprefix("http://").split(":")
    proxy, loop = Proxy((host, int(port)), tls), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(proxy.serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield proxy, int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


async def end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@pytest.mark.slow
def test_a_program_that_knows_only_bybit_trades_here(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    with simulated(sim_tape(columns_of([100.0, 100.1] * 10))) as sim, proxied(sim.url, bundle) as (proxy, port):
        address = f"http://127.0.0.1:{port}"
        names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
        environment = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
        environment |= dict.fromkeys(names, address) | {"WEBSOCKET_CLIENT_CA_BUNDLE": str(bundle)}
        command = [sys.executable, "-c", PROGRAM, SYMBOL, str(bundle)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            placed = json.loads(program.stdout.readline() or "{}")
            wait_for_topics(sim, {"order"}, {f"tickers.{SYMBOL}"})
            with pacer(sim) as time:
                time.until(8)
            said, errors = program.communicate(timeout=60)
        filled = json.loads(said or "{}")

    assert placed["orderLinkId"] == "real", errors
    assert filled == {"orderId": placed["orderId"], "orderLinkId": "real", "avgPrice": "100.1"}
    assert {asked.split(":")[0] for asked in proxy.asked} == set(HOSTS)

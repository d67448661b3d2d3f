"""An unmodified pybit by Bybit's real hostnames: a proxy that answers CONNECT takes it to the simulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import SHUT_WR, create_connection, create_server, socket
from ssl import PROTOCOL_TLS_SERVER, SSLContext, SSLSocket

import pytest
import trustme

from tests.sim_site import SYMBOL, columns_of, pacer, sim_tape, simulated

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
        self._server = create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.asked: list[str] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        self.asked.append(head.split()[1].decode())
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        inside = self._tls.wrap_socket(client, server_side=True)
        outside = create_connection(self._target)
        back = threading.Thread(target=pump, args=(outside, inside), daemon=True)
        back.start()
        pump(inside, outside)
        back.join()
        inside.close()
        outside.close()


def pump(source: socket | SSLSocket, sink: socket | SSLSocket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(SHUT_WR)
    except OSError:  # one end has gone
        return


@contextmanager
def proxied(url: str, bundle: Path) -> Iterator[Proxy]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(bundle))
    tls = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert(*HOSTS).configure_cert(tls)
    host, port = url.removeprefix("http://").split(":")
    proxy = Proxy((host, int(port)), tls)
    try:
        yield proxy
    finally:
        proxy.close()


@pytest.mark.slow
def test_a_program_that_knows_only_bybit_trades_here(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    with simulated(sim_tape(columns_of([100.0, 100.1] * 10))) as sim, proxied(sim.url, bundle) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")
        environment = {name: value for name, value in os.environ.items() if name.lower() != "no_proxy"}
        environment |= dict.fromkeys(names, address) | {"WEBSOCKET_CLIENT_CA_BUNDLE": str(bundle)}
        command = [sys.executable, "-c", PROGRAM, SYMBOL, str(bundle)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as program:
            assert program.stdout is not None
            placed = json.loads(program.stdout.readline() or "{}")
            with pacer(sim) as time:
                time.until(8)
            said, errors = program.communicate(timeout=60)
        filled = json.loads(said or "{}")

    assert placed["orderLinkId"] == "real", errors
    assert filled == {"orderId": placed["orderId"], "orderLinkId": "real", "avgPrice": "100.1"}
    assert {asked.split(":")[0] for asked in proxy.asked} == set(HOSTS)

"""What came back means what Bybit says; whatever else speaks HTTP says nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from psky.live.environments import environment
from psky.live.exchange.classes import Class
from psky.live.exchange.rest import Rest
from psky.live.keys import Keys


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """Answer everything with the same body, for the length of the block."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Same) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"5", b'{"retCode":7}', b'{"result":{"list":[]}}', b"<html>", b"", b"null"]
)
def test_an_answer_that_is_none_of_bybits_leaves_everything_in_doubt(body: bytes) -> None:
    with answering(body) as address:
        reply = Rest(environment("sim", address), None).get("/v5/position/list", auth=False)
    assert reply.meaning is Class.DOUBT
    assert reply.result == {}


def test_an_answer_of_bybits_is_taken() -> None:
    with answering(b'{"retCode":0,"retMsg":"OK","result":{"list":[]},"time":5}') as address:
        reply = Rest(environment("sim", address), None).get("/v5/position/list", auth=False)
    assert (reply.meaning, reply.server_us, reply.result) == (Class.DONE, 5000, {"list": []})


def test_a_refused_signature_is_told_without_the_key_that_it_repeats() -> None:
    keys = Keys(key="abcdefgh1234", secret="very-secret", source="here")  # noqa: S106 - none
    said = b'{"retCode":10004,"retMsg":"error sign! origin_string[17956abcdefgh12345000{}]","result":{}}'
    with answering(said) as address:
        reply = Rest(environment("sim", address), keys).get("/v5/position/list")
    assert (reply.meaning, reply.message) == (Class.FATAL, "error sign! origin_string[17956[key ..1234]5000{}]")

"""A PostgreSQL server of a test's own, on loopback, for as long as the test runs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_OWNER = "postgres"
"""Who runs the server where the test runs as root, which PostgreSQL refuses."""


@contextmanager
def server() -> Iterator[str]:
    """Run a server in a folder of its own and yield its URL; skip the test where PostgreSQL is not installed."""
    binaries, port = _binaries(), _free_port()
    # Not below pytest's folder, which belongs to one user alone.
    with tempfile.TemporaryDirectory(prefix="psky-postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        data = Path(folder, "data")
        _run(binaries / "initdb", "--pgdata", data, "--username", "psky", "--auth", "trust", "--no-sync")
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        _run(binaries / "pg_ctl", "start", "--wait", "--silent", "--pgdata", data, "-l", data / "log", "-o", settings)
        try:
            yield f"postgresql+psycopg://psky@127.0.0.1:{port}/postgres"
        finally:
            _run(binaries / "pg_ctl", "stop", "--wait", "--silent", "--pgdata", data, "--mode", "immediate")


def _binaries() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not versions:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    return versions[-1].parent


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["setpriv", f"--reuid={_OWNER}", f"--regid={_OWNER}", "--clear-groups", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/", timeout=60)

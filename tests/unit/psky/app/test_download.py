"""Days of an archive on loopback: fetched once, whole or not at all, then imported."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from psky.app.download import DownloadRequest, download, plan_download
from psky.app.workspace import Workspace
from psky.errors import DataError, UsageError
from tests.trade_files import START_S, rows, write


@dataclass
class Archive:
    """Serves files by path; a path in `broken` is cut off, one in `refused` is answered with an error."""

    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def archive() -> Iterator[Archive]:
    found = Archive()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            body = found.files.get(self.path)
            code = 503 if self.path in found.refused else 404 if body is None else 200
            self.send_response(code)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            whole = body or b""
            self.wfile.write(whole[: len(whole) // 2] if self.path in found.broken else whole)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/trading"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(data_root=tmp_path / "data", model_root=tmp_path / "models")


@pytest.fixture
def request_(archive: Archive, tmp_path: Path) -> DownloadRequest:
    for number, day in enumerate(("20", "21")):
        text = write(tmp_path / f"{day}.csv", rows(30, START_S + 1_000 * number)).read_bytes()
        archive.files[f"/trading/XYZUSDT/XYZUSDT2026-01-{day}.csv.gz"] = gzip.compress(text, mtime=0)
    return DownloadRequest(
        symbol="XYZUSDT",
        first=date(2026, 1, 20),
        end=date(2026, 1, 23),
        folder=tmp_path / "downloads",
        base_url=archive.url,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_days_are_fetched_and_imported_and_a_day_that_is_not_there_is_told(
    workspace: Workspace, request_: DownloadRequest
) -> None:
    report = download(workspace, request_)
    assert (report.fetched, report.present, report.missing) == (2, 0, ("2026-01-22",))
    assert report.imported is not None
    assert report.imported.rows == 60
    assert report.bytes == sum(path.stat().st_size for path in request_.folder.iterdir())


def test_what_is_there_is_not_fetched_again(workspace: Workspace, request_: DownloadRequest, archive: Archive) -> None:
    download(workspace, replace(request_, imports=False))
    archive.asked.clear()
    report = download(workspace, request_)
    assert (report.fetched, report.present) == (0, 2)
    assert archive.asked == ["/trading/XYZUSDT/XYZUSDT2026-01-22.csv.gz"]
    assert [file.is_here for file in plan_download(request_)] == [True, True, False]


def test_a_file_that_is_cut_off_is_no_day(workspace: Workspace, request_: DownloadRequest, archive: Archive) -> None:
    archive.broken.add("/trading/XYZUSDT/XYZUSDT2026-01-21.csv.gz")
    with pytest.raises(DataError, match=r"2026-01-21.*expected the day's file, found"):
        download(workspace, request_)
    assert names(request_.folder) == ["XYZUSDT2026-01-20.csv.gz"]
    assert not workspace.store_path("XYZUSDT").exists()


def test_an_archive_that_refuses_or_has_nothing_is_an_error(
    workspace: Workspace, request_: DownloadRequest, archive: Archive
) -> None:
    archive.refused.add("/trading/XYZUSDT/XYZUSDT2026-01-20.csv.gz")
    with pytest.raises(DataError, match="503"):
        download(workspace, request_)
    with pytest.raises(DataError, match="the archive has none of 3 days"):
        download(workspace, replace(request_, symbol="NONE"))
    nowhere = replace(request_, base_url="http://127.0.0.1:1/trading")
    with pytest.raises(DataError, match="try again"):
        download(workspace, nowhere)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"end": date(2026, 1, 20)}, "expected days to fetch"),
        ({"base_url": "file:///etc"}, "expected a web address"),
        ({"symbol": "../x"}, "expected a symbol"),
    ],
)
def test_what_cannot_be_is_refused(request_: DownloadRequest, changes: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plan_download(replace(request_, **changes))  # type: ignore[arg-type]

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from psky.errors import DataError, UsageError
from psky.ingest.sources import find_sources
from psky.market.trade_files import content_hash
from psky.store.records import FileRecord
from tests.stores import columns, record
from tests.trade_files import START_S, rows, write


def test_folders_are_expanded_by_name_and_not_deeper(tmp_path: Path) -> None:
    (tmp_path / "deep.csv").mkdir()
    write(tmp_path / "deep.csv" / "c.csv", rows(1))
    for name in ("b.csv.gz", "a.csv", "d.zip", "c.csv.zst"):
        write(tmp_path / name, rows(1))
    assert [source.name for source in find_sources([tmp_path, tmp_path / "a.csv"])] == [
        "a.csv",
        "b.csv.gz",
        "c.csv.zst",
        "d.zip",
    ]


def test_one_name_for_two_contents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    paths = [write(tmp_path / "a.csv", rows(1)), write(tmp_path / "other" / "a.csv", rows(2))]
    with pytest.raises(UsageError, match="rename one of them"):
        find_sources(paths)


def test_nothing_to_import_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found none named"):
        find_sources([])
    with pytest.raises(UsageError, match="found none"):
        find_sources([tmp_path])


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    for path in (loop, tmp_path / "absent.csv"):
        with pytest.raises(DataError, match=path.name):
            find_sources([path])
    with pytest.raises(DataError, match="regular file"):
        find_sources([Path("/dev/null")])


def held_as(content_hash: str, length: int) -> FileRecord:
    return replace(record("other name", columns([1], [1.0]), content_hash), bytes=length)


def test_only_files_of_a_known_length_are_hashed(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, text) for name, text in (("a.csv", rows(3)), ("b.csv", rows(4)))]
    assert [source.content_hash for source in find_sources(paths)] == [None, None]
    twin = write(tmp_path / "c.csv", rows(4, START_S + 1))
    assert [source.content_hash for source in find_sources([*paths, twin])] == [
        None,
        content_hash(paths[1]),
        content_hash(twin),
    ]
    found = find_sources(paths, [held_as("xxh128:00", len(rows(3)))])
    assert [source.content_hash for source in found] == [content_hash(paths[0]), None]

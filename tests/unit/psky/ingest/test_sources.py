from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from psky.errors import DataError, UsageError
from psky.ingest.sources import find_sources, with_older_hashes
from tests.stores import columns, record
from tests.trade_files import rows, write


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


def test_a_file_held_by_its_sha256_keeps_that_hash(tmp_path: Path) -> None:
    sources = find_sources([write(tmp_path / name, rows(count)) for name, count in (("a.csv", 3), ("b.csv", 4))])
    held = replace(
        record("other name", columns([1], [1.0]), f"sha256:{hashlib.sha256(rows(3).encode()).hexdigest()}"),
        bytes=sources[0].bytes,
    )
    known = with_older_hashes(sources, [held])
    assert [source.content_hash for source in known] == [held.content_hash, sources[1].content_hash]


def test_another_file_of_the_same_length_does_not(tmp_path: Path) -> None:
    (source,) = find_sources([write(tmp_path / "a.csv", rows(3))])
    held = replace(record("a.csv", columns([1], [1.0]), "sha256:00"), bytes=source.bytes)
    assert with_older_hashes([source], [held]) == [source]

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from psky.errors import StoreError
from psky.store import migrations
from psky.store.connection import connected
from psky.store.tape_store import is_store, reading
from tests.stores import add, columns, prices


def test_what_a_killed_import_leaves_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with connected(path, read_only=False):
        pass
    assert not is_store(path)
    with pytest.raises(StoreError, match="never finished"), reading(path):
        pass
    add(path, "a", columns([10], [1.0]))
    assert is_store(path)


def test_a_newer_store_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path / "x", "a", columns([10], [1.0]))
    monkeypatch.setattr(migrations, "MIGRATIONS", [])
    with pytest.raises(StoreError, match="update psky"), reading(tmp_path / "x"):
        pass


def test_an_older_store_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "x"
    add(path, "a", columns([10], [1.0]))
    migrations.MIGRATIONS.append("CREATE TABLE extra (a INTEGER)")
    try:
        with reading(path) as store:
            assert store.connection.execute("SELECT count(*) FROM extra").fetchall() == [(0,)]
        with connected(path, read_only=True) as connection:
            assert migrations.version_of(connection, path) == len(migrations.MIGRATIONS)
    finally:
        migrations.MIGRATIONS.pop()


def test_a_store_of_version_1_opens_with_the_same_trades(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with connected(path, read_only=False) as connection:
        connection.execute(migrations.MIGRATIONS[0])
        connection.execute("INSERT INTO meta VALUES ('schema_version', '1'), ('symbol', '\"XYZ\"')")
        for file_id, name, first in ((1, "b", 20), (2, "a", 10)):
            connection.execute(
                "INSERT INTO files VALUES (?, ?, ?, 1, 2, 0, 'simple', 's', ?, 20, 1, 1)", [file_id, name, name, first]
            )
        connection.execute(
            "INSERT INTO trades VALUES (20, 4, 0.5, -1, 2, 1, 1, 1), (20, 3, 0.5, 1, 0, 3, 1, 0),"
            "(10, 1, 0.5, 1, -2, 0, 2, 0), (20, 2, 0.5, -1, -1, 2, 2, 1)"
        )
    with reading(path) as store:
        found = store.read_trades()
        assert [file.content_hash for file in store.files()] == ["sha256:a", "sha256:b"]
        parts = ["parser 3", "schema 1", "sha256:a", "sha256:b"]
        assert store.fingerprint() == hashlib.sha256("\n".join(parts).encode()).hexdigest()
    assert (found.ts_us.tolist(), found.price.tolist()) == ([10, 20, 20, 20], [1.0, 2.0, 3.0, 4.0])
    assert found.side.tolist() == [1, -1, 1, -1]
    assert found.tick_direction.tolist() == [-2, -1, 0, 2]
    assert found.flags.tolist() == [0, 2, 3, 1]
    add(path, "c", columns([30], [5.0]))
    assert prices(path) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x"
    add(path, "a", columns([10], [1.0]))
    migrations.MIGRATIONS.append("DROP TABLE trades; CREATE TABLE files (a INTEGER)")
    try:
        with pytest.raises(duckdb.CatalogException), reading(path):
            pass
    finally:
        migrations.MIGRATIONS.pop()
    assert prices(path) == [1.0]


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with connected(path, read_only=False) as connection:
        connection.execute("CREATE TABLE cats (name VARCHAR)")
    with pytest.raises(StoreError, match="found a database with tables cats"), reading(path):
        pass

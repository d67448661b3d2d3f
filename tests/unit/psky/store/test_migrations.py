from __future__ import annotations

from pathlib import Path

import pytest

from psky.errors import StoreError
from psky.store import migrations
from psky.store.connection import connected
from psky.store.tape_store import is_store, reading
from tests.stores import add, columns


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
            assert migrations.version_of(connection, path) == 2
    finally:
        migrations.MIGRATIONS.pop()


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with connected(path, read_only=False) as connection:
        connection.execute("CREATE TABLE cats (name VARCHAR)")
    with pytest.raises(StoreError, match="found a database with tables cats"), reading(path):
        pass

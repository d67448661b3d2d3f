from __future__ import annotations

from pathlib import Path

import pytest

from psky.store.tape_store import reading
from psky.store.writer import writing
from tests.stores import add, columns, prices


def test_a_file_of_a_known_name_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x"
    add(path, "a", columns([10], [1.0]))
    add(path, "b", columns([20], [2.0]))
    add(path, "a", columns([30, 40], [3.0, 4.0]))
    with reading(path) as store:
        assert [file.name for file in store.files()] == ["b", "a"]
        assert len(store.rejects()) == 2
    assert prices(path) == [2.0, 3.0, 4.0]


def test_rows_keep_their_order_when_files_around_them_are_replaced(tmp_path: Path) -> None:
    # All at one instant, so that only file and row order them; more rows than DuckDB compresses at a time.
    path, count = tmp_path / "x", 150_000
    starts = {"a": 1, "b": 200_001, "c": 400_001}
    for name in ("c", "a", "b", "a", "c"):
        add(path, name, columns([10] * count, [float(starts[name] + row) for row in range(count)]))
    expected = [float(start + row) for start in starts.values() for row in range(count)]
    assert prices(path) == expected


def fail_after(path: Path, error: BaseException) -> None:
    with writing(path, "XYZ") as writer:
        file_id = writer.new_file("a")
        writer.add_trades(file_id, columns([20], [2.0]))
        raise error


def test_an_error_takes_everything_back(tmp_path: Path) -> None:
    path = tmp_path / "x"
    add(path, "a", columns([10], [1.0]))
    with pytest.raises(KeyboardInterrupt):
        fail_after(path, KeyboardInterrupt())
    assert prices(path) == [1.0]


def test_an_error_leaves_no_new_store_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after(tmp_path / "new" / "x", ZeroDivisionError())
    assert list(tmp_path.iterdir()) == []

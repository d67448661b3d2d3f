from __future__ import annotations

from pathlib import Path

import numpy as np

from psky.store.records import RejectRecord
from psky.store.tape_store import reading
from tests.stores import add, columns, prices, record


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "XYZ.duckdb"
    trades = columns([30, 10, 10], [3.0, 1.0, 2.0])
    add(path, "a.csv", trades)
    with reading(path) as store:
        assert store.symbol == "XYZ"
        assert store.files() == (record("a.csv", trades),)
        assert store.rejects() == (RejectRecord(file="a.csv", line=7, reason="unknown side", text="junk"),)
        instrument = store.instrument()
        found = store.read_trades()
    assert (instrument.symbol, instrument.price_decimals, instrument.size_decimals) == ("XYZ", 1, 2)
    assert not instrument.synthetic
    assert found.ts_us.tolist() == [10, 10, 30]
    assert found.price.tolist() == [1.0, 2.0, 3.0]
    assert [found.ts_us.dtype, found.side.dtype, found.tick_direction.dtype] == [np.int64, np.int8, np.int8]
    assert list(path.parent.iterdir()) == [path]


def test_ties_go_by_file_then_row_whatever_the_order_of_imports(tmp_path: Path) -> None:
    early, late = columns([10, 20, 20], [1.0, 2.0, 3.0]), columns([20, 20, 30], [4.0, 5.0, 6.0])
    for path, names in ((tmp_path / "one", "ab"), (tmp_path / "two", "ba")):
        for name in names:
            add(path, name, early if name == "a" else late)
        assert prices(path) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    with reading(tmp_path / "one") as one, reading(tmp_path / "two") as two:
        assert one.fingerprint() == two.fingerprint()


def test_the_fingerprint_follows_the_contents(tmp_path: Path) -> None:
    for path, content_hash in ((tmp_path / "one", "1"), (tmp_path / "two", "2")):
        add(path, "a", columns([10], [1.0]), content_hash)
    with reading(tmp_path / "one") as one, reading(tmp_path / "two") as two:
        assert one.fingerprint() != two.fingerprint()


def test_a_range_holds_its_start_and_not_its_end(tmp_path: Path) -> None:
    add(tmp_path / "x", "a", columns([10, 20, 30], [1.0, 2.0, 3.0]))
    with reading(tmp_path / "x") as store:
        assert store.read_trades(10, 30).ts_us.tolist() == [10, 20]
        assert store.read_trades(start_us=20).ts_us.tolist() == [20, 30]
        assert len(store.read_trades(end_us=10)) == 0

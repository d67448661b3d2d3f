from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from psky.domain.progress import Progress
from psky.errors import DataError, PskyError, SchemaError, UsageError
from psky.ingest.importer import import_trades
from psky.ingest.report import FileStatus, ImportReport
from psky.store.connection import connected
from psky.store.tape_store import reading
from tests.shared import shared
from tests.trade_files import HEADER, START_S, rows, write


def statuses(report: ImportReport) -> dict[str, str]:
    return {file.name: file.status.value for file in report.files}


def test_a_folder_is_imported_once(tmp_path: Path) -> None:
    store_path = tmp_path / "store" / "XYZ.duckdb"
    write(tmp_path / "b.csv.gz", rows(20, START_S + 100))
    write(tmp_path / "a.csv", rows(10))
    (tmp_path / "notes.txt").write_text("not a trade")
    first = import_trades(store_path, [tmp_path], "XYZ")
    content, stamp = store_path.read_bytes(), store_path.stat().st_mtime_ns
    second = import_trades(store_path, [tmp_path], "XYZ")

    assert statuses(first) == {"a.csv": "imported", "b.csv.gz": "imported"}
    assert (first.rows, first.rejected, first.count(FileStatus.IMPORTED)) == (30, 0, 2)
    assert statuses(second) == {"a.csv": "unchanged", "b.csv.gz": "unchanged"}
    assert [(f.name, f.rows, f.first_ts_us) for f in second.files] == [
        (f.name, f.rows, f.first_ts_us) for f in first.files
    ]
    assert (store_path.read_bytes(), store_path.stat().st_mtime_ns) == (content, stamp)
    assert list(store_path.parent.iterdir()) == [store_path]


def test_nothing_new_does_not_ask_for_the_right_to_write(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(10))
    import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")
    with reading(tmp_path / "XYZ.duckdb"):
        assert statuses(import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")) == {"a.csv": "unchanged"}


def test_a_changed_file_is_replaced_and_others_stay(tmp_path: Path) -> None:
    store_path = tmp_path / "XYZ.duckdb"
    paths = [write(tmp_path / "a.csv", rows(10)), write(tmp_path / "b.csv", rows(10, START_S + 100))]
    import_trades(store_path, paths, "XYZ")
    write(tmp_path / "a.csv", rows(7))
    report = import_trades(store_path, paths, "XYZ")

    assert statuses(report) == {"a.csv": "replaced", "b.csv": "unchanged"}
    with reading(store_path) as store:
        assert len(store.read_trades()) == 17


def test_a_file_hashed_by_an_older_psky_is_imported_once_more(tmp_path: Path) -> None:
    store_path = tmp_path / "XYZ.duckdb"
    paths = [write(tmp_path / "a.csv", rows(10)), write(tmp_path / "b.csv", rows(10, START_S + 100))]
    import_trades(store_path, paths, "XYZ")
    with reading(store_path) as store:
        before = store.fingerprint()
    with connected(store_path, read_only=False) as connection:
        content_hash = f"sha256:{hashlib.sha256(paths[0].read_bytes()).hexdigest()}"
        connection.execute("UPDATE files SET content_hash = ? WHERE name = 'a.csv'", [content_hash])

    assert statuses(import_trades(store_path, paths, "XYZ")) == {"a.csv": "replaced", "b.csv": "unchanged"}
    assert statuses(import_trades(store_path, paths, "XYZ")) == {"a.csv": "unchanged", "b.csv": "unchanged"}
    with reading(store_path) as store:
        assert len(store.read_trades()) == 20
        assert store.fingerprint() == before


def test_a_copy_under_another_name_is_left_alone(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, rows(10)) for name in ("a.csv", "copy.csv")]
    report = import_trades(tmp_path / "XYZ.duckdb", paths, "XYZ")

    assert statuses(report) == {"a.csv": "imported", "copy.csv": "unchanged"}
    with reading(tmp_path / "XYZ.duckdb") as store:
        assert len(store.read_trades()) == 10


def test_unsorted_files_become_a_tape_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"{HEADER}\n1600000002,3,1,Buy\n1600000001,1,1,Buy\n1600000001,2,1,Buy\n")
    import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")
    with reading(tmp_path / "XYZ.duckdb") as store:
        assert store.read_trades().price.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("", SchemaError, "empty file"),
        ("timestamp,price\n", SchemaError, "size, side missing"),
        (f"{HEADER},symbol\n1600000000,5,1,Buy,ABC\n", DataError, "expected trades of XYZ, found trades of ABC"),
        (rows(100) + "junk\nmore junk\n", DataError, "found 2 of 102: line 102: wrong number of fields: junk"),
        (f"{HEADER}\njunk\n", DataError, "found 1 of 1"),
    ],
)
def test_one_bad_file_leaves_the_store_as_it_was(
    tmp_path: Path, content: str, error: type[PskyError], words: str
) -> None:
    store_path = tmp_path / "store" / "XYZ.duckdb"
    good, bad = write(tmp_path / "good.csv", rows(10)), write(tmp_path / "bad.csv", content)
    for held in (False, True):
        if held:
            import_trades(store_path, [good], "XYZ")
        before = store_path.read_bytes() if held else None
        with pytest.raises(error, match=r"bad\.csv") as raised:
            import_trades(store_path, [write(tmp_path / "new.csv", rows(5)), bad], "XYZ")
        assert words in str(raised.value)
        if before is None:
            assert not store_path.parent.exists()
        else:
            with reading(store_path) as store:
                assert [file.name for file in store.files()] == ["good.csv"]


def test_few_rejects_are_kept_with_their_reasons(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(200) + "1600000000,-5,1,Buy\n")
    report = import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")

    assert (report.rows, report.rejected) == (200, 1)
    with reading(tmp_path / "XYZ.duckdb") as store:
        (reject,) = store.rejects()
    assert (reject.file, reject.line, reject.reason) == ("a.csv", 202, "price is not positive")


def test_all_rejects_are_kept(tmp_path: Path) -> None:
    lines = rows(200_000).splitlines()
    lines[50:150_000:100] = ["junk"] * len(lines[50:150_000:100])
    import_trades(tmp_path / "XYZ.duckdb", [write(tmp_path / "a.csv.zst", "\n".join(lines))], "XYZ")

    with reading(tmp_path / "XYZ.duckdb") as store:
        assert [row.line for row in store.rejects()] == list(range(51, 150_001, 100))


def test_a_file_of_junk_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("psky.ingest.importer.HOPELESS_ROWS", 1000)
    path = write(tmp_path / "a.csv.gz", f"{HEADER}\n" + "junk\n" * 100_000)
    with pytest.raises(DataError, match=r"found (\d+) of \1:") as raised:
        import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")
    assert "found 100000" not in str(raised.value)


def test_a_store_is_of_one_symbol(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows(10))
    import_trades(tmp_path / "XYZ.duckdb", [path], "XYZ")
    with pytest.raises(UsageError, match="store of ABC, found that of XYZ"):
        import_trades(tmp_path / "XYZ.duckdb", [path], "ABC")


def test_progress_goes_from_file_to_file_up_to_the_total(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", rows(10))
    write(tmp_path / "b.csv.gz", rows(500, START_S + 100))
    heard: list[Progress] = []
    import_trades(tmp_path / "store" / "XYZ.duckdb", [tmp_path], "XYZ", heard.append)

    assert [progress.text for progress in heard] == ["a.csv", "b.csv.gz"]
    assert heard[-1].done == heard[-1].total == sum(path.stat().st_size for path in tmp_path.glob("*.csv*"))


def test_real_files_are_read_whole(tmp_path: Path) -> None:
    folder = shared("data/trades/bitflyer_ETHBTC")
    report = import_trades(tmp_path / "ETHBTC.duckdb", [folder], "ETHBTC")

    assert (report.rows, report.rejected) == (7642, 0)
    with reading(tmp_path / "ETHBTC.duckdb") as store:
        assert len(store.read_trades()) == 7642

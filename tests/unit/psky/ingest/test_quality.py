from __future__ import annotations

from pathlib import Path

import pytest

from psky.ingest.importer import import_trades
from psky.ingest.quality import QualityReport, check_quality
from psky.store.tape_store import reading
from tests.trade_files import HEADER, rows, write

MIDNIGHT_S = 1_600_041_600  # 2020-09-14 00:00:00


def report(tmp_path: Path, min_gap_s: float = 3600.0, **files: str) -> QualityReport:
    paths = [write(tmp_path / f"{name}.csv", text) for name, text in files.items()]
    import_trades(tmp_path / "XYZ.duckdb", paths, "XYZ")
    with reading(tmp_path / "XYZ.duckdb") as store:
        return check_quality(store, min_gap_s)


def test_days_and_gaps_are_counted_in_utc(tmp_path: Path) -> None:
    found = report(tmp_path, a=rows(10, MIDNIGHT_S - 5), b=rows(3, MIDNIGHT_S + 7200, step_s=60))

    assert [(day.day, day.trades) for day in found.days] == [("2020-09-13", 5), ("2020-09-14", 8)]
    assert [(gap.start_us / 1e6, gap.seconds) for gap in found.gaps] == [(MIDNIGHT_S + 4, 7196.0)]
    assert [gap.seconds for gap in found.longest_gaps[:4]] == [7196.0, 60.0, 60.0, 1.0]
    assert len(found.longest_gaps) == 10
    assert (found.rows, found.files) == (13, 2)


def test_a_trade_counts_as_duplicate_only_across_files(tmp_path: Path) -> None:
    twice = f"{HEADER}\n1600000000,5,1,Buy\n1600000000,5,1,Buy\n1600000009,5,1,Buy\n"
    found = report(
        tmp_path, a=twice, b=f"{HEADER}\n1600000000,5,1,Buy\n1600000009,5,1,Sell\n", c=rows(5, 1_700_000_000)
    )

    assert found.duplicates == 1
    assert [(pair.first, pair.second, pair.start_us) for pair in found.overlaps] == [
        ("a.csv", "b.csv", 1600000000000000)
    ]


def test_outliers_are_trades_far_from_the_one_before(tmp_path: Path) -> None:
    lines = ["1600000000,100,1,Buy", "1600000001,119,1,Buy", "1600000002,200,1,Buy", "1600000003,100,1,Buy"]
    found = report(tmp_path, a="\n".join([HEADER, *lines]))

    assert found.outliers == 2
    assert [(jump.price, jump.change) for jump in found.jumps] == [(200.0, pytest.approx(81 / 119)), (100.0, -0.5)]


def test_rejects_are_counted_by_reason(tmp_path: Path) -> None:
    found = report(tmp_path, a=rows(400) + "1600000000,0,1,Buy\njunk\n1600000000,-1,1,Buy\n")

    assert found.rejected == 3
    assert found.rejects == {"price is not positive": 2, "wrong number of fields": 1}

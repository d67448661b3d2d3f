from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from psky.errors import DataError, SchemaError, UsageError
from psky.ingest.funding import import_funding
from psky.store.funding import read_funding
from psky.store.tape_store import reading
from tests.bybit_answers import answer, save
from tests.shared import shared
from tests.stores import add, columns

HOUR_US = 3_600_000_000


@pytest.fixture
def store(tmp_path: Path) -> Path:
    add(tmp_path / "store", "a", columns([10], [1.0]))
    return tmp_path / "store"


def stored(path: Path) -> list[tuple[int, float, float | None]]:
    with reading(path) as store:
        held = read_funding(store)
    marks = [None if math.isnan(mark) else mark for mark in held.mark.tolist()]
    return list(zip(held.ts_us.tolist(), held.rate.tolist(), marks, strict=True))


def history(*stamps: tuple[int, str], symbol: str = "XYZ") -> dict[str, Any]:
    rows = ({"symbol": symbol, "fundingRate": rate, "fundingRateTimestamp": str(ts_ms)} for ts_ms, rate in stamps)
    return answer("linear", *rows)


def test_the_exchanges_answer_is_read_and_sorted(store: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "a.json", history((1709884800000, "0.0001"), (1709856000000, "-0.00015")))
    report = import_funding(store, [path], "XYZ")
    assert (report.added, report.replaced, report.unchanged, report.held) == (2, 0, 0, 2)
    assert stored(store) == [(1709856000000000, -0.00015, None), (1709884800000000, 0.0001, None)]
    assert (report.first_ts_us, report.last_ts_us) == (1709856000000000, 1709884800000000)


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000])
def test_a_csv_is_read_in_any_unit_of_time(unit: int, store: Path, tmp_path: Path) -> None:
    text = f"mark,timestamp,rate\n101.5,{1709856000 * unit},1e-4\n,{1709884800 * unit},-2e-4\n"
    import_funding(store, [save(tmp_path / "a.csv", text)], "XYZ")
    assert stored(store) == [(1709856000000000, 1e-4, 101.5), (1709884800000000, -2e-4, None)]


def test_leans_margin_interest_is_read(store: Path, tmp_path: Path) -> None:
    text = "20221213 00:00:00,-0.0002016\n20221213 08:00:00,-0.00022398\n"
    import_funding(store, [save(tmp_path / "a.csv", text)], "XYZ")
    assert stored(store) == [(1670889600000000, -0.0002016, None), (1670918400000000, -0.00022398, None)]


def test_importing_again_changes_nothing_and_corrections_replace(store: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "a.csv", "timestamp,rate\n1709856000,0.1\n1709884800,0.1\n")
    import_funding(store, [path, path], "XYZ")
    before = store.read_bytes()
    report = import_funding(store, [path], "XYZ")
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 2)
    assert store.read_bytes() == before

    better = save(tmp_path / "b.csv", "timestamp,rate,mark\n1709884800,0.1,50\n1709913600,0.1,\n")
    report = import_funding(store, [better], "XYZ")
    assert (report.added, report.replaced, report.unchanged, report.held) == (1, 1, 0, 3)
    assert [mark for _, _, mark in stored(store)] == [None, 50.0, None]


def test_files_that_contradict_each_other_are_refused(store: Path, tmp_path: Path) -> None:
    one = save(tmp_path / "a.csv", "timestamp,rate\n1709856000,0.1\n")
    other = save(tmp_path / "b.csv", "timestamp,rate\n1709856000,0.2\n")
    with pytest.raises(DataError, match=r"one rate at 1709856000000000 us, found 0\.1 and 0\.2"):
        import_funding(store, [one, other], "XYZ")
    assert stored(store) == []


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("", SchemaError, "empty one"),
        ("time,price\n1,2\n", SchemaError, "expected a header with timestamp and rate, found 'time,price'"),
        ("timestamp,rate\n1709856000\n", DataError, "expected a time and a rate, found '1709856000'"),
        ("timestamp,rate\nx,0.1\n", DataError, "expected a time and a rate"),
        ("timestamp,rate\nNaN,0.1\n", DataError, "expected a time and a rate"),
        ("timestamp,rate\nInfinity,0.1\n", DataError, "expected a time and a rate"),
        ("timestamp,rate\n1709856000,nan\n", DataError, "rate of at most"),
        ("timestamp,rate\n1709856000,1.5\n", DataError, "rate of at most"),
        ("timestamp,rate,mark\n1709856000,0.1,0\n", DataError, "mark above zero"),
        (history((1, "0.1"), symbol="ABC"), DataError, "expected funding of XYZ, found that of ABC"),
        (history((1, "much")), DataError, "expected a time and a rate"),
    ],
)
def test_what_is_no_funding_is_refused(
    content: Any,  # noqa: ANN401 - JSON or text
    error: type[Exception],
    message: str,
    store: Path,
    tmp_path: Path,
) -> None:
    with pytest.raises(error, match=message):
        import_funding(store, [save(tmp_path / "a", content)], "XYZ")
    with pytest.raises(UsageError, match="none named"):
        import_funding(store, [], "XYZ")


def test_real_histories_are_read(store: Path) -> None:
    path = shared("data/bars/lean_bybit_2022-12-13/cryptofuture_bybit_margin_interest_btcusdt.csv")
    report = import_funding(store, [path], "XYZ")
    assert report.added == 3
    assert np.diff([ts_us for ts_us, _, _ in stored(store)]).tolist() == [8 * HOUR_US] * 2

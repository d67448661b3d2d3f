from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from psky.app.export import Cell, export_table, free_path
from psky.errors import UsageError


@pytest.mark.parametrize(
    ("suffix", "read"), [(".csv", pl.read_csv), (".parquet", pl.read_parquet), (".json", pl.read_json)]
)
def test_columns_are_read_back(suffix: str, read: object, tmp_path: Path) -> None:
    columns: dict[str, list[Cell]] = {"trial": [3, 7], "score": [0.5, None], "state": ["complete", "pruned"]}
    path = export_table(tmp_path / "deep" / f"trials{suffix}", columns)

    assert callable(read)
    assert read(path).to_dict(as_series=False) == columns


def test_a_column_of_words_and_numbers_becomes_one_of_words(tmp_path: Path) -> None:
    path = export_table(tmp_path / "t.parquet", {"x": [1, "a", None], "y": [1, 2.5, None]})

    assert pl.read_parquet(path).to_dict(as_series=False) == {"x": ["1", "a", None], "y": [1.0, 2.5, None]}


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"found t\.xls"):
        export_table(tmp_path / "t.xls", {"x": [1]})


def test_no_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    (tmp_path / "a-2.csv").touch()

    assert free_path(tmp_path, "a", ".csv").name == "a-3.csv"
    assert free_path(tmp_path, "b", ".csv").name == "b.csv"

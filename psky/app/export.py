"""Tables as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from psky.errors import UsageError

Cell = str | float | int | bool | None


def export_table(path: Path, columns: Mapping[str, Sequence[Cell]]) -> Path:
    """Write columns of one length to a .csv, .parquet or .json file and return where; its folder is made.

    Raises:
        UsageError: the file is of another kind.
        OSError: it cannot be written.
    """
    import polars as pl  # noqa: PLC0415 - loaded when something is exported

    frame = pl.DataFrame({name: _one_kind(cells) for name, cells in columns.items()})
    writers: dict[str, Callable[[Path], object]] = {
        ".csv": frame.write_csv,
        ".parquet": frame.write_parquet,
        ".json": frame.write_json,
    }
    if path.suffix not in writers:
        raise UsageError(f"expected a file that ends in {', '.join(writers)}, found {path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    writers[path.suffix](path)
    return path


def free_path(folder: Path, stem: str, suffix: str) -> Path:
    """Return `folder/stem.suffix`, or with the first of `-2`, `-3`, ... that names no file yet."""
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


def _one_kind(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells, as words where words and numbers are mixed: a column of a file has one kind."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if len(kinds) <= 1:
        return list(cells)
    if kinds == {int, float}:
        return [None if cell is None else float(cell) for cell in cells]
    return [None if cell is None else str(cell) for cell in cells]

from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.workspace import Workspace, symbol_of
from psky.errors import UsageError

ROOTS = Workspace(data_root=Path("data"), model_root=Path("models"))


def test_symbols_lie_below_the_roots() -> None:
    assert ROOTS.store_path("BTCUSDT") == Path("data/BTCUSDT/BTCUSDT.duckdb")
    assert ROOTS.study_dir("BTCUSDT", "first-1.0") == Path("models/BTCUSDT/first-1.0")


def test_explicit_folders_are_the_symbols_own() -> None:
    data, models = Path("tapes/RAVEUSDT"), Path("out/RAVEUSDT")
    workspace = Workspace(data_root=Path("data"), model_root=Path("models"), data_dir=data, model_dir=models)

    assert workspace.store_path("RAVEUSDT") == Path("tapes/RAVEUSDT/RAVEUSDT.duckdb")
    assert workspace.study_dir("RAVEUSDT", "s") == Path("out/RAVEUSDT/s")
    assert symbol_of(data) == "RAVEUSDT"


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "x" * 41, "sym bol", "sym\n", "\u00c4"])
def test_names_that_are_no_folder_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="expected a symbol"):
        ROOTS.store_path(name)
    with pytest.raises(UsageError, match="expected a study"):
        ROOTS.study_dir("BTCUSDT", name)

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from psky.app import data
from psky.app.workspace import Workspace
from psky.errors import UsageError
from tests.trade_files import START_S, rows, write


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    found = Workspace(data_root=tmp_path / "data", model_root=tmp_path / "models")
    path = write(tmp_path / "a.csv", rows(50))
    for symbol in ("BTCUSDT", "ETHUSDT"):
        data.import_files(found, symbol, [path])
    (found.data_root / "notes of mine").mkdir()
    (found.data_root / "README.md").write_text("a file among the folders")
    return found


def test_symbols_are_listed_with_their_span(workspace: Workspace) -> None:
    found = data.list_symbols(workspace)

    assert [summary.symbol for summary in found] == ["BTCUSDT", "ETHUSDT"]
    assert (found[0].rows, found[0].files, found[0].synthetic) == (50, 1, False)
    assert (found[0].first_ts_us, found[0].last_ts_us) == (START_S * 1_000_000, (START_S + 49) * 1_000_000)
    assert found[0].bytes == workspace.store_path("BTCUSDT").stat().st_size


def test_an_explicit_folder_is_the_only_symbol(workspace: Workspace) -> None:
    explicit = Workspace(
        data_root=workspace.data_root, model_root=workspace.model_root, data_dir=workspace.data_root / "ETHUSDT"
    )
    assert [summary.symbol for summary in data.list_symbols(explicit)] == ["ETHUSDT"]


def test_nothing_imported_lists_nothing(tmp_path: Path) -> None:
    assert data.list_symbols(Workspace(data_root=tmp_path / "none", model_root=tmp_path)) == []


def test_a_tape_is_loaded(workspace: Workspace) -> None:
    tape = data.load_tape(workspace, "BTCUSDT")

    assert (len(tape), tape.instrument.symbol, len(tape.fingerprint)) == (50, "BTCUSDT", 64)
    assert tape.fingerprint == data.load_tape(workspace, "ETHUSDT").fingerprint
    assert data.check(workspace, "BTCUSDT").rows == 50


def test_an_unknown_symbol_names_the_nearest(workspace: Workspace) -> None:
    for use in (data.load_tape, data.check):
        with pytest.raises(UsageError, match="found 'BTCUSD'; known: BTCUSDT"):
            use(workspace, "BTCUSD")


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    code = "import sys, psky.app.data; print([name for name in ('duckdb', 'pyarrow') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from psky.app import data
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.market.kept_tape import KeptTape
from psky.store.tape_store import TapeStore
from psky.store.writer import writing
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


def test_a_store_that_is_held_or_damaged_hides_no_other(workspace: Workspace) -> None:
    damaged = workspace.store_path("ADAUSDT")
    damaged.parent.mkdir()
    damaged.write_bytes(b"not a database" * 1000)
    with writing(workspace.store_path("BTCUSDT"), "BTCUSDT"):
        found = {summary.symbol: summary for summary in data.list_symbols(workspace)}
        with pytest.raises(UsageError, match="known: ADAUSDT, BTCUSDT, ETHUSDT"):
            data.check(workspace, "NONE")

    assert list(found) == ["ADAUSDT", "BTCUSDT", "ETHUSDT"]
    assert "held by" in found["BTCUSDT"].problem
    assert "not a valid DuckDB database file" in found["ADAUSDT"].problem
    assert (found["ETHUSDT"].problem, found["ETHUSDT"].rows) == ("", 50)


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


def test_a_tape_is_read_from_its_store_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    first = data.load_tape(workspace, "BTCUSDT")
    listed = data.list_symbols(workspace)
    monkeypatch.setattr(TapeStore, "read_trades", None)
    again = data.load_tape(workspace, "BTCUSDT")

    assert again.fingerprint == first.fingerprint
    np.testing.assert_array_equal(again.core.ts_us, first.core.ts_us)
    np.testing.assert_array_equal(again.core.price_ticks, first.core.price_ticks)
    names = sorted(file.name for file in workspace.symbol_dir("BTCUSDT").iterdir())
    assert names == ["BTCUSDT.duckdb", "BTCUSDT.tape"]
    assert data.list_symbols(workspace) == listed


def test_another_import_makes_another_tape(workspace: Workspace, tmp_path: Path) -> None:
    before = data.load_tape(workspace, "BTCUSDT")
    data.import_files(workspace, "BTCUSDT", [write(tmp_path / "b.csv", rows(30, START_S + 50))])
    after = data.load_tape(workspace, "BTCUSDT")

    assert (len(before), len(after)) == (50, 80)
    assert len(before.core.ts_us) == 50
    assert before.fingerprint != after.fingerprint
    assert len(data.load_tape(workspace, "BTCUSDT")) == 80


def test_a_store_that_changes_while_it_is_read_is_kept_under_its_own_name(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(_self: KeptTape) -> None:
        monkeypatch.undo()
        data.import_files(workspace, "BTCUSDT", [write(tmp_path / "b.csv", rows(30, START_S + 50))])

    monkeypatch.setattr(KeptTape, "find", late)
    loaded, again = data.load_tape(workspace, "BTCUSDT"), data.load_tape(workspace, "BTCUSDT")

    assert (len(loaded), len(again)) == (80, 80)
    assert loaded.fingerprint == again.fingerprint


def test_an_unknown_symbol_names_the_nearest(workspace: Workspace) -> None:
    for use in (data.load_tape, data.check):
        with pytest.raises(UsageError, match="found 'BTCUSD'; known: BTCUSDT"):
            use(workspace, "BTCUSD")


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    code = "import sys, psky.app.data; print([name for name in ('duckdb', 'pyarrow') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

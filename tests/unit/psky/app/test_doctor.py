"""What the doctor sees, and that each complaint has a remedy."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from psky.app import doctor
from psky.app.doctor import Check, diagnose
from psky.app.keys import store_keys
from psky.store.writer import writing
from tests import house

QUIET = {"TERM": "xterm", "HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"}


def checks(root: Path, **environment: str) -> dict[str, Check]:
    return {check.name: check for check in diagnose(house.workspace(root), QUIET | environment, root)}


def test_a_good_workspace_has_nothing_bad(stocked: Path) -> None:
    found = checks(stocked)

    assert [check for check in found.values() if check.state == "bad"] == []
    assert found[house.SYMBOL].found.startswith("60,000 trades, ")
    assert {"psky", "duckdb", "core", "settings", "terminal", "jobs", "clock", "keys", "completion"} <= found.keys()


def test_what_is_not_well_has_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "psky.toml").write_text("nothing = 1")
    found = checks(tmp_path, TERM="dumb")

    assert found["settings"].state == "bad"
    assert (found["terminal"].state, found["data"].state, found["completion"].state) == ("note", "note", "note")
    assert [check.name for check in found.values() if check.state != "ok" and not check.remedy] == []


def test_a_store_that_another_process_holds_is_a_note(own_stocked: Path) -> None:
    with writing(house.workspace(own_stocked).store_path(house.SYMBOL), house.SYMBOL):
        found = checks(own_stocked)[house.SYMBOL]

    assert found.state == "note"
    assert "held by" in found.found


def test_a_store_that_is_none_is_bad(own_stocked: Path) -> None:
    house.workspace(own_stocked).store_path(house.SYMBOL).write_bytes(b"not a database" * 1000)

    assert checks(own_stocked)[house.SYMBOL].state == "bad"


def test_a_clock_that_goes_wrong_is_bad(own_stocked: Path) -> None:
    ahead = time.time() + 86_400
    os.utime(house.workspace(own_stocked).store_path(house.SYMBOL), (ahead, ahead))

    assert checks(own_stocked)["clock"].state == "bad"


@pytest.mark.parametrize(("least", "state"), [("1.0", "ok"), ("9999", "bad")])
def test_an_old_package_is_bad(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, least: str, state: str) -> None:
    monkeypatch.setattr(
        doctor, "requires", lambda _: [f"numpy>={least},<99999", "nopackage>=1", "ruff; extra == 'dev'"]
    )
    found = checks(tmp_path)

    assert found["numpy"].state == state
    assert found["nopackage"].state == "bad"
    assert "ruff" not in found


def test_installed_completion_is_seen(tmp_path: Path) -> None:
    (tmp_path / ".zfunc").mkdir()
    (tmp_path / ".zfunc" / "_psky").touch()

    assert checks(tmp_path, HOME=str(tmp_path))["completion"].state == "ok"


def test_a_full_disk_is_bad(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "_LEAST_FREE_BYTES", float("inf"))

    assert checks(tmp_path)["data root"].state == "bad"


def test_keys_are_said_to_be_where_they_are(stocked: Path, tmp_path: Path) -> None:
    variables = {"XDG_CONFIG_HOME": str(tmp_path), "PSKY_DEMO_KEY": "key1234", "PSKY_DEMO_SECRET": "secret"}
    assert checks(stocked)["keys"].found.startswith("none")
    assert checks(stocked, **variables)["keys"].found == "demo from PSKY_DEMO_KEY"
    store_keys("live", "k", "s", variables).chmod(0o644)
    unsafe = checks(stocked, **variables)["keys"]

    assert (unsafe.state, unsafe.remedy) == ("note", "chmod 600 it")
    assert "found 0644" in unsafe.found

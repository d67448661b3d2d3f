"""`psky config`, `psky init` and `psky doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from psky.app.settings import Paper, Settings, Workstation, read_file
from psky.live.limits import LiveLimits
from psky.spec.codec import to_dict
from tests import house
from tests.commands import on_terminal


@pytest.fixture(autouse=True)
def no_user_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_each_source_is_named(tmp_path: Path, psky: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401 - a protocol
    (tmp_path / "psky.toml").write_text('data_root = "tapes"\ntheme = "psky-day"')
    monkeypatch.setenv("PSKY_JOBS", "3")
    shown = json.loads(psky("--theme", "ansi-dark", "config", "show", "--origin", "--json", cwd=tmp_path).out)

    assert shown["settings"] == {
        "data_root": "tapes",
        "model_root": "models",
        "theme": "ansi-dark",
        "log_level": "info",
        "jobs": 3,
        "spec": None,
        "live": json.loads(msgspec.json.encode(LiveLimits())),
        "paper": json.loads(msgspec.json.encode(Paper())),
        "tui": json.loads(msgspec.json.encode(Workstation())),
    }
    assert shown["origins"] == {
        "data_root": str(tmp_path / "psky.toml"),
        "model_root": "default",
        "theme": "flag",
        "log_level": "default",
        "jobs": "environment",
        "spec": "default",
    }


def test_the_roots_that_are_set_up_are_used(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    (tmp_path / "psky.toml").write_text('data_root = "tapes"\nmodel_root = "work"')
    assert psky("data", "synth", "S", "--prints", "1000", cwd=tmp_path).code == 0
    assert psky("data", "check", "NOPE", cwd=tmp_path).code == 2

    assert (tmp_path / "tapes" / "S" / "S.duckdb").exists()
    assert (tmp_path / "work" / ".logs" / "psky.log").exists()
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "models").exists()


def test_a_bad_file_ends_with_3_but_help_and_doctor_go_on(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    (tmp_path / "psky.toml").write_text('thme = "psky-day"')
    for command in (("data", "list"), ("config", "show"), ("config", "validate"), ("config", "validate", "psky.toml")):
        ended = psky(*command, cwd=tmp_path)
        assert (ended.code, ended.out) == (3, "")
        assert "unknown key 'thme'; did you mean 'theme'?" in ended.err

    assert psky("data", "--help", cwd=tmp_path).code == 0
    sick = psky("doctor", "--json", cwd=tmp_path)
    assert sick.code == 1
    assert [check["name"] for check in json.loads(sick.out)["checks"] if check["state"] == "bad"] == ["settings"]


def test_a_log_level_leaves_out_what_is_below(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    assert psky("--log-level", "error", "data", "synth", "S", "--prints", "1000", cwd=tmp_path).code == 0
    assert not (tmp_path / "models").exists()

    assert psky("--log-level", "loud", "data", "list", cwd=tmp_path).code == 3


def test_a_spec_that_is_set_up_is_where_new_studies_start(own_stocked: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    (own_stocked / "quick.json").write_text(json.dumps(to_dict(house.QUICK)))
    (own_stocked / "psky.toml").write_text('spec = "quick.json"')
    tune = ("tune", "run", house.SYMBOL, "--study", "s", "--json")
    planned = json.loads(psky(*tune, "--dry-run", cwd=own_stocked).out)
    assert planned["changes"]["model.rounds"][1] == house.QUICK.model.rounds
    assert psky(*tune, "--trials", "1", cwd=own_stocked).code in house.ANSWERED
    (own_stocked / "quick.json").unlink()

    again = psky(*tune, "--trials", "1", cwd=own_stocked)
    assert again.code in house.ANSWERED, "a study that is there keeps its own spec"


def test_init_makes_a_workspace_once(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    flags = ("--model-root", "work")
    would = psky(*flags, "init", "--yes", "--dry-run", cwd=tmp_path)
    assert (would.code, list(tmp_path.iterdir())) == (0, [])
    assert psky(*flags, "init", "--yes", cwd=tmp_path).code == 0

    assert {path.name for path in tmp_path.iterdir()} == {"data", "work", "psky.toml"}
    assert read_file(tmp_path / "psky.toml") == Settings(model_root="work")
    again = psky("init", "--yes", cwd=tmp_path)
    assert (again.code, "expected a folder without psky.toml" in again.err) == (2, True)


def test_without_a_terminal_the_wizard_asks_nothing(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    ended = psky("init", cwd=tmp_path)

    assert ended.code == 2
    assert "expected --yes" in ended.err


def test_the_wizard_takes_answers(tmp_path: Path) -> None:
    code, shown = on_terminal("init", cwd=tmp_path, answers="tapes\n\npsky-day\n")

    assert code == 0, shown
    assert read_file(tmp_path / "psky.toml") == Settings(data_root="tapes", theme="psky-day")
    assert (tmp_path / "tapes").is_dir()


def test_the_wizard_refuses_what_cannot_be(tmp_path: Path) -> None:
    code, shown = on_terminal("init", cwd=tmp_path, answers="\n\npink\n")

    assert code == 2
    assert "Invalid enum value 'pink'" in shown
    assert not (tmp_path / "psky.toml").exists()


def test_the_schema_is_json(tmp_path: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    schema = json.loads(psky("config", "schema", cwd=tmp_path).out)

    assert schema["$defs"]["Settings"]["additionalProperties"] is False

"""Where settings come from, and what is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec
import pytest

from psky.app import settings
from psky.app.settings import NAMES, TABLES, Settings, Workstation, files_of, read_file, resolve, to_toml
from psky.errors import SpecError
from psky.live.limits import LiveLimits
from tui import themes


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    user = tmp_path / "home" / "psky" / "config.toml"
    user.parent.mkdir(parents=True)
    user.write_text('data_root = "user"\nmodel_root = "user"\ntheme = "psky-day"\njobs = 2\n')
    (tmp_path / "psky.toml").write_text('data_root = "here"\nmodel_root = "here"\njobs = 3\n')
    return {"XDG_CONFIG_HOME": str(tmp_path / "home"), "PSKY_DATA_ROOT": "variable", "PSKY_JOBS": "4"}


def test_the_nearest_source_wins(environment: dict[str, str], tmp_path: Path) -> None:
    resolved = resolve({"data_root": "flag", "theme": None}, environment, tmp_path)
    here, user = map(str, files_of(environment, tmp_path))

    assert resolved.settings == Settings(data_root="flag", jobs=4, model_root="here", theme="psky-day")
    assert resolved.origins == {
        "data_root": "flag",
        "jobs": "environment",
        "model_root": here,
        "theme": user,
        "log_level": "default",
        "spec": "default",
    }


def test_limits_of_live_sessions_come_from_files_key_by_key(environment: dict[str, str], tmp_path: Path) -> None:
    here, user = files_of(environment, tmp_path)
    user.write_text("[live]\ndaily_loss_usdt = 1\ndrawdown_usdt = 2\n")
    here.write_text("[live]\ndrawdown_usdt = 3\n")

    limits = resolve({}, environment, tmp_path).settings.live
    assert (limits.daily_loss_usdt, limits.drawdown_usdt) == (1, 3)
    assert limits.naked_s == LiveLimits().naked_s


def test_without_any_source_defaults_hold(tmp_path: Path) -> None:
    resolved = resolve({}, {"XDG_CONFIG_HOME": str(tmp_path / "none")}, tmp_path)

    assert resolved.settings == Settings()
    assert set(resolved.origins.values()) == {"default"}


def test_an_unset_config_home_is_below_the_home_folder(tmp_path: Path) -> None:
    assert files_of({"HOME": "/home/me"}, tmp_path)[1] == Path("/home/me/.config/psky/config.toml")
    assert files_of({"HOME": "/home/me", "XDG_CONFIG_HOME": ""}, tmp_path)[1].is_relative_to("/home/me")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('thme = "psky-day"', "unknown key 'thme'; did you mean 'theme'?"),
        ("jobs = 0", "not a valid setting: Expected `int` >= 1 - at `$.jobs`"),
        ('theme = "pink"', "Invalid enum value 'pink' - at `$.theme`; known: psky-night, psky-day, psky-colour-safe, "),
        ('[live]\non_unknown = "hope"', "at `$.live.on_unknown`; known: "),
        ("[tui]\nthem = 1", "unknown key 'them' in [tui]; known: privacy, keys"),
        ("jobs = ", "expected a readable settings file"),
        ('data_root = ""', "`$.data_root`"),
        ("[live]\ndaily_los_usdt = 1", "unknown key 'daily_los_usdt' in [live]; did you mean 'daily_loss_usdt'?"),
        ("[live]\ndaily_loss_usdt = 0", "`$.live.daily_loss_usdt`"),
    ],
)
def test_a_bad_file_is_refused_by_name(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "psky.toml"
    file.write_text(text)

    for read in (lambda: read_file(file), lambda: resolve({"data_root": "flag"}, {}, tmp_path)):
        with pytest.raises(SpecError) as refused:
            read()
        assert words in str(refused.value)
        assert str(file) in str(refused.value)


def test_a_bad_variable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"environment: not a valid setting.*\$\.jobs"):
        resolve({}, {"PSKY_JOBS": "many", "XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)


ODD = Settings(data_root='odd "name"\\ é', jobs=7, tui=Workstation(keys={"next_view": "f2"}), spec="s.toml")


@pytest.mark.parametrize("made", [Settings(), ODD])
def test_a_written_file_says_the_same(made: Settings, tmp_path: Path) -> None:
    file = tmp_path / "psky.toml"
    file.write_text(to_toml(made), encoding="utf-8")

    assert read_file(file) == made
    assert set(tomllib.loads(to_toml(made))) == {*NAMES, *TABLES} - (set() if made.spec else {"spec"})


def test_the_schema_describes_every_key_and_allows_no_other() -> None:
    schema = settings.json_schema()["$defs"]["Settings"]

    assert tuple(schema["properties"]) == (*NAMES, *TABLES)
    assert all(key["description"] for key in schema["properties"].values())
    assert schema["additionalProperties"] is False


def test_the_themes_are_those_of_the_workstation() -> None:
    assert get_args(get_type_hints(Settings)["theme"]) == themes.NAMES
    assert msgspec.convert({"theme": themes.NAMES[-1]}, Settings).theme == themes.NAMES[-1]


def test_the_overview_lists_every_setting() -> None:
    page = (Path(__file__).resolve().parents[4] / "PROGRAM_OVERVIEW.md").read_text(encoding="utf-8")
    rows = page.split("## Settings")[1].split("## ")[0].splitlines()

    listed = [tuple(cell.strip(" `") for cell in row.split("|")[1:4:2]) for row in rows if row.startswith("| `")]
    assert sorted(listed) == sorted((name, settings.variable(name)) for name in NAMES)

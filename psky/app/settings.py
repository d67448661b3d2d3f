"""How psky is set up: flags before environment before `psky.toml` before the user's file before defaults.

`psky.toml` lies in the folder that psky runs in, the user's file in `$XDG_CONFIG_HOME/psky/config.toml`. Relative paths
start from the folder that psky runs in. Unknown keys are refused. The table `[live]` holds the limits of live sessions
(`psky.live.limits`), `[paper]` what a paper account begins with, `[tui]` how the workstation behaves; files alone set
them, key by key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from psky.errors import SpecError
from psky.live.limits import LiveLimits
from psky.spec.codec import choices, nearest

FILE = Path("psky.toml")
_PREFIX = "PSKY_"
_NotEmpty = Annotated[str, Meta(min_length=1)]


class Workstation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the workstation behaves."""

    privacy: Annotated[bool, Meta(description="Hide amounts of money from the start; $ shows them.")] = False
    keys: Annotated[
        dict[str, str], Meta(description='Other keys, by the name of an action as the help calls it: next_view = "f2".')
    ] = {}


class Paper(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Accounts that psky simulates on the real market."""

    balance_usdt: Annotated[float, Meta(gt=0, description="USDT that a new paper account begins with.")] = 100_000.0


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set up."""

    data_root: Annotated[_NotEmpty, Meta(description="Folder that holds a folder of tape for each symbol.")] = "data"
    model_root: Annotated[_NotEmpty, Meta(description="Folder of studies and models, jobs and logs.")] = "models"
    theme: Annotated[
        Literal["psky-night", "psky-day", "psky-colour-safe", "ansi-dark"],
        Meta(description="Colours that the workstation opens with."),
    ] = "psky-night"
    log_level: Annotated[Literal["info", "warning", "error"], Meta(description="Least event that is logged.")] = "info"
    jobs: Annotated[int, Meta(ge=1, le=64, description="Processes that try trials at once.")] = 1
    spec: Annotated[_NotEmpty | None, Meta(description="Spec file that new studies start from.")] = None
    live: Annotated[LiveLimits, Meta(description="What stops a live session.")] = LiveLimits()
    paper: Annotated[Paper, Meta(description="Accounts that psky simulates on the real market.")] = Paper()
    tui: Annotated[Workstation, Meta(description="How the workstation behaves.")] = Workstation()


TABLES: Mapping[str, type[msgspec.Struct]] = {"live": LiveLimits, "paper": Paper, "tui": Workstation}
"""Settings that are tables, which files alone set."""
NAMES = tuple(name for name in Settings.__struct_fields__ if name not in TABLES)
"""Of the single settings, which flags and variables set too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that settings come from: `name` as it is shown, and what is set there."""

    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The settings that hold, and for each name where it was set."""

    settings: Settings
    origins: Mapping[str, str]


def resolve(flags: Mapping[str, Any], environment: Mapping[str, str], here: Path) -> Resolved:
    """Return what holds in the folder `here`.

    Raises:
        SpecError: a file cannot be read, has an unknown key (the message names the nearest) or an impossible value.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    files = [_file_source(path) for path in files_of(environment, here) if path.exists()]
    return _resolved([Source(name="flag", values=given), _environment_source(environment), *files])


def files_of(environment: Mapping[str, str], here: Path) -> tuple[Path, Path]:
    """Return where the workspace's and the user's file lie, the stronger first, whether they exist or not."""
    home = environment.get("HOME", "~")
    base = Path(environment.get("XDG_CONFIG_HOME") or Path(home, ".config"))
    return here / FILE, base.expanduser() / "psky" / "config.toml"


def read_file(path: Path) -> Settings:
    """Return what a settings file sets, defaults for the rest.

    Raises:
        SpecError: as `resolve`.
    """
    return _resolved([_file_source(path)]).settings


def variable(name: str) -> str:
    """Return the environment variable of a setting: `PSKY_DATA_ROOT`."""
    return _PREFIX + name.upper()


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a settings file."""
    return msgspec.json.schema(Settings)


def to_toml(settings: Settings) -> str:
    """Return a settings file with all keys and what each is for; one without a value is left as a comment."""
    values = msgspec.to_builtins(settings)
    tables = {name: values.pop(name) for name in TABLES}
    lines = _lines(Settings, values)
    for name, kind in TABLES.items():
        lines += [f"[{name}]", *_lines(kind, tables[name])]
    return "\n".join(lines)


def _lines(kind: type[msgspec.Struct], values: Mapping[str, Any]) -> list[str]:
    described = msgspec.json.schema(kind)["$defs"][kind.__name__]["properties"]
    lines = []
    for name, value in values.items():
        shown = f'# {name} = ""' if value is None else f"{name} = {_toml(value)}"
        lines += [f"# {described[name]['description']}", shown, ""]
    return lines


def _toml(value: Any) -> str:  # noqa: ANN401 - of several types
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + "}"
    return msgspec.json.encode(value).decode()  # of words, numbers and truths, JSON is TOML too


def _resolved(sources: Iterable[Source]) -> Resolved:
    """Return the union of sources, of which earlier ones are the stronger."""
    values: dict[str, Any] = {}
    tables: dict[str, dict[str, Any]] = {name: {} for name in TABLES}
    origins = dict.fromkeys(NAMES, "default")
    for source in reversed(list(sources)):
        _check(source)
        for name, table in tables.items():
            table.update(source.values.get(name, {}))
        values |= {**source.values, **tables}
        origins |= {name: source.name for name in source.values if name not in TABLES}
    return Resolved(settings=_convert(values, ""), origins=origins)


def _check(source: Source) -> None:
    known = (*NAMES, *TABLES)
    inner = (
        (name, f" in [{table}]", kind.__struct_fields__)
        for table, kind in TABLES.items()
        for name in _keys(source, table)
    )
    for name, where, names in [*((name, "", known) for name in source.values), *inner]:
        if name not in names:
            raise SpecError(f"{source.name}: unknown key {name!r}{where}{nearest(name, list(names))}")
    _convert(dict(source.values), f"{source.name}: ")


def _keys(source: Source, table: str) -> list[str]:
    found = source.values.get(table)
    return list(found) if isinstance(found, dict) else []


def _convert(values: dict[str, Any], where: str) -> Settings:
    try:
        # Not strict: the environment says numbers in words.
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SpecError(f"{where}not a valid setting: {error}{choices(Settings, str(error))}") from error


def _file_source(path: Path) -> Source:
    try:
        return Source(name=str(path), values=tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(f"{path}: expected a readable settings file, found: {error}") from error


def _environment_source(environment: Mapping[str, str]) -> Source:
    values = {name: environment[variable(name)] for name in NAMES if environment.get(variable(name))}
    return Source(name="environment", values=values)

"""Is everything there that psky needs? One check a line, each with what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

import psky
from psky.app.job_status import RUNNING, STOPPING
from psky.app.job_views import list_job_views
from psky.app.names import stores
from psky.app.settings import files_of, read_file
from psky.app.workspace import Workspace
from psky.domain.text import integer, utc_minute
from psky.errors import PskyError, StoreLocked

State = Literal["ok", "note", "bad"]
_GB = 1e9
_LEAST_FREE_BYTES = 1 * _GB
_LEAST_COLUMNS, _LEAST_LINES = 80, 24
_COMPLETIONS = (".bash_completions/psky.sh", ".zfunc/_psky", ".config/fish/completions/psky.fish")
"""Where `psky --install-completion` puts them, below the home folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: `bad` keeps psky from working, a `note` does not."""

    name: str
    state: State
    found: str
    remedy: str = ""


def diagnose(workspace: Workspace, environment: Mapping[str, str], here: Path) -> Iterator[Check]:
    """Look at everything, cheap things first; nothing is changed."""
    yield from _versions()
    yield _core()
    yield _settings(environment, here)
    yield _terminal(environment)
    yield from (_disk(name, root) for name, root in _roots(workspace))
    yield from _stores(workspace)
    yield _jobs(workspace)
    yield _clock(workspace)
    yield _keys(environment)
    yield _completion(environment)


def _versions() -> Iterator[Check]:
    yield Check(name="psky", state="ok", found=f"{psky.__version__}, Python {sys.version.split()[0]}")
    for wanted in requires("psky") or []:
        if "extra ==" in wanted:
            continue
        name, _, least = wanted.replace(",", ">=").partition(">=")
        yield _package(name.strip(), least.split("<")[0].split(">=")[0].strip())


def _package(name: str, least: str) -> Check:
    remedy = f"pip install '{name}>={least}', or make setup"
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(name=name, state="bad", found="not installed", remedy=remedy)
    old = _numbers(found) < _numbers(least)
    wanted = f"{found}; expected {least} or newer" if old else found
    return Check(name=name, state="bad" if old else "ok", found=wanted, remedy=remedy if old else "")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _core() -> Check:
    try:
        from psky.market.core import VERSION  # noqa: PLC0415 - the import is the check
    except ImportError as error:
        return Check(name="core", state="bad", found=f"cannot be loaded: {error}", remedy="make setup builds it")
    if psky.__version__ != VERSION:
        found = f"{VERSION}; expected {psky.__version__}, psky's own"
        return Check(name="core", state="bad", found=found, remedy="make setup builds it anew")
    return Check(name="core", state="ok", found=VERSION)


def _settings(environment: Mapping[str, str], here: Path) -> Check:
    files = [path for path in files_of(environment, here) if path.exists()]
    try:
        for path in files:
            read_file(path)
    except PskyError as error:
        return Check(
            name="settings", state="bad", found=str(error), remedy="mend the file; psky config schema tells how"
        )
    if not files:
        return Check(
            name="settings", state="note", found="no settings file: defaults hold", remedy="psky init makes one"
        )
    return Check(name="settings", state="ok", found=", ".join(map(str, files)))


def _terminal(environment: Mapping[str, str]) -> Check:
    columns, lines = shutil.get_terminal_size((_LEAST_COLUMNS, _LEAST_LINES))
    term = environment.get("TERM", "")
    found = f"{columns}x{lines}, TERM={term or 'unset'}, {sys.stdout.encoding}"
    if columns < _LEAST_COLUMNS or lines < _LEAST_LINES:
        wanted = f"enlarge it to {_LEAST_COLUMNS}x{_LEAST_LINES} or more for the workstation"
        return Check(name="terminal", state="note", found=found, remedy=wanted)
    if (sys.stdout.encoding or "").lower().replace("-", "") != "utf8":
        return Check(name="terminal", state="note", found=found, remedy="set LANG to a UTF-8 locale, such as C.UTF-8")
    if term in {"", "dumb"}:
        return Check(name="terminal", state="note", found=found, remedy="set TERM, to xterm-256color for example")
    return Check(name="terminal", state="ok", found=found)


def _roots(workspace: Workspace) -> tuple[tuple[str, Path], tuple[str, Path]]:
    return ("data root", workspace.data_root), ("model root", workspace.model_root)


def _disk(name: str, root: Path) -> Check:
    there = next((path for path in (root, *root.absolute().parents) if path.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    found = f"{root}, {free / _GB:.1f} GB free"
    if not os.access(there, os.W_OK):
        return Check(
            name=name, state="bad", found=f"{found}, not writable", remedy=f"chmod u+w {there}, or name another"
        )
    if free < _LEAST_FREE_BYTES:
        return Check(name=name, state="bad", found=found, remedy="make room: a million trades take about 10 MB")
    return Check(name=name, state="ok", found=found)


def _stores(workspace: Workspace) -> Iterator[Check]:
    symbols = stores(workspace)
    if not symbols:
        yield Check(name="data", state="note", found="no symbol has a tape", remedy="psky data import FILES --symbol X")
    yield from (_store(workspace, symbol) for symbol in symbols)


def _store(workspace: Workspace, symbol: str) -> Check:
    from psky.app.data import summary_of  # noqa: PLC0415 - loads the core, which may be what is broken

    again = "remove the store and import again"
    try:
        tape = summary_of(workspace, symbol)
    except StoreLocked as error:
        return Check(name=symbol, state="note", found=str(error), remedy="wait for it; psky jobs list shows jobs")
    except PskyError as error:
        return Check(name=symbol, state="bad", found=str(error), remedy=again)
    span = f"{utc_minute(tape.first_ts_us)} to {utc_minute(tape.last_ts_us)} UTC"
    return Check(name=symbol, state="ok", found=f"{integer(tape.rows)} trades, {span}")


def _jobs(workspace: Workspace) -> Check:
    states = [view.status.state for view in list_job_views(workspace)]
    running = sum(state in {RUNNING, STOPPING} for state in states)
    killed = states.count("killed")
    found = f"{running} running, {killed} killed, {len(states)} in all"
    remedy = "psky jobs list and psky jobs logs tell more; psky jobs prune clears up" if killed else ""
    return Check(name="jobs", state="note" if killed else "ok", found=found, remedy=remedy)


def _clock(workspace: Workspace) -> Check:
    now_s = time.time()
    files = [path for _, root in _roots(workspace) for path in root.glob("*/*.duckdb")]
    latest_s = max((path.stat().st_mtime for path in files), default=0.0)
    found = f"{utc_minute(int(now_s * 1e6))} UTC"
    if now_s < latest_s:
        found = f"{found}, before a store was last written"
        return Check(name="clock", state="bad", found=found, remedy="set the clock: timedatectl set-ntp true")
    return Check(name="clock", state="ok", found=found)


def _keys(environment: Mapping[str, str]) -> Check:
    from psky.app.keys import list_keys  # noqa: PLC0415 - after what may be broken was looked at

    keys = list_keys(environment)
    found = ", ".join(f"{one.environment} from {one.source}" for one in keys if one.source)
    problem = next((one.problem for one in keys if one.problem), "")
    if problem:
        return Check(name="keys", state="note", found=problem, remedy="chmod 600 it")
    return Check(name="keys", state="ok", found=found or "none: sim and paper need none; psky keys set keeps some")


def _completion(environment: Mapping[str, str]) -> Check:
    home = Path(environment.get("HOME", "~")).expanduser()
    there = [name for name in _COMPLETIONS if (home / name).exists()]
    if there:
        return Check(name="completion", state="ok", found=", ".join(there))
    return Check(name="completion", state="note", found="not installed", remedy="psky --install-completion")

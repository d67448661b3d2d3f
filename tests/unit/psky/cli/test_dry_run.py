"""`--dry-run` says what would be done and does nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import optuna
import pytest

from psky import __version__ as psky_version
from psky.app.train import run_training
from psky.live.folder import SessionFolder, live_root
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter
from psky.tuning.storage import storage
from psky.tuning.study import expect, read_record
from tests import house
from tests.command_tree import commands
from tests.trade_files import rows, write

NOWHERE = "http://127.0.0.1:9"
COMMANDS: dict[str, tuple[str, ...]] = {
    "data import": ("trades.csv", "--symbol", "NEW"),
    "data download": ("NEW", "--from", "2026-01-20", "--to", "2026-01-22"),
    "tune run": (house.SYMBOL, "--study", "new", "--trials", "3"),
    "tune resume": (house.SYMBOL, "--study", "first"),
    "train": (house.SYMBOL, "--study", "first", "--trial", "0"),
    "live run": (house.SYMBOL, "--env", "sim", "--address", NOWHERE, "--study", "first", "--trial", "0"),
    "backtest run": (house.SYMBOL, "--study", "first", "--trial", "0", "--fold", "1"),
    "jobs prune": (),
    "keys set": ("demo",),
    "live flatten": (house.SYMBOL,),
    "live kill": (house.SYMBOL,),
    "init": ("--yes",),
}
WORDS = {
    "data import": "Would be imported into NEW",
    "data download": "would be fetched",
    "tune run": "would run 3 trials of the new study new",
    "tune resume": "would run 2 more trials of first",
    "train": "would train trial 0 of first",
    "live run": "would trade trial 0 of first on sim (no real money), a new session",
    "backtest run": "would replay trial 0 of first on fold 1",
    "jobs prune": "would delete 0 jobs",
    "live flatten": "would flatten, through the exchange: DEMOUSDT abc [demo] cut off",
    "live kill": "would kill, through the exchange: DEMOUSDT abc [demo] cut off",
    "keys set": "would keep the keys of demo",
    "init": "would make",
}
LEFT = {"journal.db-shm", "journal.db-wal", "lock"}
"""What looking at a session leaves beside its journal."""


def content(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and ".logs" not in path.parts and path.name not in LEFT)
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_dry_run_is_tried() -> None:
    assert {name for name, command in commands().items() if has(command, "dry_run")} == set(COMMANDS)


def has(command: Any, option: str) -> bool:  # noqa: ANN401 - typer's own
    return option in {parameter.name for parameter in command.params}


def test_what_runs_long_can_be_detached() -> None:
    both = {name for name, command in commands().items() if has(command, "detach") and has(command, "events")}

    assert both >= {"data import", "tune run", "train", "backtest run"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_dry_run_changes_nothing(name: str, own_tuned: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    write(own_tuned / "trades.csv", rows(50))
    if name == "live run":
        run_training(house.workspace(own_tuned), house.SYMBOL, "first", 0)
    if name == "tune resume":
        ask_for_more(own_tuned, trials=6)
    if name in {"live flatten", "live kill"}:
        leave_a_session(own_tuned)
    before = content(own_tuned)
    shown = psky(*name.split(), *COMMANDS[name], "--dry-run", cwd=own_tuned)
    as_json = psky(*name.split(), *COMMANDS[name], "--dry-run", "--json", cwd=own_tuned)

    assert (shown.code, as_json.code) == (0, 0), shown.err
    assert WORDS[name] in shown.out + shown.err
    assert json.loads(as_json.out)["dry_run"] is True
    assert content(own_tuned) == before


def leave_a_session(root: Path) -> None:
    """Leave the journal of a session that no process runs."""
    opened = records.Opened(
        session="abc",
        environment="demo",
        symbol=house.SYMBOL,
        study="first",
        trial=0,
        prefix="psky-abc",
        strategy={},
        model_digest="0",
        tick="0.1",
        lot="0.001",
        account_usdt="1000",
        psky_version=psky_version,
    )
    path = live_root(house.workspace(root).model_root, house.SYMBOL) / "abc"
    with JournalWriter(SessionFolder(path=path).journal, durable=False) as writer:
        writer.append(opened, 0)


def ask_for_more(root: Path, trials: int) -> None:
    """Note in the study that it was to have so many trials, as a run does that was killed before it ended."""
    folder = house.workspace(root).study_dir(house.SYMBOL, "first")
    with storage(folder, None) as opened:
        expect(optuna.load_study(study_name=read_record(folder).key, storage=opened), trials)


def test_a_tuning_plan_shows_space_folds_and_holdout(tuned: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    shown = psky("tune", "run", house.SYMBOL, "--study", "first", "--dry-run", cwd=tuned).out

    assert "more trials of first" in shown
    for words in ("fold_1", "fold_2", "holdout", "model.rounds", "policy.opposite"):
        assert words in shown

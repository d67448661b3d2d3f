"""`--dry-run` says what would be done and does nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest

from psky.app.train import run_training
from psky.app.workspace import Workspace
from psky.tuning.storage import storage
from psky.tuning.study import expect, read_record
from tests import house
from tests.bybit_answers import answer, save, stepped
from tests.command_tree import commands
from tests.leftovers import JOB, cut_off_session, finished_job
from tests.trade_files import rows, write

NOWHERE = "http://127.0.0.1:9"
COMMANDS: dict[str, tuple[str, ...]] = {
    "data import": ("trades.csv", "--symbol", "NEW"),
    "data download": ("NEW", "--from", "2026-01-20", "--to", "2026-01-22"),
    "data synth": ("NEW", "--prints", "1000"),
    "data funding": (house.SYMBOL, "funding.csv"),
    "data instrument": (house.SYMBOL, "--from", "rules.json"),
    "tune run": (house.SYMBOL, "--study", "new", "--trials", "3"),
    "tune resume": (house.SYMBOL, "--study", "first"),
    "tune pause": (house.SYMBOL, "--study", "first"),
    "train": (house.SYMBOL, "--study", "first", "--trial", "0"),
    "live run": (house.SYMBOL, "--env", "sim", "--address", NOWHERE, "--study", "first", "--trial", "0"),
    "backtest run": (house.SYMBOL, "--study", "first", "--trial", "0", "--fold", "1"),
    "reproduce": (f"models/{house.SYMBOL}/first/tuning_summary_0.json",),
    "jobs prune": (),
    "jobs stop": (JOB,),
    "keys set": ("demo",),
    "live flatten": (house.SYMBOL,),
    "live kill": (house.SYMBOL,),
    "live arm": (house.SYMBOL,),
    "init": ("--yes",),
}
NEED_NONE = {
    "they show what there is": {
        "audit leaks",
        "backtest compare",
        "backtest list",
        "backtest report",
        "config schema",
        "config show",
        "config validate",
        "data candles",
        "data check",
        "data list",
        "doctor",
        "features list",
        "jobs list",
        "jobs logs",
        "jobs watch",
        "keys list",
        "live audit",
        "live drift",
        "live status",
        "live watch",
        "model explain",
        "model report",
        "studies list",
        "studies show",
        "studies trials",
        "touches",
        "tune workers",
    },
    "to look is what it is for, and is counted": {"data truth"},
    "what they serve ends with them": {"serve", "sim serve"},
    "they are there to show all that they do": {"demo", "live demo"},
}
"""Commands without a dry run, by the reason."""
WORDS = {
    "data import": "Would be imported into NEW",
    "data download": "would be fetched",
    "data synth": "would generate a new tape of NEW: 1,000 trades with a planted edge, seed 1",
    "data funding": "Funding that would be imported into DEMOUSDT",
    "data instrument": "DEMOUSDT (synthetic), as it would be",
    "tune run": "would run 3 trials of the new study new",
    "tune resume": "would run 2 more trials of first",
    "tune pause": "would pause study first of DEMOUSDT; 0 trials at work would be finished first",
    "train": "would train trial 0 of first",
    "live run": "would trade trial 0 of first on sim (no real money), a new session",
    "backtest run": "would replay trial 0 of first on fold 1",
    "reproduce": "would rebuild trial 0 of first on fold 1, fold 2",
    "jobs stop": f"would do nothing: {JOB} has ended",
    "jobs prune": "would delete 0 jobs",
    "live flatten": "would flatten, through the exchange: DEMOUSDT abc [demo] cut off",
    "live kill": "would kill, through the exchange: DEMOUSDT abc [demo] cut off",
    "live arm": "would arm DEMOUSDT: may trade again: session abc",
    "keys set": "would keep the keys of demo",
    "init": "would make",
}


def leave_as_it_is(_workspace: Workspace) -> None:
    pass


def ask_for_more(workspace: Workspace) -> None:
    """Note in the study that it was to have six trials, as a run does that was killed before it ended."""
    folder = workspace.study_dir(house.SYMBOL, "first")
    with storage(folder, None) as opened:
        expect(optuna.load_study(study_name=read_record(folder).key, storage=opened), 6)


def train(workspace: Workspace) -> None:
    run_training(workspace, house.SYMBOL, "first", 0)


BEFORE: dict[str, Callable[[Workspace], None]] = {
    "live run": train,
    "tune resume": ask_for_more,
    "jobs stop": finished_job,
    "live flatten": cut_off_session,
    "live kill": cut_off_session,
    "live arm": cut_off_session,
}
"""What there is before, where that is not what others find."""
LEFT = {"journal.db-shm", "journal.db-wal", "lock"}
"""What looking at a session leaves beside its journal."""


def content(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and ".logs" not in path.parts and path.name not in LEFT)
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_every_dry_run_is_tried() -> None:
    assert {name for name, command in commands().items() if has(command, "dry_run")} == set(COMMANDS)


def test_every_command_has_a_dry_run_or_a_reason_to_have_none() -> None:
    assert sorted([*COMMANDS, *(name for names in NEED_NONE.values() for name in names)]) == sorted(commands())


def has(command: Any, option: str) -> bool:  # noqa: ANN401 - typer's own
    return option in {parameter.name for parameter in command.params}


def test_what_runs_long_can_be_detached() -> None:
    both = {name for name, command in commands().items() if has(command, "detach") and has(command, "events")}

    assert both >= {"data import", "tune run", "train", "backtest run"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_dry_run_changes_nothing(name: str, own_tuned: Path, psky: Any) -> None:  # noqa: ANN401 - a protocol
    write(own_tuned / "trades.csv", rows(50))
    (own_tuned / "funding.csv").write_text("timestamp,rate\n1700000000,0.0001\n")
    save(own_tuned / "rules.json", answer("linear", stepped(house.SYMBOL, "0.0001", "0.001")))
    BEFORE.get(name, leave_as_it_is)(house.workspace(own_tuned))
    before = content(own_tuned)
    shown = psky(*name.split(), *COMMANDS[name], "--dry-run", cwd=own_tuned)
    as_json = psky(*name.split(), *COMMANDS[name], "--dry-run", "--json", cwd=own_tuned)

    assert (shown.code, as_json.code) == (0, 0), shown.err
    assert WORDS[name] in shown.out + shown.err
    assert json.loads(as_json.out)["dry_run"] is True
    assert content(own_tuned) == before


def test_a_tuning_plan_shows_space_folds_and_holdout(tuned: Path, psky: Any) -> None:  # noqa: ANN401 - as above
    shown = psky("tune", "run", house.SYMBOL, "--study", "first", "--dry-run", cwd=tuned).out

    assert "more trials of first" in shown
    for words in ("fold_1", "fold_2", "holdout", "model.rounds", "policy.opposite"):
        assert words in shown

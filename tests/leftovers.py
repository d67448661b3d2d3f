"""What processes leave behind: a job that has finished, a session that was cut off."""

from __future__ import annotations

import json

from psky import __version__ as psky_version
from psky.app.events import Event, EventFile
from psky.app.workspace import Workspace
from psky.live.folder import SessionFolder, live_root
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter
from tests import house

JOB = "0123abcd"
SESSION = "abc"
SYMBOL = house.SYMBOL
OPENED = records.Opened(
    session=SESSION,
    environment="demo",
    symbol=SYMBOL,
    study="first",
    trial=0,
    prefix=f"psky-{SESSION}",
    strategy={},
    model_digest="0",
    tick="0.1",
    lot="0.001",
    account_usdt="1000",
    psky_version=psky_version,
)


def finished_job(workspace: Workspace) -> None:
    """Leave what a job leaves that has finished."""
    folder = workspace.model_root / ".jobs" / JOB
    folder.mkdir(parents=True)
    process = {"pid": 1, "start_ticks": 0, "boot_id": "an earlier run of the machine"}
    record = {"id": folder.name, "command": ["data", "list"], "cwd": "/", "started_us": 0, "psky_version": "0"}
    (folder / "job.json").write_text(json.dumps(record | {"process": process}))
    (folder / "log.txt").write_text("all is done\n")
    EventFile(folder / "events.jsonl")(Event(kind="finished", text="data list"))


def cut_off_session(workspace: Workspace) -> None:
    """Leave the journal of a session that no process runs."""
    path = live_root(workspace.model_root, house.SYMBOL) / SESSION
    with JournalWriter(SessionFolder(path=path).journal, durable=False) as writer:
        writer.append(OPENED, 0)

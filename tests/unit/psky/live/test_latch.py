"""A trip outlasts its session, until somebody arms."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from psky.app.live_arming import arm
from psky.app.workspace import Workspace
from psky.errors import NotArmed
from psky.live.folder import SessionFolder, live_root
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.latch import latch_of, tripped
from tests.leftovers import OPENED, SYMBOL

TRIP = records.Guard(what="trip", rule="drawdown", explanation="drawdown: lost 9 USDT", facts={})
ARMED = records.Guard(what="armed", rule="", explanation="armed by the operator", facts={})
ENDED = records.Ended(reason="asked to stop", lots=0)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(model_root=tmp_path)


def leave(workspace: Workspace, name: str, environment: str, *after: records.Record) -> SessionFolder:
    folder = SessionFolder(path=live_root(workspace.model_root, SYMBOL) / name)
    with JournalWriter(folder.journal, durable=False) as journal:
        for record in (structs.replace(OPENED, session=name, environment=environment), *after):
            journal.append(record, 0)
    return folder


def new(workspace: Workspace) -> SessionFolder:
    return SessionFolder(path=live_root(workspace.model_root, SYMBOL) / "new")


def test_the_last_session_of_an_environment_holds_the_latch(workspace: Workspace) -> None:
    leave(workspace, "a", "paper", TRIP, ENDED)
    holder = leave(workspace, "b", "paper", TRIP, ENDED)
    leave(workspace, "c", "sim", ENDED)

    latch = latch_of(new(workspace), "paper")
    assert latch is not None
    assert (latch.holder, latch.why) == (holder, TRIP.explanation)
    assert latch_of(new(workspace), "sim") is None
    assert latch_of(new(workspace), "demo") is None
    with pytest.raises(NotArmed, match=f"lost 9 USDT.*psky live arm {SYMBOL} --session b"):
        latch.refuse_unarmed()


def test_who_was_armed_again_holds_nothing(workspace: Workspace) -> None:
    leave(workspace, "a", "paper", TRIP, ARMED, ENDED)

    assert latch_of(new(workspace), "paper") is None


def test_armed_it_lets_go_for_good(workspace: Workspace) -> None:
    holder = leave(workspace, "a", "paper", TRIP, ENDED)
    latch = latch_of(new(workspace), "paper")
    assert latch is not None
    arm(workspace, SYMBOL, SYMBOL, for_live=False, session="a")
    latch.refuse_unarmed()
    with JournalWriter(holder.journal, durable=False) as journal:
        latch.release(journal)

    assert latch_of(new(workspace), "paper") is None
    assert holder.asked() == []
    with JournalReader(holder.journal) as reader:
        reader.verify()
        assert tripped(reader) == ""


def test_arming_real_money_arms_after_the_last_such_session(workspace: Workspace) -> None:
    running = leave(workspace, "a", "live", TRIP)
    arm(workspace, SYMBOL, SYMBOL, for_live=True)
    assert running.asked() == []  # it may still run: `arm` without --env is for that one
    over = leave(workspace, "b", "live", TRIP, ENDED)
    arm(workspace, SYMBOL, SYMBOL, for_live=True)

    assert over.asked() == ["arm"]

"""A session is audited and lined up with its backtest as a user does, from what lies in the workspace."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest

import psky
from psky.app.data import load_tape, load_trades
from psky.app.live_check import audit_session, drift_session
from psky.app.live_plan import load_bundle
from psky.app.studies import find_study
from psky.app.train import model_folder, run_training
from psky.app.workspace import Workspace
from psky.errors import JournalError, MismatchError, UsageError
from psky.live.folder import SessionFolder, live_root
from psky.live.journal import records
from psky.live.journal.reader import JournalReader, Row
from psky.live.journal.writer import JournalWriter
from psky.spec.codec import to_dict
from psky.tuning.summary import read_summary
from tests import house
from tests.journaled import session_of

DAY_US = 86_400_000_000


@pytest.fixture
def traded(own_tuned: Path) -> Workspace:
    """A workspace with a trained trial and a session that traded it."""
    where = house.workspace(own_tuned)
    run_training(where, house.SYMBOL, "first", 0, on_progress=lambda _progress: None)
    study = find_study(where, house.SYMBOL, "first")
    summary = read_summary(study, 0)
    bundle, folder = load_bundle(model_folder(study, 0), summary), session_folder(where)
    tape, trades = load_tape(where, house.SYMBOL), load_trades(where, house.SYMBOL).trades
    start_us = tape.span_us[1] - DAY_US // 3
    rows, _ = session_of(bundle, tape, trades, summary.strategy, start_us, folder.prefix)
    opened = records.Opened(
        session=folder.name,
        environment="sim",
        symbol=house.SYMBOL,
        study="first",
        trial=0,
        prefix=folder.prefix,
        strategy=to_dict(summary.strategy),
        model_digest=bundle.digest,
        tick=str(tape.instrument.tick),
        lot=str(tape.instrument.lot),
        account_usdt="10000",
        psky_version=psky.__version__,
    )
    write(folder.journal, [Row(seq=0, ts_us=0, at_us=0, record=opened), *rows])
    return where


def session_folder(where: Workspace) -> SessionFolder:
    return SessionFolder(path=live_root(where.model_root, house.SYMBOL) / "one")


def write(path: Path, rows: list[Row]) -> None:
    path.unlink(missing_ok=True)
    with JournalWriter(path, durable=False) as journal:
        for row in rows:
            journal.append(row.record, row.ts_us)


def test_a_session_is_clean_and_does_not_drift(traded: Workspace) -> None:
    audit, drift = audit_session(traded, house.SYMBOL), drift_session(traded, house.SYMBOL)

    assert (audit.session, audit.differences) == ("one", ())
    assert min(audit.audit.verdicts, audit.audit.commands, audit.audit.outcomes) > 5
    assert drift.session_digest == drift.backtest_digest
    assert drift.drift.drifted == ()
    assert drift.drift.same == drift.drift.session_trades > 0


def test_a_journal_that_was_written_anew_with_other_words_is_caught(traded: Workspace) -> None:
    path = session_folder(traded).journal
    with JournalReader(path) as reader:
        rows = list(reader.rows())
    at = next(number for number, row in enumerate(rows) if isinstance(row.record, records.Verdict))
    verdict = rows[at].record
    assert isinstance(verdict, records.Verdict)
    rows[at] = dataclasses.replace(rows[at], record=msgspec.structs.replace(verdict, p=verdict.p / 2))
    write(path, rows)

    found = audit_session(traded, house.SYMBOL).differences

    assert {(one.field, one.intent) for one in found} == {("p", verdict.row)}


def test_what_cannot_be_looked_at_is_said(traded: Workspace) -> None:
    with pytest.raises(UsageError, match="expected a session"):
        audit_session(traded, house.SYMBOL, "other")
    model = model_folder(find_study(traded, house.SYMBOL, "first"), 0) / "bundle.json"
    stored = msgspec.json.decode(model.read_bytes())
    model.write_bytes(msgspec.json.encode(stored | {"gain_mean_r": 0.5}))
    with pytest.raises(MismatchError, match="that the session traded"):
        drift_session(traded, house.SYMBOL)


def test_a_damaged_journal_is_not_audited(traded: Workspace) -> None:
    path = session_folder(traded).journal
    path.write_bytes(b"nothing" * 100)

    with pytest.raises(JournalError):
        audit_session(traded, house.SYMBOL)

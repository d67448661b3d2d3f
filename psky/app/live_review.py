"""A live session looked at afterwards: does its journal follow from itself, and does a backtest of its tape agree."""

from __future__ import annotations

from dataclasses import dataclass

from psky.app.data import StoredTrades, load_trades
from psky.app.live import trained_bundle
from psky.app.studies import find_study
from psky.app.train import model_folder
from psky.app.workspace import Workspace
from psky.errors import MismatchError, UsageError
from psky.learn.bundle import Bundle
from psky.live.audit import Difference, audit_evidence, audit_inputs
from psky.live.decisions import Decider
from psky.live.drift import Drift, drift, known_of
from psky.live.folder import find_session, live_root
from psky.live.journal.reader import JournalReader, Row
from psky.live.journal.records import Opened
from psky.live.ledger import ledger_of
from psky.live.recorded import backtest, brain_as_it_began, first_verdict_us, known_funding, recorded_tape
from psky.replay.ledger import Ledger
from psky.spec.codec import to_dict
from psky.spec.spec import Spec
from psky.tuning.summary import read_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """What the audit of a session recomputed, and what of it differs."""

    symbol: str
    session: str
    records: int
    digest: str
    """The journal's, hexadecimal."""
    verdicts: int
    commands: int
    outcomes: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """A session beside the backtest of its tape; digests are those of the two ledgers."""

    symbol: str
    session: str
    session_digest: str
    backtest_digest: str
    session_r: float
    backtest_r: float
    drift: Drift


def audit_session(workspace: Workspace, symbol: str, session: str | None = None) -> AuditView:
    """Recompute every verdict, command and outcome of a session, by default the latest, from its journal.

    Raises:
        UsageError: there is no such session, or the store is not what it was warmed with.
        JournalError: its journal is not whole.
        MismatchError: its model is there no more.
    """
    read = _read(workspace, symbol, session)
    brain = brain_as_it_began(
        read.rows, read.stored.trades, read.bundle, read.spec, read.stored.instrument, read.opened.prefix
    )
    inputs = audit_inputs(read.rows, brain, read.stored.instrument)
    evidence = audit_evidence(read.rows, Decider(read.bundle, read.spec, read.stored.instrument))
    return AuditView(
        symbol=symbol,
        session=read.opened.session,
        records=len(read.rows),
        digest=read.digest,
        verdicts=inputs.verdicts,
        commands=inputs.commands,
        outcomes=inputs.outcomes,
        differences=(*inputs.differences, *evidence.differences),
    )


def drift_session(workspace: Workspace, symbol: str, session: str | None = None) -> DriftView:
    """Line up a session, by default the latest, with a backtest of the tape that it recorded.

    Raises:
        UsageError: there is no such session, it decided nothing, or the store is not what it was warmed with.
        JournalError: its journal is not whole.
        MismatchError: its model is there no more.
    """
    read = _read(workspace, symbol, session)
    start_us = first_verdict_us(read.rows)
    if start_us is None:
        raise UsageError(f"expected a session that decided something, found none in {read.opened.session}")
    instrument = read.stored.instrument
    funding = known_funding(read.rows, read.stored.funding, instrument)
    tape = recorded_tape(read.rows, read.stored.trades, instrument, funding)
    again = backtest(tape, read.spec, read.bundle, start_us)
    return DriftView(
        symbol=symbol,
        session=read.opened.session,
        session_digest=read.ledger.digest,
        backtest_digest=again.digest,
        session_r=float(read.ledger.trades["net_r"].sum()),
        backtest_r=float(again.trades["net_r"].sum()),
        drift=drift(read.ledger, again, known_of(read.rows)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    opened: Opened
    rows: list[Row]
    digest: str
    ledger: Ledger
    spec: Spec
    bundle: Bundle
    stored: StoredTrades


def _read(workspace: Workspace, symbol: str, session: str | None) -> _Read:
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with JournalReader(folder.journal) as reader:
        verified, opened, rows, ledger = reader.verify(), reader.opened(), list(reader.rows()), ledger_of(reader)
    study = find_study(workspace, symbol, opened.study)
    summary = read_summary(study, opened.trial)
    bundle = trained_bundle(summary, model_folder(study, opened.trial))
    if bundle.digest != opened.model_digest or to_dict(summary.strategy) != opened.strategy:
        raise MismatchError(
            f"expected model {opened.model_digest[:12]} of study {opened.study}, trial {opened.trial}, which the "
            f"session traded, found {bundle.digest[:12]}; a model that was trained anew decides otherwise"
        )
    return _Read(
        opened=opened,
        rows=rows,
        digest=verified.digest,
        ledger=ledger,
        spec=summary.strategy,
        bundle=bundle,
        stored=load_trades(workspace, symbol),
    )

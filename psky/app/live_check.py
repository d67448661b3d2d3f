"""A live session held against what it claims: its journal, its decisions, and the backtest of what it saw."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psky.app.data import StoredTrades, load_trades
from psky.app.live_plan import load_bundle
from psky.app.studies import find_study
from psky.app.train import model_folder
from psky.app.workspace import Workspace
from psky.errors import MismatchError
from psky.learn.bundle import Bundle
from psky.live.audit import Audit, Difference, audit_evidence, audit_inputs
from psky.live.decisions import Decider
from psky.live.drift import Drift, drift, known_of
from psky.live.folder import find_session, live_root
from psky.live.journal.reader import JournalReader, Row
from psky.live.ledger import ledger_of
from psky.live.recorded import backtest, brain_as_it_began, first_verdict_us, known_funding, recorded_tape
from psky.replay.ledger import Ledger
from psky.spec.spec import Spec
from psky.tuning.summary import read_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditView:
    """What was recomputed of a session, and what of it differs."""

    session: str
    records: int
    digest: str
    """The journal's."""
    audit: Audit

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Nothing, in a journal that can be trusted."""
        return self.audit.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """A session beside the backtest of the tape that it recorded."""

    session: str
    drift: Drift
    session_digest: str
    backtest_digest: str
    """Digests of the two ledgers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    session: str
    rows: list[Row]
    records: int
    digest: str
    ledger: Ledger
    prefix: str
    spec: Spec
    bundle: Bundle
    stored: StoredTrades


def audit_session(workspace: Workspace, symbol: str, session: str | None = None) -> AuditView:
    """Verify a session's journal, and recompute each verdict, command and outcome from what it says was heard.

    Raises:
        UsageError: there is no such session, study or store.
        JournalError: the journal is not whole.
        ModelError: the model is gone, or another.
    """
    scene = _scene(workspace, symbol, session)
    instrument = scene.stored.instrument
    decider = Decider(scene.bundle, scene.spec, instrument)
    evidence = audit_evidence(scene.rows, decider)
    brain = brain_as_it_began(scene.rows, scene.stored.trades, scene.bundle, scene.spec, instrument, scene.prefix)
    inputs = audit_inputs(scene.rows, brain, instrument)
    audit = Audit(
        verdicts=inputs.verdicts,
        commands=inputs.commands,
        outcomes=inputs.outcomes,
        differences=evidence.differences + inputs.differences,
    )
    return AuditView(session=scene.session, records=scene.records, digest=scene.digest, audit=audit)


def drift_session(workspace: Workspace, symbol: str, session: str | None = None) -> DriftView:
    """Backtest the tape that a session recorded and line the two up, trade by trade, each difference with its cause.

    Raises:
        UsageError, JournalError, ModelError: as `audit_session`.
    """
    scene = _scene(workspace, symbol, session)
    instrument = scene.stored.instrument
    funding = known_funding(scene.rows, scene.stored.funding, instrument)
    tape = recorded_tape(scene.rows, scene.stored.trades, instrument, funding)
    there = backtest(tape, scene.spec, scene.bundle, first_verdict_us(scene.rows) or tape.span_us[1] + 1)
    return DriftView(
        session=scene.session,
        drift=drift(scene.ledger, there, known_of(scene.rows)),
        session_digest=scene.ledger.digest,
        backtest_digest=there.digest,
    )


def _scene(workspace: Workspace, symbol: str, session: str | None) -> _Scene:
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with JournalReader(folder.journal) as reader:
        verified, opened = reader.verify(), reader.opened()
        rows, ledger = list(reader.rows()), ledger_of(reader)
    study = find_study(workspace, symbol, opened.study)
    summary = read_summary(study, opened.trial)
    return _Scene(
        session=folder.name,
        rows=rows,
        records=verified.records,
        digest=verified.digest,
        ledger=ledger,
        prefix=opened.prefix,
        spec=summary.strategy,
        bundle=_same(load_bundle(model_folder(study, opened.trial), summary), opened.model_digest, folder.journal),
        stored=load_trades(workspace, symbol),
    )


def _same(bundle: Bundle, digest: str, journal: Path) -> Bundle:
    if bundle.digest != digest:
        raise MismatchError(
            f"{journal}: expected the model that the session traded ({digest[:16]}), found another "
            f"({bundle.digest[:16]}): the trial was trained again"
        )
    return bundle

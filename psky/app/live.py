"""Live sessions: start them, look at them, ask them for something, and get an account flat without one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psky
from psky.app.data import load_trades
from psky.app.live_venue import at_venue, keys_of, venue_of
from psky.app.studies import find_study
from psky.app.train import model_folder
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, ignore_progress, stages
from psky.errors import NotArmed, NotFlat, UsageError
from psky.learn.bundle import Bundle, Provenance
from psky.live.environments import ENVIRONMENTS, Environment, environment
from psky.live.exchange.bybit import Bybit
from psky.live.exchange.rest import Rest
from psky.live.flatten import Step, get_flat
from psky.live.folder import SessionFolder, find_session, live_root, sessions
from psky.live.guard import Rule
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.limits import LiveLimits
from psky.live.recovery import read_past
from psky.live.start import Plan, started
from psky.live.status import SHOWN
from psky.log import logger
from psky.market.features import schema_digest, touch_feature_names
from psky.market.tape import tape_fingerprint
from psky.tuning.summary import TuningSummary, read_summary

_LOG = logger(__name__)
_STAGES: Final = ("recovering and checking", "trading", "ended")
_ARMED: Final = "armed"
_ARMED_FOR_S: Final = 24 * 3600
_PATIENCE_S: Final = 5.0
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest:
    """What to trade and where. `address` is a simulator's; a `paced` one waits for us, `speed` seconds a second.

    A new paper account begins with `balance_usdt`; it hears its market at `address` where that is not to be Bybit's.
    """

    symbol: str
    study: str
    trial: int
    environment: str
    address: str | None = None
    paced: bool = False
    speed: float = 0.0
    balance_usdt: float = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session as it is shown; `status` is what it last showed of itself (`psky.live.status`), at `shown_us`."""

    symbol: str
    session: str
    environment: str
    colour: str
    """How its environment is shown: a word of the themes."""
    study: str
    trial: int
    running: bool
    ended: str
    """Why it ended; empty while it has not."""
    money: str
    """The currency of amounts."""
    tripped: str
    """The trip of its guard that nobody has armed again after; empty: none."""
    shown_us: int
    status: dict[str, Any]
    journal: Path


def run_live(
    workspace: Workspace,
    request: LiveRequest,
    limits: LiveLimits,
    *,
    stopped: Callable[[], bool],
    on_progress: OnProgress = ignore_progress,
) -> SessionView:
    """Trade until stopped, until the market ends, or until the exchange refuses; go on with a session that was cut off.

    Raises:
        UsageError: no such symbol, study, trial, environment or keys.
        ModelError: no model, or one of another spec, schema or version.
        NotArmed: real money that nobody armed, or a guard that tripped.
        NotFlat: it ended and the account may not be flat.
        LiveError: as `psky.live.start.started`.
    """
    say = stages(_STAGES, on_progress)
    say(0)
    plan, root = prepare(workspace, request, limits), live_root(workspace.model_root, request.symbol)
    _use_up_arming(plan.environment, root, request.symbol)
    with at_venue(plan, root, request.balance_usdt) as ready, started(ready, workspace.model_root) as session:
        name = session.ways.folder.name
        _LOG.info("live", session=name, environment=plan.environment.name, study=request.study, trial=request.trial)
        say(1)
        session.run(stopped)
    say(2)
    return view_session(workspace, request.symbol, name)


def prepare(workspace: Workspace, request: LiveRequest, limits: LiveLimits) -> Plan:
    """Return what a session would trade and where, having refused all that can be refused without the exchange.

    Raises:
        UsageError: no such symbol, study, trial, environment or keys.
        ModelError: no model, or one of another spec, schema or version.
        NotArmed: real money that nobody armed.
    """
    where = environment(request.environment, request.address)
    folder = find_study(workspace, request.symbol, request.study)
    summary = read_summary(folder, request.trial)
    _refuse_unarmed(where, live_root(workspace.model_root, request.symbol), request.symbol)
    return _plan(workspace, request, where, summary, model_folder(folder, request.trial), limits)


def view_session(workspace: Workspace, symbol: str, session: str | None = None) -> SessionView:
    """Return a session, by default the latest.

    Raises:
        UsageError: there is none.
        JournalError: its journal cannot be read.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with JournalReader(folder.journal) as reader:
        opened, shown, ended = reader.opened(), reader.now(SHOWN), reader.last(records.Ended)
        return SessionView(
            symbol=symbol,
            session=folder.name,
            environment=opened.environment,
            colour=ENVIRONMENTS[opened.environment].colour,
            study=opened.study,
            trial=opened.trial,
            running=folder.is_running,
            ended=ended[1].reason if ended else "",
            money=opened.money,
            tripped=read_past(reader).tripped,
            shown_us=shown[0] if shown else 0,
            status=shown[1] if shown else {},
            journal=folder.journal,
        )


def list_sessions(workspace: Workspace, symbol: str) -> list[str]:
    """Return the names of a symbol's sessions, the latest first."""
    return [folder.name for folder in sessions(live_root(workspace.model_root, symbol))]


def verify_session(workspace: Workspace, symbol: str, session: str | None = None) -> tuple[int, str]:
    """Prove that a journal is whole; return its number of records and its running digest.

    Raises:
        UsageError: there is none.
        JournalError: it is not whole.
    """
    with JournalReader(find_session(live_root(workspace.model_root, symbol), session).journal) as reader:
        found = reader.verify()
    return found.records, found.digest


def arm(workspace: Workspace, symbol: str, typed: str, *, for_live: bool) -> str:
    """Let a session trade again after its guard tripped, or with `for_live` a new one with real money.

    Raises:
        UsageError: the symbol was not typed, or there is no session to arm.
    """
    if typed != symbol:
        raise UsageError(f"expected the symbol {symbol} typed out to arm it, found {typed!r}")
    root = live_root(workspace.model_root, symbol)
    if for_live:
        root.mkdir(parents=True, exist_ok=True)
        (root / _ARMED).write_text(str(int(time.time())), encoding="utf-8")
        return f"{symbol}: one session with real money may start within {_ARMED_FOR_S // 3600} hours"
    folder = find_session(root, None)
    folder.ask("arm")
    return f"{symbol}: session {folder.name} may trade again"


def ask_session(workspace: Workspace, symbol: str, what: str, limits: LiveLimits, session: str | None = None) -> None:
    """Ask a running session for `kill`, `flatten` or `stop`, and wait until it is flat.

    Raises:
        UsageError: there is no session, or none that runs.
        NotFlat: it did not answer, or is not flat, within the stated time.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    if not folder.is_running:
        raise UsageError(f"expected session {folder.name} of {symbol} to run, found that no process does")
    with JournalReader(folder.journal) as reader:
        before = max((row.seq for row in reader.rows(records.Guard)), default=0)
        folder.ask(what)
        end_s = time.monotonic() + limits.flat_within_s + _PATIENCE_S
        while time.monotonic() < end_s:
            time.sleep(_LOOK_S)
            if what not in folder.asked() and _is_flat(reader, what, before):
                return
    raise NotFlat(
        f"THE ACCOUNT MAY NOT BE FLAT: expected session {folder.name} to get flat within "
        f"{limits.flat_within_s + _PATIENCE_S:g} s, found that it did not say so; end its process, then run this again "
        "to get flat without it"
    )


def _is_flat(reader: JournalReader, what: str, before: int) -> bool:
    """Return whether a session says that it is flat: its guard does, or with `flatten` its trader."""
    shown = reader.now(SHOWN)
    if what == "flatten":
        return shown is not None and not shown[1]["lots"] and not shown[1]["orders"]
    steps = [row.record for row in reader.rows(records.Guard, after=before)]
    return any(isinstance(step, records.Guard) and step.what == "flat" for step in steps)


def flatten_dead(  # noqa: PLR0913 - what there is to say
    workspace: Workspace,
    symbol: str,
    limits: LiveLimits,
    *,
    address: str | None,
    session: str | None = None,
    end: bool = False,
    latch: bool = False,
    on_step: Callable[[Step], None] = lambda _step: None,
) -> str:
    """Get the account of a session flat that no process runs, through the exchange, and note it in its journal.

    With `latch` its guard is tripped, so that it needs `arm`; with `end` it is over for good.

    Raises:
        UsageError: there is no session, or no keys.
        LiveError: a process runs it; ask it instead.
        NotFlat: the account may not be flat.
    """
    folder = find_session(live_root(workspace.model_root, symbol), session)
    with ExitStack() as stack:
        stack.enter_context(folder.held())
        where, keys = stack.enter_context(venue_of(workspace, symbol, folder, address, limits))
        journal = stack.enter_context(JournalWriter(folder.journal, durable=where.needs_keys))
        venue = Bybit(Rest(where, keys), symbol, lambda _name: None)
        if latch:
            folder.answered("kill")
            _note(journal, "trip", "manual: asked for without a session")
        get_flat(
            venue,
            _names(folder),
            within_s=limits.flat_within_s,
            now_s=time.monotonic,
            sleep=time.sleep,
            on_step=lambda step: _step(journal, venue, step, on_step),
        )
        if end:
            journal.append(records.Ended(reason="ended by the operator", lots=0), 0)
        journal.commit()
    return folder.name


def _step(journal: JournalWriter, venue: Bybit, step: Step, on_step: Callable[[Step], None]) -> None:
    facts: dict[str, Any] = {"lots": step.lots, "orders": step.orders}
    if step.what == "flat":
        facts["wallet_usdt"] = float(venue.account().wallet_usdt)
    _note(journal, step.what, step.said, facts)
    on_step(step)


def _note(journal: JournalWriter, what: str, said: str, facts: dict[str, Any] | None = None) -> None:
    journal.append(records.Guard(what=what, rule=Rule.MANUAL, explanation=said, facts=facts or {}), 0)
    journal.commit()


def _names(folder: SessionFolder) -> Callable[[], str]:
    stem, numbers = f"{folder.prefix}x-{os.getpid():x}{int(time.time()) % 1000:x}", iter(range(1, 1_000))
    return lambda: f"{stem}-{next(numbers)}"


def _needs_arming(where: Environment, root: Path) -> bool:
    # One that is gone on with was armed when it began; one that is open elsewhere arms nothing here.
    return where.real_money and all(one.is_over() or one.opened().environment != where.name for one in sessions(root))


def _refuse_unarmed(where: Environment, root: Path, symbol: str) -> None:
    if not _needs_arming(where, root):
        return
    try:
        fresh = time.time() - int((root / _ARMED).read_text(encoding="utf-8")) < _ARMED_FOR_S
    except (OSError, ValueError):
        fresh = False
    if not fresh:
        raise _unarmed(symbol)


def _use_up_arming(where: Environment, root: Path, symbol: str) -> None:
    """Arming is for one session: of two that start at once, one finds it gone."""
    if _needs_arming(where, root):
        try:
            (root / _ARMED).unlink()
        except FileNotFoundError as gone:
            raise _unarmed(symbol) from gone


def _unarmed(symbol: str) -> NotArmed:
    return NotArmed(
        f"expected {symbol} to be armed for real money, found that it is not: psky live arm {symbol} --env live"
    )


def _plan(
    workspace: Workspace,
    request: LiveRequest,
    where: Environment,
    summary: TuningSummary,
    model: Path,
    limits: LiveLimits,
) -> Plan:
    spec, stored = summary.strategy, load_trades(workspace, request.symbol)
    if request.paced and where.name != "sim":
        raise UsageError(f"expected a paced session at a simulator (--env sim), found --env {where.name}")
    return Plan(
        environment=where,
        keys=keys_of(where),
        symbol=request.symbol,
        study=request.study,
        trial=request.trial,
        bundle=load_bundle(model, summary),
        spec=spec,
        instrument=stored.instrument,
        history=stored.trades,
        tape=tape_fingerprint(stored.fingerprint, stored.instrument, stored.funding),
        limits=limits,
        paced=request.paced,
        speed=request.speed,
    )


def load_bundle(model: Path, summary: TuningSummary) -> Bundle:
    """Return the model of a trial, without the tape that it was trained on.

    Raises:
        ModelError: there is none, or one of another spec, tape, schema or version.
    """
    spec = summary.strategy
    expected = Provenance(
        spec=spec.fingerprint,
        tape=summary.tape_fingerprint,
        schema=schema_digest(spec),
        features=touch_feature_names(spec),
        version=psky.__version__,
    )
    return Bundle.load(model, expected)

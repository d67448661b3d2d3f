"""What a live session trades and where, as far as that is known without the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psky
from psky.app.data import load_trades
from psky.app.keys import keys_of
from psky.app.live_arming import refuse_unarmed
from psky.app.studies import find_study
from psky.app.train import model_folder
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.learn.bundle import Bundle, Provenance
from psky.live.environments import Environment, environment
from psky.live.folder import live_root
from psky.live.latch import latch_of
from psky.live.limits import LiveLimits
from psky.live.start import Plan, session_folder
from psky.market.features import schema_digest, touch_feature_names
from psky.market.tape import tape_fingerprint
from psky.tuning.summary import TuningSummary, read_summary


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


def prepare(workspace: Workspace, request: LiveRequest, limits: LiveLimits) -> Plan:
    """Return what a session would trade and where, having refused all that can be refused without the exchange.

    Raises:
        UsageError: no such symbol, study, trial, environment or keys.
        ModelError: no model, or one of another spec, schema or version.
        NotArmed: real money that nobody armed, or a guard that tripped.
        LiveError: a session is open that trades another model.
    """
    where = environment(request.environment, request.address)
    folder = find_study(workspace, request.symbol, request.study)
    summary = read_summary(folder, request.trial)
    root = live_root(workspace.model_root, request.symbol)
    refuse_unarmed(where, root, request.symbol)
    plan = _plan(workspace, request, where, summary, model_folder(folder, request.trial), limits)
    latch = latch_of(session_folder(plan, root), where.name)
    if latch is not None:
        latch.refuse_unarmed()
    return plan


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

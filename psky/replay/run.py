"""Train for a part of history and replay it: the one function that scores a trial and that backtests it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

import psky
from psky.decision.decide import Evidence, Verdicts, decide
from psky.engine.codes import Status
from psky.engine.loop import replay_intents
from psky.engine.payoff import payoffs
from psky.learn.bundle import Bundle, Constants, Provenance, TrainedOn
from psky.learn.entry_model import EntryQualityModel
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.measures import RunMetrics, measure
from psky.replay.metrics import period_returns
from psky.replay.periods import Part
from psky.spec.sections import CostSpec, VenueSpec
from psky.spec.spec import Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A part of history, replayed: what was decided, what was done, what came of it.

    Arrays have one row for each row of `part.test`.
    """

    part: Part
    evidence: Evidence
    verdicts: Verdicts
    ledger: Ledger
    metrics: RunMetrics


def provenance(dataset: Dataset) -> Provenance:
    """Return what an artefact made from this dataset must agree with."""
    return Provenance(
        spec=dataset.spec.fingerprint,
        tape=dataset.tape.fingerprint,
        schema=dataset.schema_digest,
        features=dataset.feature_names,
        version=psky.__version__,
    )


def train(dataset: Dataset, part: Part) -> Bundle:
    """Fit the entry model and the payoff constants on the training rows of a part that resolved.

    Raises:
        ModelError: too few rows, or only one class.
    """
    rows = part.train[dataset.resolved[part.train]]
    model = EntryQualityModel(dataset.spec.model)
    model.fit(dataset.X[rows], dataset.target_first[rows], dataset.t0[rows], dataset.t1[rows])
    return Bundle(
        model=model,
        constants=_constants(dataset, rows),
        provenance=provenance(dataset),
        trained_on=TrainedOn(start_us=int(dataset.t0[rows[0]]), end_us=int(dataset.t1[rows].max()), rows=len(rows)),
    )


def replay_part(dataset: Dataset, part: Part, bundle: Bundle) -> Run:
    """Decide every test row of a part with a bundle and replay what was accepted."""
    evidence = _evidence(dataset, part.test, bundle)
    verdicts = decide(evidence, dataset.spec.policy)
    ledger = _replay(dataset, part, evidence, verdicts, dataset.spec)
    return Run(part=part, evidence=evidence, verdicts=verdicts, ledger=ledger, metrics=measure(dataset, part, ledger))


def replay_verdicts(
    dataset: Dataset, run: Run, *, costs: CostSpec | None = None, venue: VenueSpec | None = None
) -> Ledger:
    """Replay the verdicts of a run, taken as they are, under other costs or at another venue; None keeps the spec's."""
    spec = dataset.spec
    elsewhere = structs.replace(spec, costs=costs or spec.costs, venue=venue or spec.venue)
    return _replay(dataset, run.part, run.evidence, run.verdicts, elsewhere)


def scaled(costs: CostSpec, *, fees: int = 1, slippage: int = 1) -> CostSpec:
    """Return `costs` with fees and slippage multiplied."""
    return structs.replace(
        costs,
        maker_fee_rate=costs.maker_fee_rate * fees,
        taker_fee_rate=costs.taker_fee_rate * fees,
        slippage_ticks=costs.slippage_ticks * slippage,
    )


def stressed_net_r(dataset: Dataset, run: Run, factor: int) -> NDArray[np.float64]:
    """Return net R of each trade when the same verdicts meet `factor` times the fees and slippage, float64."""
    costs = scaled(dataset.spec.costs, fees=factor, slippage=factor)
    net_r: NDArray[np.float64] = replay_verdicts(dataset, run, costs=costs).trades["net_r"]
    return net_r


def returns_of(run: Run, period_us: int) -> NDArray[np.float64]:
    """Return net R of each period of a run's part, zeros included, float64 (T,)."""
    trades, part = run.ledger.trades, run.part
    closed_us = np.minimum(trades["exit_ts_us"], part.end_us)
    return period_returns(trades["net_r"], closed_us, start_us=part.start_us, end_us=part.end_us, period_us=period_us)


def _constants(dataset: Dataset, rows: NDArray[np.int64]) -> Constants:
    """What the formula cannot know: how often time runs out, what that yields, and how far stops slip."""
    outcomes = dataset.outcomes
    status, net_r = outcomes.status[rows], outcomes.net_r[rows]
    _, loss_r = payoffs(dataset.intents, outcomes.entry_ticks, dataset.spec, dataset.tape.instrument)
    timed, stopped = status == Status.TIME, status == Status.STOP
    return Constants(
        timeout_share=float(timed.mean()),
        timeout_r=float(net_r[timed].mean()) if timed.any() else 0.0,
        stop_slip_r=float((net_r[stopped] - loss_r[rows][stopped]).mean()) if stopped.any() else 0.0,
    )


def _evidence(dataset: Dataset, rows: NDArray[np.int64], bundle: Bundle) -> Evidence:
    probabilities = bundle.model.predict(dataset.X[rows], dataset.spec.policy.confidence_z)
    win_r, loss_r = payoffs(dataset.intents, dataset.expected_entry_ticks, dataset.spec, dataset.tape.instrument)
    constants = bundle.constants
    return Evidence(
        p=probabilities.p,
        p_lower=probabilities.p_lower,
        timeout_share=np.full(len(rows), constants.timeout_share),
        win_r=win_r[rows],
        loss_r=loss_r[rows] + constants.stop_slip_r,
        timeout_r=np.full(len(rows), constants.timeout_r),
    )


def _replay(dataset: Dataset, part: Part, evidence: Evidence, verdicts: Verdicts, spec: Spec) -> Ledger:
    accepted = part.test[verdicts.enter]
    tables = replay_intents(dataset.tape, dataset.intents, accepted, spec, funding=dataset.funding)
    decided = {
        "intent": part.test,
        "p": np.asarray(evidence.p),
        "p_lower": np.asarray(evidence.p_lower),
        "ev_r": verdicts.ev_r,
        "ev_lower_r": verdicts.ev_lower_r,
        "reason": verdicts.reason,
    }
    return Ledger(
        verdicts=decided,
        skips=tables.skips,
        orders=tables.orders,
        fills=tables.fills,
        trades=tables.trades,
        equity=tables.equity,
    )

"""Train for a part of history and replay it: the one function that scores a trial and that backtests it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

import psky
from psky.decision.decide import Evidence, Verdicts, decide
from psky.engine.loop import replay_intents
from psky.engine.payoff import payoffs
from psky.learn.bundle import Bundle, Provenance, TrainedOn
from psky.learn.entry_model import EntryQualityModel
from psky.replay.context import NO_CONTEXT, beside, fit_context
from psky.replay.dataset import Dataset
from psky.replay.equity import marked_equity
from psky.replay.evidence import evidence, said
from psky.replay.ledger import Ledger, verdict_table
from psky.replay.measures import RunMetrics, measure
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

    @property
    def coverage(self) -> float:
        """Share of the part's touches that were entered; 0 of none."""
        return float(self.verdicts.enter.mean()) if self.verdicts.enter.size else 0.0


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
    """Fit the entry model, and the context models it needs, on the training rows of a part.

    The entry model learns from rows that resolved, context models from all.

    Raises:
        ModelError: too few rows, or only one class.
    """
    spec, resolved = dataset.spec, dataset.resolved[part.train]
    rows = part.train[resolved]
    known = {kind: label.some(part.train) for kind, label in dataset.context_labels.items()}
    context = fit_context(spec, dataset.X[part.train], dataset.t0[part.train], known) if known else NO_CONTEXT
    inside = tuple(columns[resolved] for columns in context.inside)
    model = EntryQualityModel(spec.model)
    model.fit(
        beside(dataset.X[rows], tuple(known), inside, spec),
        dataset.target_first[rows],
        dataset.t0[rows],
        dataset.t1[rows],
        _excess_r(dataset, rows),
    )
    return Bundle(
        model=model,
        context=context.models,
        context_spec=spec.context,
        provenance=provenance(dataset),
        trained_on=TrainedOn(start_us=int(dataset.t0[rows[0]]), end_us=int(dataset.t1[rows].max()), rows=len(rows)),
    )


def replay_part(dataset: Dataset, part: Part, bundle: Bundle) -> Run:
    """Decide every test row of a part with a bundle and replay what was accepted."""
    evidence = evidence_of(dataset, part.test, bundle)
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


def seen(dataset: Dataset, rows: NDArray[np.int64], bundle: Bundle) -> NDArray[np.float64]:
    """Return what the entry model of a bundle sees of rows: features, and the context it is shown, float64 (n, q)."""
    X = dataset.X[rows]
    return beside(X, *said(bundle, X), dataset.spec)


def evidence_of(dataset: Dataset, rows: NDArray[np.int64], bundle: Bundle) -> Evidence:
    """Return what a bundle says of rows, priced by the function that books fills."""
    return evidence(bundle, dataset.X[rows], _formula_r(dataset, rows), dataset.spec)


def proven(dataset: Dataset, run: Run) -> Run:
    """Return the run with its verdicts replayed where only what prints prove fills, whatever rule its spec has."""
    return replace(run, ledger=replay_verdicts(dataset, run, venue=_strict(dataset)))


def stressed_net_r(dataset: Dataset, run: Run, factor: int) -> NDArray[np.float64]:
    """Return net R of each trade when the same verdicts meet `factor` times the fees and slippage, float64.

    Only what prints prove fills, as in `proven`.
    """
    costs = scaled(dataset.spec.costs, fees=factor, slippage=factor)
    net_r: NDArray[np.float64] = replay_verdicts(dataset, run, costs=costs, venue=_strict(dataset)).trades["net_r"]
    return net_r


def _strict(dataset: Dataset) -> VenueSpec:
    return structs.replace(dataset.spec.venue, fill="through")


def returns_of(dataset: Dataset, run: Run, period_us: int) -> NDArray[np.float64]:
    """Return net R of each period of UTC in a run's part, marked to market, zeros included, float64 (T,) (METHOD 4).

    The first and the last period reach as far as the part does.
    """
    return np.diff(marked_equity(dataset, run.part, run.ledger, period_us).r)


def _excess_r(dataset: Dataset, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """What trades earned beyond the formula at the price that the decision counted on: at the target, else the stop."""
    win_r, loss_r = _formula_r(dataset, rows)
    return np.asarray(dataset.outcomes.net_r[rows] - np.where(dataset.target_first[rows] == 1, win_r, loss_r))


def _formula_r(dataset: Dataset, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    win_r, loss_r = payoffs(dataset.intents, dataset.expected_entry_ticks, dataset.venue)
    return win_r[rows], loss_r[rows]


def _replay(dataset: Dataset, part: Part, evidence: Evidence, verdicts: Verdicts, spec: Spec) -> Ledger:
    accepted = part.test[verdicts.enter]
    tables = replay_intents(dataset.tape, dataset.intents, accepted, spec, funding=dataset.funding)
    return Ledger(
        verdicts=verdict_table(part.test, evidence, verdicts),
        skips=tables.skips,
        orders=tables.orders,
        fills=tables.fills,
        trades=tables.trades,
        equity=tables.equity,
    )

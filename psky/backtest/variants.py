"""The same verdicts elsewhere: the ladder of fill rules, and the stress of fees, latency and slippage."""

from __future__ import annotations

import numpy as np
from msgspec import structs

from psky.backtest.findings import Variant
from psky.engine.codes import OrderKind
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.run import Run, replay_verdicts, scaled
from psky.spec.sections import CostSpec, VenueSpec

TOUCH, THROUGH = "touch", "through"
SLIPPAGE_1 = "slippage +1 tick"
FEES_2 = "fees x2"
LATENCY_10 = "latency x10"
_KAPPAS = (1.0, 3.0)


def fill_ladder(dataset: Dataset, run: Run) -> list[Variant]:
    """Return the verdicts under each fill rule, from optimistic to strict (METHOD 5.2)."""
    own = own_rung(dataset)
    return [summarise(name, ledger, own=name == own) for name, ledger in rungs(dataset, run).items()]


def rungs(dataset: Dataset, run: Run) -> dict[str, Ledger]:
    """Return the ledger of the same verdicts under each fill rule, by its name."""
    return {name: replay_verdicts(dataset, run, venue=venue) for name, venue in _rungs(dataset).items()}


def own_rung(dataset: Dataset) -> str | None:
    """Return the name of the spec's own fill rule among the rungs, None where it is not among them."""
    return next((name for name, venue in _rungs(dataset).items() if venue == dataset.spec.venue), None)


def stress(dataset: Dataset, run: Run) -> list[Variant]:
    """Return the verdicts under the spec's own conditions, under each harder one, and under all of them at once."""
    own = summarise("as tuned", run.ledger, own=True)
    harder = _harder(dataset.spec.costs, dataset.spec.venue)
    return [own] + [
        summarise(name, replay_verdicts(dataset, run, costs=costs, venue=venue), own=False)
        for name, (costs, venue) in harder.items()
    ]


def summarise(name: str, ledger: Ledger, *, own: bool) -> Variant:
    """Return what came of a replay under the conditions called `name`."""
    net_r = ledger.trades["net_r"]
    sent = int((ledger.orders["kind"] == OrderKind.ENTRY).sum())
    return Variant(
        name=name,
        own=own,
        fill_share=len(np.unique(ledger.fills["intent"])) / sent if sent else None,
        trades=len(net_r),
        net_r=float(net_r.sum()),
        mean_r=float(net_r.mean()) if len(net_r) else None,
        win_rate=float((net_r > 0).mean()) if len(net_r) else None,
    )


def _rungs(dataset: Dataset) -> dict[str, VenueSpec]:
    # Ahead of an order in the queue stands kappa times what a visit of a price level trades (METHOD 5.2).
    own = dataset.spec.venue
    queues = {
        f"queue, kappa {kappa:g}": structs.replace(own, fill="queue", queue_ahead=None, queue_kappa=kappa)
        for kappa in _KAPPAS
    }
    return {TOUCH: structs.replace(own, fill="touch"), **queues, THROUGH: structs.replace(own, fill="through")}


def _harder(costs: CostSpec, venue: VenueSpec) -> dict[str, tuple[CostSpec, VenueSpec]]:
    late = structs.replace(venue, latency_ms=10 * venue.latency_ms)
    return {
        FEES_2: (scaled(costs, fees=2), venue),
        LATENCY_10: (costs, late),
        SLIPPAGE_1: (_slipped(costs, 1), venue),
        "slippage +2 ticks": (_slipped(costs, 2), venue),
        "fees x2, slippage x2": (scaled(costs, fees=2, slippage=2), venue),
        "fees x2, latency x10, slippage +2": (_slipped(scaled(costs, fees=2), 2), late),
    }


def _slipped(costs: CostSpec, ticks: int) -> CostSpec:
    return structs.replace(costs, slippage_ticks=costs.slippage_ticks + ticks)

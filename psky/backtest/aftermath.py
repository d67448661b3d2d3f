"""What came after: how sure each metric is, and where the price went after fills and non-fills under each fill rule."""

from __future__ import annotations

import msgspec

from psky.backtest.findings import MarkoutCurve, Uncertainty
from psky.backtest.variants import own_rung, rungs
from psky.engine.codes import OrderKind
from psky.replay.dataset import Dataset
from psky.replay.ledger import Ledger
from psky.replay.markouts import NOT_FILLED, markouts
from psky.replay.measures import intervals
from psky.replay.run import Run

_LADDER = (OrderKind.ENTRY.name.lower(), NOT_FILLED)


def uncertainty(dataset: Dataset, run: Run) -> Uncertainty:
    """Return the interval of each metric of a run."""
    return msgspec.convert(intervals(dataset, run.part, run.ledger), Uncertainty, from_attributes=True)


def markout_curves(dataset: Dataset, run: Run) -> list[MarkoutCurve]:
    """Return the markouts under the spec's own rule, then those of entries under each other rule of the ladder."""
    own = own_rung(dataset)
    curves = _curves(dataset, own or "as tuned", run.ledger)
    for name, ledger in rungs(dataset, run).items():
        if name != own:
            curves += [curve for curve in _curves(dataset, name, ledger) if curve.after in _LADDER]
    return curves


def _curves(dataset: Dataset, rule: str, ledger: Ledger) -> list[MarkoutCurve]:
    found = markouts(dataset, ledger)
    return [msgspec.convert({"rule": rule, **msgspec.to_builtins(curve)}, MarkoutCurve) for curve in found]

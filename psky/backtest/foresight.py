"""Whether probabilities and expected values came true, over the touches of a run, each alone on the tape."""

from __future__ import annotations

import math

import numpy as np

from psky.backtest.findings import Bin, Calibration, Decile
from psky.learn.reliability import by_mass, calibration_error, reliability
from psky.learn.scores import auc, brier, log_loss
from psky.replay.dataset import Dataset
from psky.replay.run import Run

_GROUPS = 10
_ROWS_A_GROUP = 8


def calibration(dataset: Dataset, run: Run) -> Calibration | None:
    """Return how well p foretold that the target comes first; None with too few touches that filled and resolved."""
    rows = dataset.resolved[run.part.test]
    groups = _groups(int(rows.sum()))
    if groups == 0:
        return None
    p = np.asarray(run.evidence.p)[rows]
    came = dataset.target_first[run.part.test][rows]
    binning = by_mass(p, groups)
    table = reliability(p, came, binning)
    return Calibration(
        rows=int(rows.sum()),
        brier=brier(p, came),
        log_loss=log_loss(p, came),
        ece=calibration_error(p, came, binning).l1,
        auc=auc(p, came),
        bins=[
            Bin(rows=int(count), forecast=float(forecast), outcome=float(outcome))
            for count, forecast, outcome in zip(table.rows, table.forecast, table.outcome, strict=True)
        ],
    )


def ev_deciles(dataset: Dataset, run: Run) -> list[Decile]:
    """Return tenths of the touches by their expected value at p (fewer groups where touches are few), lowest first."""
    rows = dataset.resolved[run.part.test] & np.isfinite(run.verdicts.ev_r)
    ev_r, ev_lower_r = run.verdicts.ev_r[rows], run.verdicts.ev_lower_r[rows]
    net_r = dataset.outcomes.net_r[run.part.test][rows]
    groups = _groups(len(ev_r))
    members = np.array_split(np.argsort(ev_r, kind="stable"), groups) if groups else []
    return [
        Decile(
            rows=len(chosen),
            ev_r=float(ev_r[chosen].mean()),
            ev_lower_r=float(ev_lower_r[chosen].mean()),
            realised_r=float(net_r[chosen].mean()),
            error_r=float(net_r[chosen].std(ddof=1)) / math.sqrt(len(chosen)),
        )
        for chosen in members
    ]


def _groups(rows: int) -> int:
    return min(_GROUPS, rows // _ROWS_A_GROUP)

"""How far a column has moved between training and test: the population stability index.

PSI = sum (q - p) ln(q / p) over ten bins of equal mass in training and one for missing values. Under no drift
PSI / (1 / n + 1 / m) is chi-squared with one degree of freedom less than there are bins (Yurdakul and Naranjo 2020). A
column is called shifted only where PSI exceeds both 0.25, the usual mark of a large change, and the 99.9 % quantile for
the effective numbers of rows: with few rows 0.25 alone is noise. A value that stands still, such as one of a closed bar
of four hours, is one row however many touches saw it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from psky.learn.arrays import Floats

LARGE = 0.25
_BINS = 10
_LEVEL = 0.001
_HALF_A_ROW = 0.5  # keeps empty bins finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The stability index of a column, and the value it must exceed to count as shifted."""

    name: str
    psi: float
    threshold: float

    @property
    def shifted(self) -> bool:
        """Whether the column has moved more than chance and more than `LARGE`."""
        return self.psi > self.threshold


def drift(names: tuple[str, ...], train: Floats, test: Floats, n_train: float, n_test: float) -> tuple[Drift, ...]:
    """Return the drift of each column between float64[n, q] and float64[m, q], the largest first.

    `n_train` and `n_test` are effective numbers of rows (METHOD 1.2).
    """
    if not (len(train) and len(test)):
        return ()
    found = [_drift(name, train[:, at], test[:, at], n_train, n_test) for at, name in enumerate(names)]
    return tuple(sorted(found, key=lambda column: (-column.psi, column.name)))


def _drift(name: str, train: Floats, test: Floats, n_train: float, n_test: float) -> Drift:
    known = train[np.isfinite(train)]
    edges = np.unique(np.quantile(known, np.arange(1, _BINS) / _BINS)) if known.size else np.empty(0)
    counts = [_counts(values, edges) for values in (train, test)]
    used = (counts[0] + counts[1]) > 0
    before, after = (_shares(count[used]) for count in counts)
    runs = _runs(train), _runs(test)
    # Two constants that differ are no accident of how fast a column moves.
    rows = (min(n_train, runs[0]), min(n_test, runs[1])) if max(runs) > 1 else (n_train, n_test)
    noise = float(chdtri(max(int(used.sum()) - 1, 1), _LEVEL)) * (1 / rows[0] + 1 / rows[1])
    return Drift(name=name, psi=float(np.sum((after - before) * np.log(after / before))), threshold=max(LARGE, noise))


def _runs(values: Floats) -> int:
    same = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    return 1 + int(np.count_nonzero(~same))


def _counts(values: Floats, edges: Floats) -> Floats:
    place = np.where(np.isfinite(values), np.searchsorted(edges, values, side="right"), edges.size + 1)
    return np.bincount(place, minlength=edges.size + 2).astype(np.float64)


def _shares(counts: Floats) -> Floats:
    kept = counts + _HALF_A_ROW
    return np.asarray(kept / kept.sum())

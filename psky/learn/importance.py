"""Which columns a fitted entry model uses, and which it needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from psky.learn import booster
from psky.learn.arrays import Floats
from psky.learn.entry_model import EntryQualityModel
from psky.learn.scores import log_loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """A column's share of the gain of all splits, and by how much the log loss out of sample rises without it."""

    name: str
    gain_share: float
    permuted_log_loss: float | None
    """Rise in nats when the column's rows are shuffled, below zero where the model does better without; None where it
    was not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What a column's value added to the log-odds of one row, before calibration."""

    name: str
    value: float
    log_odds: float


def gain_shares(models: list[EntryQualityModel]) -> Floats:
    """Return each column's share of the gain, the mean over models, float64[q]; zeros where nothing was split."""
    gains = [booster.gains(model.booster_) for model in models]
    return np.asarray(np.mean([gain / gain.sum() if gain.any() else gain for gain in gains], axis=0))


def permuted(model: EntryQualityModel, X: Floats, y: Floats, columns: list[int], seed: int) -> Floats:
    """Return the rise in log loss when each of some columns is shuffled (Breiman 2001), float64[columns].

    `X` and `y` are rows that the model was not trained on; one shuffle serves all columns.
    """
    order = np.random.default_rng(seed).permutation(len(X))
    whole, shuffled = _log_loss(model, X, y), X.copy()
    rise = np.empty(len(columns))
    for at, column in enumerate(columns):
        shuffled[:, column] = X[order, column]
        rise[at] = _log_loss(model, shuffled, y) - whole
        shuffled[:, column] = X[:, column]
    return rise


def contributions(
    model: EntryQualityModel, names: tuple[str, ...], row: Floats
) -> tuple[tuple[Contribution, ...], float]:
    """Return what each column of float64[q] adds to the raw log-odds of its row, the largest first, and the base.

    Base and contributions add up to the raw log-odds exactly as far as floats do (LightGBM's tree SHAP).
    """
    added = booster.contributions(model.booster_, row[None, :])[0]
    order = np.argsort(-np.abs(added[:-1]), kind="stable")
    found = tuple(Contribution(name=names[at], value=float(row[at]), log_odds=float(added[at])) for at in order)
    return found, float(added[-1])


def _log_loss(model: EntryQualityModel, X: Floats, y: Floats) -> float:
    return log_loss(model.predict_proba(X)[:, 1], y)

"""LightGBM, as psky uses it: one thread, deterministic, a fixed number of rounds, text in and out.

Columns are binned once for all fits that share training rows; a fit on some of them takes a subset of the bins. Bins
see columns of training rows only, never an outcome. LightGBM itself takes half a second to load and is imported when a
model is first fitted or used.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from psky.errors import ModelError
from psky.learn import single_row
from psky.learn.arrays import Floats, Ints
from psky.spec.sections import ModelSpec

if TYPE_CHECKING:
    from lightgbm import Booster, Dataset

_BINS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What trees are fitted to."""

    name: str
    classes: int = 1
    """Trees a round: one for each class of a multiclass objective."""


BINARY = Objective(name="binary")
SQUARES = Objective(name="regression")


def parameters(spec: ModelSpec, objective: Objective = BINARY) -> dict[str, Any]:
    """Return LightGBM's parameters of a model.

    One thread: two spin against each other when another process has the second core, and sums would depend on timing.
    31 bins: on a few thousand rows the search over bins is what costs, and finer ones lower no loss out of sample.
    Gradients are not quantised: LightGBM 4.7 then fails on small leaves.
    """
    return {
        "objective": objective.name,
        "num_class": objective.classes,
        "num_leaves": spec.leaves,
        "learning_rate": spec.learning_rate,
        "min_data_in_leaf": spec.min_leaf_rows,
        "feature_fraction": spec.feature_share,
        "bagging_fraction": spec.row_share,
        "bagging_freq": 1,
        "lambda_l2": spec.l2,
        "seed": spec.seed,
        "max_bin": _BINS,
        "feature_pre_filter": False,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


class BinnedRows:
    """The columns of some training rows, binned once."""

    def __init__(self, spec: ModelSpec, X: Floats) -> None:
        """Bin float64[n, q], NaN as missing."""
        self._rows: Dataset = _lightgbm().Dataset(X, params=parameters(spec), free_raw_data=True).construct()

    def train(
        self, spec: ModelSpec, objective: Objective, y: Floats, weight: Floats, rows: Ints | None = None
    ) -> Booster:
        """Return the booster of `spec.rounds` rounds fitted to the numbered rows, all where None.

        `y` and `weight` are float64[n], of all rows.
        """
        chosen = np.arange(y.size) if rows is None else rows
        some = self._rows.subset(chosen.tolist()).construct()
        some.set_label(y[chosen]).set_weight(weight[chosen])
        settings = parameters(spec, objective)
        booster: Booster = _lightgbm().train(settings, some, num_boost_round=spec.rounds, keep_training_booster=True)
        return booster.free_dataset()


def predict(booster: Booster, X: Floats) -> Floats:
    """Return raw probabilities or values, float64[n], or float64[n, classes], for C-contiguous float64[n, q]."""
    if len(X) == 1:
        return single_row.predict(booster, X)
    return np.asarray(booster.predict(X, num_threads=1), dtype=np.float64)


def contributions(booster: Booster, X: Floats) -> Floats:
    """Return what each column adds to the raw score of each row, float64[n, q + 1]; the last is the same for all rows.

    LightGBM's tree SHAP values (Lundberg and Lee 2017): the row's sum is its raw score, log-odds for a classifier.
    """
    return np.asarray(booster.predict(X, pred_contrib=True, num_threads=1), dtype=np.float64)


def gains(booster: Booster) -> Floats:
    """Return how much the splits on each column lowered the training loss, float64[q]."""
    return np.asarray(booster.feature_importance("gain"), dtype=np.float64)


def splits(booster: Booster) -> Ints:
    """Return how often trees split on each column, int64[q]."""
    return np.asarray(booster.feature_importance("split"), dtype=np.int64)


def to_text(booster: Booster) -> str:
    """Return LightGBM's text of a booster."""
    text: str = booster.model_to_string()
    return text


def from_text(text: str) -> Booster:
    """Build a booster from LightGBM's text.

    Raises:
        ModelError: the text is not a model.
    """
    lightgbm = _lightgbm()
    try:
        booster: Booster = lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise ModelError(f"expected the text of a LightGBM model, found: {error}") from error
    return booster


def _lightgbm() -> ModuleType:
    import lightgbm  # noqa: PLC0415 - see the top of the file

    module: ModuleType = lightgbm
    return module

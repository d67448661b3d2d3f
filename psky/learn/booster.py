"""LightGBM, as psky uses it: one thread, deterministic, a fixed number of rounds, text in and out.

LightGBM itself takes half a second to load and is imported when a model is first fitted or used.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from psky.errors import ModelError
from psky.learn.arrays import Floats
from psky.spec.sections import ModelSpec

if TYPE_CHECKING:
    from lightgbm import Booster


def parameters(spec: ModelSpec) -> dict[str, Any]:
    """Return LightGBM's parameters of a model.

    One thread: two spin against each other when another process has the second core, and sums would depend on timing.
    63 bins cost 0.6 of the time of 255 at the same loss.
    """
    return {
        "objective": "binary",
        "num_leaves": spec.leaves,
        "learning_rate": spec.learning_rate,
        "min_data_in_leaf": spec.min_leaf_rows,
        "feature_fraction": spec.feature_share,
        "bagging_fraction": spec.row_share,
        "bagging_freq": 1,
        "lambda_l2": spec.l2,
        "seed": spec.seed,
        "max_bin": 63,
        "feature_pre_filter": False,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def train(spec: ModelSpec, X: Floats, y: NDArray[np.int8], weight: Floats) -> Booster:
    """Return the booster of `spec.rounds` trees fitted to float64[n, q] with NaN as missing."""
    lightgbm = _lightgbm()
    settings = parameters(spec)
    rows = lightgbm.Dataset(X, label=y, weight=weight, params=settings, free_raw_data=True)
    booster: Booster = lightgbm.train(settings, rows, num_boost_round=spec.rounds)
    return booster


def predict(booster: Booster, X: Floats) -> Floats:
    """Return raw probabilities float64[n]."""
    return np.asarray(booster.predict(X, num_threads=1), dtype=np.float64)


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

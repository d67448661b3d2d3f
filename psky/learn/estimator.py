"""What the models share: parameters after scikit-learn's conventions, and the checks of what they are given."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from psky.errors import ModelError, NotFittedError
from psky.learn.arrays import Floats
from psky.spec.sections import ModelSpec


class Estimator:
    """A model whose only parameter is its spec; what `fit` learns ends in `_`."""

    n_features_in_: int

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: FBT001, FBT002 - scikit-learn's signature
        """Return the parameters by name; a spec holds no estimators, so `deep` changes nothing."""
        del deep
        return {"spec": self.spec}

    def set_params(self, **params: ModelSpec) -> Self:
        """Replace parameters by name.

        Raises:
            ModelError: a name other than `spec`.
        """
        unknown = sorted(set(params) - {"spec"})
        if unknown:
            raise ModelError(f"expected the parameter spec, found {', '.join(unknown)}")
        self.spec = params.get("spec", self.spec)
        return self

    def _checked(self, X: ArrayLike) -> Floats:
        """Return rows to predict as float64[n, q], if the model is fitted to as many columns."""
        if not hasattr(self, "n_features_in_"):
            raise NotFittedError(f"expected a fitted {type(self).__name__}; call fit or load a bundle first")
        evidence = matrix(X)
        if evidence.shape[1] != self.n_features_in_:
            raise ModelError(f"expected {self.n_features_in_} features, found {evidence.shape[1]}")
        return evidence


def matrix(X: ArrayLike) -> Floats:
    """Return features as contiguous float64[n, q].

    Raises:
        ModelError: not rows by columns, or no column.
    """
    values = np.ascontiguousarray(X, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0:
        raise ModelError(f"expected features as rows by columns, found shape {values.shape}")
    return values

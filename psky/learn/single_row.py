"""One row through a booster, by the way that LightGBM's C library has for it.

`Booster.predict` sets itself up anew at each call, which costs several times what a row does. Here that is done once a
booster; the trees are walked by the same code, so results are the same to the last bit.
"""

from __future__ import annotations

import ctypes
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from psky.errors import ModelError
from psky.learn.arrays import Floats

if TYPE_CHECKING:
    from lightgbm import Booster

_ALL_ROUNDS: Final = -1
_FLOAT64: Final = 1
_PROBABILITIES: Final = 0
_PARAMETERS: Final = b"num_threads=1"


def predict(trees: Booster, X: Floats) -> Floats:
    """Return what `Booster.predict` returns for float64[1, q]: float64[1], or float64[1, classes].

    Prepares a booster at its first row. One caller at a time.

    Raises:
        ModelError: another number of columns than the booster's.
    """
    found = _READY.get(trees)
    if found is None:
        found = _READY[trees] = _Ready(trees)
    return found.predict(X)


class _Ready:
    """What a booster needs for single rows; it must not outlive the booster, which holds the trees."""

    def __init__(self, trees: Booster) -> None:
        from lightgbm import basic  # noqa: PLC0415 - see `psky.learn.booster`

        inner: Any = basic
        self._library = inner._LIB  # noqa: SLF001 - the package has no other door to the C function
        self._check = inner._safe_call  # noqa: SLF001 - as above: raises what the library says
        self._columns = trees.num_feature()
        self._length = ctypes.c_int64()
        self._result: Floats = np.empty(trees.num_model_per_iteration())
        self._config = ctypes.c_void_p()
        self._check(
            self._library.LGBM_BoosterPredictForMatSingleRowFastInit(
                trees._handle,  # noqa: SLF001 - as above
                ctypes.c_int(_PROBABILITIES),
                ctypes.c_int(0),
                ctypes.c_int(trees.best_iteration or _ALL_ROUNDS),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(self._columns),
                _PARAMETERS,
                ctypes.byref(self._config),
            )
        )
        self._outputs = ctypes.byref(self._length), ctypes.c_void_p(self._result.ctypes.data)
        weakref.finalize(self, self._library.LGBM_FastConfigFree, self._config)

    def predict(self, X: Floats) -> Floats:
        if X.shape != (1, self._columns):
            raise ModelError(f"expected a row of {self._columns} columns, found shape {X.shape}")
        row = np.ascontiguousarray(X, dtype=np.float64)
        address = ctypes.c_void_p(row.__array_interface__["data"][0])
        self._check(self._library.LGBM_BoosterPredictForMatSingleRowFast(self._config, address, *self._outputs))
        found = self._result.copy()
        return found if found.size == 1 else found[None]


_READY: weakref.WeakKeyDictionary[Booster, _Ready] = weakref.WeakKeyDictionary()

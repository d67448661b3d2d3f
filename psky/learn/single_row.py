"""One row through a booster, by the way that LightGBM's C library has for it.

`Booster.predict` sets itself up anew at each call, which costs several times what a row does. Here that is done once a
booster; the trees are walked by the same code, so results are the same to the last bit.
"""

from __future__ import annotations

import ctypes
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from psky.learn.arrays import Floats

if TYPE_CHECKING:
    from lightgbm import Booster

_ALL_ROUNDS: Final = -1
_FLOAT64: Final = 1
_PROBABILITIES: Final = 0
_PARAMETERS: Final = b"num_threads=1"


class SingleRow:
    """A booster made ready to predict rows one at a time; one caller at a time."""

    def __init__(self, trees: Booster) -> None:
        """Prepare `trees`, which must live as long as this object is used."""
        from lightgbm import basic  # noqa: PLC0415 - see `psky.learn.booster`

        inner: Any = basic
        self._library = inner._LIB  # noqa: SLF001 - the package has no other door to the C function
        self._check = inner._safe_call  # noqa: SLF001 - as above: raises what the library says
        self._length = ctypes.c_int64()
        self._result = (ctypes.c_double * trees.num_model_per_iteration())()
        self._config = ctypes.c_void_p()
        self._check(
            self._library.LGBM_BoosterPredictForMatSingleRowFastInit(
                trees._handle,  # noqa: SLF001 - as above
                ctypes.c_int(_PROBABILITIES),
                ctypes.c_int(0),
                ctypes.c_int(trees.best_iteration or _ALL_ROUNDS),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(trees.num_feature()),
                _PARAMETERS,
                ctypes.byref(self._config),
            )
        )
        self._outputs = ctypes.byref(self._length), ctypes.byref(self._result)
        weakref.finalize(self, self._library.LGBM_FastConfigFree, self._config)

    def predict(self, X: Floats) -> Floats:
        """Return what `Booster.predict` returns for C-contiguous float64[1, q]: float64[1], or float64[1, classes]."""
        row = ctypes.c_void_p(X.__array_interface__["data"][0])
        self._check(self._library.LGBM_BoosterPredictForMatSingleRowFast(self._config, row, *self._outputs))
        found = np.array(self._result)
        return found if found.size == 1 else found[None]


_READY: weakref.WeakKeyDictionary[Booster, SingleRow] = weakref.WeakKeyDictionary()


def ready(trees: Booster) -> SingleRow:
    """Return a booster's way for single rows, prepared at the first call."""
    found = _READY.get(trees)
    if found is None:
        found = _READY[trees] = SingleRow(trees)
    return found

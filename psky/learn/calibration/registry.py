"""The calibrators by the name that a spec gives them."""

from __future__ import annotations

from typing import Any

import msgspec

from psky.errors import ModelError
from psky.learn.calibration.beta import Beta
from psky.learn.calibration.identity import Identity
from psky.learn.calibration.isotonic import Isotonic
from psky.learn.calibration.platt import Platt
from psky.learn.calibration.protocol import Calibrator
from psky.learn.calibration.temperature import Temperature
from psky.learn.calibration.venn_abers import VennAbers

CALIBRATORS: dict[str, type[Calibrator]] = {
    kind.name: kind for kind in (Identity, Temperature, Platt, Beta, Isotonic, VennAbers)
}
"""From the simplest to the most flexible."""


def calibrator(name: str) -> type[Calibrator]:
    """Return the calibrator class of a name.

    Raises:
        ModelError: an unknown name.
    """
    if name not in CALIBRATORS:
        raise ModelError(f"expected a calibrator among {', '.join(CALIBRATORS)}, found {name!r}")
    return CALIBRATORS[name]


def calibrator_to_dict(fitted: Calibrator) -> dict[str, Any]:
    """Return a fitted calibrator as plain values for JSON, with its name."""
    plain: dict[str, Any] = msgspec.to_builtins(fitted)
    return {"name": fitted.name} | plain


def calibrator_from_dict(values: dict[str, Any]) -> Calibrator:
    """Build a fitted calibrator from what `calibrator_to_dict` returned.

    Raises:
        ModelError: an unknown name, or values that do not belong to that calibrator.
    """
    kind = calibrator(str(values.get("name")))
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise ModelError(f"expected the values of a {kind.name} calibrator, found {sorted(values)}") from error

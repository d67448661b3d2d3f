"""The search space, as data: which values of a spec are tuned, and over what ranges.

`suggest` turns a running trial into a spec, `spec_of` a finished one: the same names mean the same strategy in both
directions of time.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from psky.errors import SpecError
from psky.spec.codec import replace
from psky.spec.spec import Spec

if TYPE_CHECKING:
    from optuna.trial import Trial


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One tuned value: its dotted name in the spec and its range, or its choices."""

    name: str
    low: float = 0
    high: float = 0
    whole: bool = False
    log: bool = False
    choices: tuple[str, ...] = ()


SPACE: tuple[Parameter, ...] = (
    Parameter(name="touch.ema", low=5, high=55, whole=True),
    Parameter(name="touch.max_distance_atr", low=0.1, high=0.8),
    Parameter(name="intent.entry", choices=("maker", "taker")),
    Parameter(name="intent.entry_ttl_bars", low=1, high=15, whole=True),
    Parameter(name="intent.stop_atr", low=0.75, high=8.0),
    Parameter(name="intent.target_rr", low=0.75, high=3.0),
    Parameter(name="intent.hold_bars", low=15, high=240, whole=True, log=True),
    Parameter(name="features.flow", low=3, high=30, whole=True),
    Parameter(name="model.rounds", low=30, high=200, whole=True),
    Parameter(name="model.leaves", low=3, high=15, whole=True),
    Parameter(name="model.learning_rate", low=0.02, high=0.15, log=True),
    Parameter(name="model.min_leaf_rows", low=15, high=100, whole=True),
    Parameter(name="policy.ev_margin_r", low=0.0, high=0.2),
    Parameter(name="policy.confidence_z", low=0.0, high=1.5),
)


_EDGE = 0.02


def suggest(trial: Trial, base: Spec) -> Spec:
    """Return the spec that a running trial is to try."""
    return replace(base, {parameter.name: _suggest(trial, parameter) for parameter in SPACE})


def spec_of(params: Mapping[str, Any], base: Spec) -> Spec:
    """Return the spec that a finished trial tried."""
    return replace(base, dict(params))


def defaults(base: Spec) -> dict[str, Any]:
    """Return the values of `base` for the tuned names: the first trial.

    Raises:
        SpecError: a value lies outside the range over which it is tuned.
    """
    plain = msgspec.to_builtins(base)
    return {parameter.name: _within(parameter, plain) for parameter in SPACE}


def on_edge(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which tuned values lie within 2 % of an end of their range, in words."""
    found = {parameter: params[parameter.name] for parameter in SPACE if parameter.name in params}
    return tuple(
        f"{parameter.name} = {value:.4g} of {parameter.low:g} to {parameter.high:g}"
        for parameter, value in found.items()
        if not parameter.choices and not _EDGE <= _place(parameter, value) <= 1 - _EDGE
    )


def space_digest() -> str:
    """Return sixteen hex digits that change with any name or range."""
    return hashlib.sha256(msgspec.json.encode(SPACE)).hexdigest()[:16]


def _place(parameter: Parameter, value: float) -> float:
    low, high, found = (math.log(x) if parameter.log else x for x in (parameter.low, parameter.high, value))
    return (found - low) / (high - low)


def _within(parameter: Parameter, plain: dict[str, Any]) -> Any:  # noqa: ANN401 - a spec holds words and numbers
    section, _, key = parameter.name.partition(".")
    value = plain[section][key]
    inside = value in parameter.choices if parameter.choices else parameter.low <= value <= parameter.high
    if not inside:
        wanted = ", ".join(parameter.choices) or f"{parameter.low:g} to {parameter.high:g}"
        raise SpecError(f"expected {parameter.name} within its tuned range ({wanted}), found {value}")
    return value


def _suggest(trial: Trial, parameter: Parameter) -> str | int | float:
    if parameter.choices:
        return trial.suggest_categorical(parameter.name, parameter.choices)
    if parameter.whole:
        return trial.suggest_int(parameter.name, int(parameter.low), int(parameter.high), log=parameter.log)
    return trial.suggest_float(parameter.name, parameter.low, parameter.high, log=parameter.log)

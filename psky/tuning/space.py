"""The search space, as data: which values of a spec are tuned, and over what ranges.

`space.toml` beside this file is the default. `suggest` turns a running trial into a spec, `spec_of` a finished one: the
same names mean the same strategy in both directions of time.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

from psky.errors import SpecError
from psky.spec.codec import nearest, replace, to_dict
from psky.spec.spec import Spec

if TYPE_CHECKING:
    from optuna.trial import Trial

_EDGE = 0.02
_DEFAULT = Path(__file__).with_name("space.toml")
EVERYTHING = "all"

_JUDGES = {"tape", "costs", "venue", "split", "selection"}
"""Sections of a spec by which trials are judged. Were they tuned, the trial judged most kindly would win."""


class _Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    low: int | float | None = None
    high: int | float | None = None
    scale: Literal["linear", "log"] = "linear"
    choices: tuple[str | int | float | bool, ...] = ()


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One tuned value: its dotted name in the spec, its group, and its range or its choices."""

    name: str
    group: str
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    log: bool = False
    choices: tuple[str | int | float | bool, ...] = ()

    @property
    def wanted(self) -> str:
        """The choices or the range, for people."""
        return ", ".join(map(str, self.choices)) or f"{self.low:g} to {self.high:g}"

    def holds(self, value: Any) -> bool:  # noqa: ANN401 - a spec holds words and numbers
        """Return whether a value is one that is tried."""
        return value in self.choices if self.choices else bool(self.low <= value <= self.high)


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """Tuned values, in the order in which a trial draws them."""

    parameters: tuple[Parameter, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, each once, in order."""
        return tuple(dict.fromkeys(parameter.group for parameter in self.parameters))

    @property
    def names(self) -> tuple[str, ...]:
        """The dotted names."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def digest(self) -> str:
        """Sixteen hex digits that change with any name or range."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    def scoped(self, groups: Iterable[str]) -> Self:
        """Return the part of the space that lies in some groups; `all` is every group.

        Raises:
            SpecError: there is no such group.
        """
        wanted, known = set(groups), [*self.groups, EVERYTHING]
        for name in sorted(wanted - set(known)):
            raise SpecError(f"expected a group of the search space, found {name!r}{nearest(name, known)}")
        kept = (item for item in self.parameters if EVERYTHING in wanted or item.group in wanted)
        return type(self)(parameters=tuple(kept))

    def without(self, names: Iterable[str]) -> Self:
        """Return the space less some values, which keep what the base spec says."""
        dropped = set(names)
        return type(self)(parameters=tuple(item for item in self.parameters if item.name not in dropped))


@cache
def default_space() -> Space:
    """Return the space that ships with psky."""
    return read_space(_DEFAULT)


DEFAULT_SCOPE = ("features", "labels", "entry", "model", "policy")
"""Groups that are tuned where nothing else is asked for. The base timeframe is not: short tapes starve on slow bars."""


def read_space(path: Path) -> Space:
    """Read a search space from a TOML file.

    Raises:
        SpecError: the file cannot be read, or names what no spec has, or a range that is none or is out of bounds.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = msgspec.convert(tables, dict[str, dict[str, _Range]])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SpecError(f"{path}: expected a search space, found: {error}") from error
    rows = ((group, name, found) for group, table in groups.items() for name, found in table.items())
    parameters = tuple(_parameter(path, *row) for row in rows)
    if not parameters:
        raise SpecError(f"{path}: expected at least one value to tune, found none")
    names = [parameter.name for parameter in parameters]
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"{path}: expected {name} in one group, found it in several")
    return Space(parameters=parameters)


def suggest(trial: Trial, space: Space, base: Spec) -> Spec:
    """Return the spec that a running trial is to try."""
    return replace(base, {parameter.name: _suggest(trial, parameter) for parameter in space.parameters})


def spec_of(params: Mapping[str, Any], base: Spec) -> Spec:
    """Return the spec that a finished trial tried."""
    return replace(base, dict(params))


def defaults(space: Space, base: Spec) -> dict[str, Any]:
    """Return the values of `base` for the tuned names: the first trial.

    Raises:
        SpecError: a value lies outside the range over which it is tuned.
    """
    plain = to_dict(base)
    return {parameter.name: _within(parameter, plain) for parameter in space.parameters}


def on_edge(space: Space, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which tuned values lie within 2 % of an end of their range, in words."""
    found = {parameter: params[parameter.name] for parameter in space.parameters if parameter.name in params}
    return tuple(
        f"{parameter.name} = {value:.4g} of {parameter.low:g} to {parameter.high:g}"
        for parameter, value in found.items()
        if not parameter.choices and not _EDGE <= _place(parameter, value) <= 1 - _EDGE
    )


def _parameter(path: Path, group: str, name: str, found: _Range) -> Parameter:
    if name.partition(".")[0] in _JUDGES:
        raise SpecError(
            f"{path}: expected values of the strategy, found {name}, by which all trials are judged alike; "
            "give it one value with --fix or --spec"
        )
    if found.choices:
        parameter = Parameter(name=name, group=group, choices=found.choices)
    elif found.low is None or found.high is None or not -math.inf < found.low < found.high < math.inf:
        raise SpecError(f"{path}: expected low < high or choices for {name}, found {found.low} and {found.high}")
    else:
        whole = isinstance(found.low, int) and isinstance(found.high, int)
        log = found.scale == "log"
        if log and found.low <= 0:
            raise SpecError(f"{path}: expected {name} above 0 on a log scale, found {found.low}")
        parameter = Parameter(
            name=name, group=group, low=float(found.low), high=float(found.high), whole=whole, log=log
        )
    for value in found.choices or (found.low, found.high):
        replace(Spec(), {name: value})
    return parameter


def _place(parameter: Parameter, value: float) -> float:
    low, high, found = (math.log(x) if parameter.log else x for x in (parameter.low, parameter.high, value))
    return (found - low) / (high - low)


def _within(parameter: Parameter, plain: dict[str, Any]) -> Any:  # noqa: ANN401 - a spec holds words and numbers
    section, _, key = parameter.name.partition(".")
    value = plain[section][key]
    if not parameter.holds(value):
        raise SpecError(f"expected {parameter.name} within its tuned range ({parameter.wanted}), found {value}")
    return value


def _suggest(trial: Trial, parameter: Parameter) -> Any:  # noqa: ANN401 - as above
    if parameter.choices:
        return trial.suggest_categorical(parameter.name, parameter.choices)
    if parameter.whole:
        return trial.suggest_int(parameter.name, int(parameter.low), int(parameter.high), log=parameter.log)
    return trial.suggest_float(parameter.name, parameter.low, parameter.high, log=parameter.log)

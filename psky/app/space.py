"""Search spaces as they are shown: what is tuned, and over what ranges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psky.spec.codec import to_dict
from psky.spec.spec import Spec
from psky.tuning.space import DEFAULT_SCOPE, default_space, read_space


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedValue:
    """A value that can be tuned: its dotted name, its group, range or choices in words, and psky's default."""

    name: str
    group: str
    wanted: str
    scale: str
    """`linear`, `log` or `choice`."""
    default: Any
    by_default: bool
    """Whether its group is tuned where no scope is named."""


def list_space(path: Path | None = None) -> tuple[TunedValue, ...]:
    """Return the search space in a TOML file, or psky's own, in the order in which a trial draws it.

    Raises:
        SpecError: the file cannot be read, or is no search space.
    """
    space = default_space() if path is None else read_space(path)
    defaults = to_dict(Spec())
    return tuple(
        TunedValue(
            name=one.name,
            group=one.group,
            wanted=one.wanted,
            scale="choice" if one.choices else "log" if one.log else "linear",
            default=_at(defaults, one.name),
            by_default=path is not None or one.group in DEFAULT_SCOPE,
        )
        for one in space.parameters
    )


def _at(values: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a spec holds words and numbers
    section, _, key = name.partition(".")
    return values[section][key]

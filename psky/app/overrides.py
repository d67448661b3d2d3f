"""Overrides of tuned settings: named, allowed on purpose, and with a model that fits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psky.errors import OverrideError
from psky.spec.codec import differences, replace
from psky.spec.spec import Spec

_DECISION = frozenset({"policy.ev_margin_r", "policy.confidence_z", "policy.opposite"})
"""What is settled after the model has spoken; all else has a part in features, labels or training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """The spec to replay and what of it was not tuned: dotted name -> (tuned value, value used)."""

    spec: Spec
    changed: dict[str, tuple[Any, Any]]

    @property
    def retrains(self) -> tuple[str, ...]:
        """The changed names that reach features, labels or training, so that the tuned model no longer fits."""
        return tuple(name for name in self.changed if name not in _DECISION)


def override(tuned: Spec, changes: Mapping[str, Any], *, allowed: bool) -> Overrides:
    """Return a tuned spec with `changes` by dotted name; a value that is the tuned one is no change.

    Raises:
        SpecError: a name that no spec has (with the nearest one), or an impossible value.
        OverrideError: changes that were not allowed, or that would move the hold-out.
    """
    spec = replace(tuned, dict(changes))
    changed = differences(spec, tuned)
    moved = [name for name in changed if name.startswith("split.")]
    if moved:
        raise OverrideError(
            f"expected no override of {', '.join(moved)}: how history is divided decides what tuning has seen; "
            "tune a study with another --spec"
        )
    if changed and not allowed:
        words = ", ".join(f"{name}: tuned {was}, asked for {now}" for name, (was, now) in changed.items())
        raise OverrideError(
            f"expected --allow-override, found overrides of what was tuned ({words}); "
            "add it, or leave out --set to replay what was tuned"
        )
    return Overrides(spec=spec, changed=changed)

"""Keys: every binding has a name, by which `[tui.keys]` of psky.toml gives it other keys.

The name of a binding is its description with `_` for blanks: `next_view`. Bindings of one name, on whatever panel, are
given other keys together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key

from psky.errors import SpecError
from psky.spec.codec import nearest


def bind(keys: str, action: str, description: str, **how: Any) -> Binding:  # noqa: ANN401 - as Textual's binding
    """Return a binding that is named after its description; `how` are Textual's other fields of it."""
    return Binding(keys, action, description, id=description.replace(" ", "_").replace("'", ""), **how)


def checked_keymap(keys: Mapping[str, str], scopes: Iterable[Iterable[BindingType]]) -> dict[str, str]:
    """Return the keys of `[tui.keys]` as Textual takes them.

    Args:
        keys: name of a binding -> keys, set apart by commas.
        scopes: the bindings that can be met at one time, for each such moment.

    Raises:
        SpecError: a name that no binding has (with the nearest), no key, or one that does two things at one moment.
    """
    bindings = [[one for one in scope if isinstance(one, Binding) and one.id] for scope in scopes]
    known = sorted({str(one.id) for scope in bindings for one in scope})
    keymap = {name: ",".join(_spelled(name, text)) for name, text in keys.items()}
    for name in keymap:
        if name not in known:
            raise SpecError(f"[tui.keys]: unknown action {name!r}{nearest(name, known)}")
    for scope in bindings:
        allowed = _clashes(scope, {})
        for key, first, second in sorted(_clashes(scope, keymap) - allowed):
            raise SpecError(
                f"[tui.keys]: expected one action for {key}, found {first} and {second}; give one another key"
            )
    return keymap


def _clashes(scope: list[Binding], keymap: Mapping[str, str]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for one, other in combinations(scope, 2):
        if one.id != other.id:
            both = _keys(one, keymap) & _keys(other, keymap)
            first, second = sorted((str(one.id), str(other.id)))
            found |= {(key, first, second) for key in both}
    return found


def _keys(binding: Binding, keymap: Mapping[str, str]) -> set[str]:
    text = keymap.get(str(binding.id), binding.key)
    return set(_spelled(str(binding.id), text))


def _spelled(name: str, text: str) -> list[str]:
    found = [key.strip() for key in text.split(",") if key.strip()]
    if not found:
        raise SpecError(f"[tui.keys]: expected a key for {name}, found {text!r}")
    return [_character_to_key(key) if len(key) == 1 else key for key in found]

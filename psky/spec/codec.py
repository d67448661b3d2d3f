"""Specs to and from TOML and JSON, strictly.

An unknown key is refused with the nearest known name; a wrong type or an impossible value with place and reason.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from psky.errors import SpecError
from psky.spec.sections import Section
from psky.spec.spec import Spec

_DECODERS: dict[str, Callable[[str], dict[str, Any]]] = {".toml": tomllib.loads, ".json": msgspec.json.decode}
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`(?: - at `\$\.?(?P<place>[^`]*)`)?")

_CHOICE = re.compile(r"Invalid enum value '[^']*' - at `\$\.(?P<place>[\w.]+)`")


def to_dict(spec: Spec) -> dict[str, Any]:
    """Return a spec as nested plain values, the same as JSON gives back: lists, no tuples."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(spec))
    return plain


def from_dict(values: dict[str, Any]) -> Spec:
    """Build a spec from nested plain values; what is not named keeps its default.

    Raises:
        SpecError: an unknown key (with the nearest name), a wrong type or an impossible value.
    """
    try:
        return msgspec.convert(values, Spec)
    except msgspec.ValidationError as error:
        raise SpecError(_explain(str(error))) from error


def read(path: Path) -> Spec:
    """Read a spec from a `.toml` or `.json` file.

    Raises:
        SpecError: the file is missing, is neither, or holds something that is not a spec.
    """
    decode = _DECODERS.get(path.suffix)
    if decode is None:
        raise SpecError(f"expected a .toml or .json file, found {path.name}")
    try:
        values = decode(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.DecodeError) as error:
        raise SpecError(f"{path}: expected a readable spec, found: {error}") from error
    try:
        return from_dict(values)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def replace(spec: Spec, changes: dict[str, Any]) -> Spec:
    """Return `spec` with values replaced by dotted name, as in `{"touch.ema": 34}`.

    Raises:
        SpecError: a name that no spec has, or an impossible value.
    """
    values = to_dict(spec)
    for name, value in changes.items():
        section, _, key = name.partition(".")
        if section not in values or not key:
            raise SpecError(f"expected a name such as touch.ema, found {name!r}{nearest(name, _names())}")
        values[section][key] = value
    return from_dict(values)


def assignments(texts: Iterable[str]) -> dict[str, Any]:
    """Return values typed as `section.field=value`, by dotted name; a value is read as TOML, or else as a word.

    Raises:
        SpecError: a text without a name or an equals sign.
    """
    return dict(_assignment(text) for text in texts)


def assignment(name: str, value: Any) -> str:  # noqa: ANN401 - a spec holds words, numbers and lists of them
    """Return `section.field=value` as `assignments` reads it."""
    return f"{name}={value if isinstance(value, str) else msgspec.json.encode(value).decode()}"


def differences(spec: Spec, base: Spec) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two specs: dotted name -> (value in `base`, value in `spec`)."""
    ours, theirs = to_dict(spec), to_dict(base)
    return {
        f"{section}.{key}": (theirs[section][key], value)
        for section, values in ours.items()
        for key, value in values.items()
        if theirs[section][key] != value
    }


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals):
        raise SpecError(f"expected section.field=value, as in touch.ema=34, found {text!r}")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()


def _explain(message: str) -> str:
    match = _UNKNOWN.search(message)
    if match is None:
        return f"not a valid spec: {message}{choices(Spec, message)}"
    known = _fields(match["place"] or "")
    place = f" in section {match['place']}" if match["place"] else ""
    return f"unknown key {match['name']!r}{place}{nearest(match['name'], known)}"


def choices(kind: type, message: str) -> str:
    """Return `; known: ...` with the words that may stand where a message says; nothing where any may."""
    match = _CHOICE.search(message)
    if match is None:
        return ""
    found: Any = kind
    for name in match["place"].split("."):
        found = get_type_hints(found)[name]
    return f"; known: {', '.join(map(str, get_args(found)))}"


def nearest(name: str, known: list[str]) -> str:
    """Return `; did you mean ...?` with the name most like `name`, or else all that are known."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"


def _fields(place: str) -> list[str]:
    kind: type[Section] = Spec if not place else type(getattr(Spec(), place))
    return list(kind.__struct_fields__)


def _names() -> list[str]:
    return [f"{section}.{key}" for section in _fields("") for key in _fields(section)]

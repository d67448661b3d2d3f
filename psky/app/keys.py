"""Keys of the exchange as people are told of them: where they were found, never what they are."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psky.errors import UsageError
from psky.live.environments import ENVIRONMENTS, Environment
from psky.live.keys import Keys, find_keys, keys_file, look_for_keys, write_keys

KEYED = tuple(name for name, where in ENVIRONMENTS.items() if where.needs_keys)
"""Environments that need keys."""
_SIM_KEYS: Final = ("sim-key", "sim-secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """The keys of an environment: where they were found and how the key ends; empty where there are none.

    `problem` says why those that there may be cannot be used.
    """

    environment: str
    source: str
    ending: str
    problem: str


def list_keys(variables: Mapping[str, str]) -> tuple[KeyView, ...]:
    """Return what is known of the keys of each environment that needs them."""
    return tuple(_view(name, variables) for name in KEYED)


def store_keys(environment: str, key: str, secret: str, variables: Mapping[str, str]) -> Path:
    """Write the keys of an environment to the file that only its owner can read, and return the file.

    Raises:
        UsageError: an environment that needs none, an empty key or secret, or a file that cannot be used.
    """
    file = keys_file(variables)
    write_keys(checked(environment), Keys(key=key.strip(), secret=secret.strip(), source=str(file)), file)
    return file


def checked(environment: str) -> str:
    """Return the environment.

    Raises:
        UsageError: it needs no keys, or there is none of that name.
    """
    if environment not in KEYED:
        raise UsageError(f"expected an environment that needs keys ({', '.join(KEYED)}), found {environment!r}")
    return environment


def keys_of(where: Environment) -> Keys:
    """Return the keys of an environment.

    Raises:
        UsageError: there are none.
    """
    if where.own_venue:
        return Keys(key="paper-key", secret=secrets.token_hex(), source="this process")
    if where.address is not None:
        key, secret = (os.environ.get(f"PSKY_SIM_{what}") for what in ("KEY", "SECRET"))
        return Keys(key=key or _SIM_KEYS[0], secret=secret or _SIM_KEYS[1], source="simulator")
    return find_keys(where.name, os.environ, keys_file(os.environ))


def _view(environment: str, variables: Mapping[str, str]) -> KeyView:
    try:
        found = look_for_keys(environment, variables, keys_file(variables))
    except UsageError as error:
        return KeyView(environment=environment, source="", ending="", problem=str(error))
    source, ending = (found.source, found.key[-4:]) if found else ("", "")
    return KeyView(environment=environment, source=source, ending=ending, problem="")

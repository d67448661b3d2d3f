"""API keys: from the environment, the system's keyring, or a file that only its owner can read. Never from a flag.

Nothing prints or logs them: `repr` hides both, and `redact` takes them out of what an exchange says.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from psky.errors import UsageError

_SERVICE = "psky"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A key with its secret; `source` says where they were found."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    source: str

    def redact(self, text: str) -> str:
        """Return what an exchange said without key and secret."""
        return text.replace(self.secret, "[secret]").replace(self.key, f"[key ..{self.key[-4:]}]")


def find_keys(environment: str, variables: Mapping[str, str], file: Path) -> Keys:
    """Return the keys of an environment (`demo`, `testnet`, `live`): variables first, then keyring, then `file`.

    The variables are `PSKY_<ENVIRONMENT>_KEY` and `PSKY_<ENVIRONMENT>_SECRET`; the keyring's service is `psky`, with
    `<environment>.key` and `<environment>.secret` for user names; the file is TOML with a table for each environment,
    `[demo]` with `key` and `secret`.

    Raises:
        UsageError: there are none, or the file can be read by others.
    """
    found = look_for_keys(environment, variables, file)
    if found is None:
        stem = _stem(environment)
        raise UsageError(
            f"expected keys for {environment}, found none; set {stem}_KEY and {stem}_SECRET, or store them in the "
            f"keyring (service {_SERVICE}, users {environment}.key and {environment}.secret), or write {file} (mode "
            f"0600): psky keys set {environment}"
        )
    return found


def look_for_keys(environment: str, variables: Mapping[str, str], file: Path) -> Keys | None:
    """Return the keys of an environment, None where there are none.

    Raises:
        UsageError: the file can be read by others, or is none of keys.
    """
    stem = _stem(environment)
    key, secret = variables.get(f"{stem}_KEY"), variables.get(f"{stem}_SECRET")
    if key and secret:
        return Keys(key=key, secret=secret, source=f"{stem}_KEY")
    return _from_keyring(environment) or _from_file(environment, file)


def _stem(environment: str) -> str:
    return f"PSKY_{environment.upper()}"


def keys_file(variables: Mapping[str, str]) -> Path:
    """Return where the file of keys lies, whether there is one or not."""
    home = Path(variables.get("XDG_CONFIG_HOME") or Path(variables.get("HOME", "~"), ".config"))
    return home.expanduser() / _SERVICE / "keys.toml"


def write_keys(environment: str, keys: Keys, file: Path) -> None:
    """Write the keys of an environment to `file`, beside those of others; nobody else can read it at any moment.

    Raises:
        UsageError: an empty key or secret, or a file that others can read or that is none of keys.
    """
    if not (keys.key and keys.secret):
        raise UsageError(
            f"expected a key and a secret for {environment}, found {'no secret' if keys.key else 'no key'}"
        )
    tables = _tables(environment, file) if file.exists() else {}
    tables[environment] = {"key": keys.key, "secret": keys.secret}
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_name(f".{file.name}.new")
    written.unlink(missing_ok=True)
    with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(_toml(tables).encode())
    written.replace(file)


def _toml(tables: Mapping[str, Mapping[str, str]]) -> str:
    # Of words, JSON is TOML too.
    lines = []
    for name, words in tables.items():
        lines += [f"[{name}]", *(f"{key} = {_quoted(one)}" for key, one in words.items()), ""]
    return "\n".join(lines)


def _quoted(word: str) -> str:
    return msgspec.json.encode(word).decode()


def _from_keyring(environment: str) -> Keys | None:
    try:
        import keyring  # noqa: PLC0415 - an optional extra
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        key, secret = (keyring.get_password(_SERVICE, f"{environment}.{what}") for what in ("key", "secret"))
    except KeyringError:  # a machine without one
        return None
    return Keys(key=key, secret=secret, source="keyring") if key and secret else None


def _from_file(environment: str, file: Path) -> Keys | None:
    table = _tables(environment, file).get(environment, {}) if file.exists() else {}
    if not (table.get("key") and table.get("secret")):
        return None
    return Keys(key=table["key"], secret=table["secret"], source=str(file))


def _tables(environment: str, file: Path) -> dict[str, dict[str, str]]:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077 or file.stat().st_uid != os.getuid():
        raise UsageError(f"{file}: expected a file of yours that nobody else can read (mode 0600), found {mode:04o}")
    try:
        return msgspec.toml.decode(file.read_bytes(), type=dict[str, dict[str, str]])
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{file}: expected TOML with a table [{environment}] of key and secret") from error

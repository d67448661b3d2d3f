"""Keys are found where they should be, and told to nobody."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from psky.errors import UsageError
from psky.live.keys import Keys, find_keys, keys_file, write_keys

TEXT = '[demo]\nkey = "file-key"\nsecret = "file-secret"\n'


def test_variables_come_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(TEXT)
    file.chmod(0o600)
    variables = {"PSKY_DEMO_KEY": "env-key", "PSKY_DEMO_SECRET": "env-secret"}
    assert find_keys("demo", variables, file).key == "env-key"
    found = find_keys("demo", {}, file)
    assert (found.key, found.secret, found.source) == ("file-key", "file-secret", str(file))


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(TEXT)
    file.chmod(0o640)
    with pytest.raises(UsageError, match="0600"):
        find_keys("demo", {}, file)


def test_without_keys_it_says_where_they_belong(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PSKY_LIVE_KEY"):
        find_keys("live", {}, tmp_path / "keys.toml")


def test_nobody_is_told() -> None:
    keys = Keys(key="abcdefgh1234", secret="very-secret", source="here")  # noqa: S106 - none
    assert "secret" not in repr(keys).replace("Keys", "")
    assert "abcdefgh" not in repr(keys)
    assert keys.redact("sign abcdefgh1234 with very-secret") == "sign [key ..1234] with [secret]"


def test_written_keys_are_found_beside_those_of_others(tmp_path: Path) -> None:
    file = keys_file({"XDG_CONFIG_HOME": str(tmp_path / "config")})
    for name in ("demo", "live", "demo"):
        write_keys(name, Keys(key=f'{name}"key', secret=f"{name}\\secret", source=""), file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.toml"]
    for name in ("demo", "live"):
        assert find_keys(name, {}, file) == Keys(key=f'{name}"key', secret=f"{name}\\secret", source=str(file))


def test_half_a_pair_of_keys_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="found no secret"):
        write_keys("demo", Keys(key="k", secret="", source=""), tmp_path / "keys.toml")
    assert list(tmp_path.iterdir()) == []

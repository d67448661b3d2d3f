"""Keys are stored and listed; what is listed never is the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.keys import KEYED, KeyView, list_keys, store_keys
from psky.errors import UsageError


def test_stored_keys_are_listed_by_place_and_ending(tmp_path: Path) -> None:
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    file = store_keys("demo", "abcd1234\n", "hidden\n", here)
    found = {one.environment: one for one in list_keys(here | {"PSKY_LIVE_KEY": "key9", "PSKY_LIVE_SECRET": "s"})}

    assert tuple(found) == KEYED == ("demo", "testnet", "live")
    assert found["demo"] == KeyView(environment="demo", source=str(file), ending="1234", problem="")
    assert (found["testnet"].source, found["live"].source) == ("", "PSKY_LIVE_KEY")
    assert "abcd" not in repr(found)
    assert "hidden" not in repr(found)


def test_a_file_that_others_can_read_is_a_problem(tmp_path: Path) -> None:
    here = {"XDG_CONFIG_HOME": str(tmp_path)}
    store_keys("demo", "k", "s", here).chmod(0o644)

    assert {one.problem.partition(": ")[2][:15] for one in list_keys(here)} == {"expected a file"}


@pytest.mark.parametrize("environment", ["sim", "paper", "moon"])
def test_an_environment_without_keys_is_refused(environment: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected an environment that needs keys"):
        store_keys(environment, "k", "s", {"XDG_CONFIG_HOME": str(tmp_path)})

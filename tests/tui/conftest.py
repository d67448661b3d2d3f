"""What all tests of the screens share: nothing goes away by itself, however long a test takes."""

from __future__ import annotations

import pytest

from tests.tui.drive import NEVER_S


@pytest.fixture(autouse=True)
def _words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.widgets.crumbs._SAID_S", NEVER_S)

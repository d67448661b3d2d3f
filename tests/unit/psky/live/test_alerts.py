"""An alert is sent though its process ends."""

from __future__ import annotations

import sys
import threading
from unittest.mock import Mock

import pytest

from psky.live.alerts import Alerts


def test_a_process_that_ends_waits_for_its_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, begun = threading.Event(), threading.Event()
    apprise = Mock()

    def notify(**_: str) -> bool:
        begun.set()
        return slow.wait(10)

    apprise.Apprise.return_value.notify.side_effect = notify
    monkeypatch.setitem(sys.modules, "apprise", apprise)
    Alerts(("json://here",)).tell("title", "text")
    assert begun.wait(10)
    (thread,) = (one for one in threading.enumerate() if one.name == "alert")
    assert not thread.daemon  # the interpreter waits for it
    slow.set()
    thread.join(10)
    apprise.Apprise.return_value.notify.assert_called_once_with(title="title", body="text")


def test_without_addresses_nobody_is_told() -> None:
    Alerts(()).tell("title", "text")
    assert not [one for one in threading.enumerate() if one.name == "alert"]

"""`psky audit leaks` prints every canary with its control, and its exit code says whether all pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from psky.app import audit
from psky.replay.canaries.finding import Canary, Finding
from tests import house

PASSES = Finding(checked=3, unit="cuts", faults=0)
FIRES = Finding(checked=3, unit="cuts", faults=2, reason="close changes")


def canary(code: str, found: Finding, control: Finding) -> Canary:
    return Canary(code=code, claim="a claim", check=lambda _: found, leak="a leak", control=lambda _: control)


@pytest.mark.parametrize(
    ("found", "control", "code", "words"),
    [(PASSES, FIRES, 0, ""), (FIRES, FIRES, 9, "C2 fires: close changes"), (PASSES, PASSES, 9, "C2 proves nothing")],
)
def test_the_exit_code_says_whether_all_pass(
    found: Finding,
    control: Finding,
    code: int,
    words: str,
    own_stocked: Path,
    psky: Any,  # noqa: ANN401 - the fixture's protocol
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "CANARIES", (canary("C1", PASSES, FIRES), canary("C2", found, control)))
    ended = psky("audit", "leaks", house.SYMBOL, cwd=own_stocked)

    assert ended.code == code
    assert f"canaries {1 if code else 2}/2" in ended.out
    assert words in ended.err


def test_json_has_every_canary_with_its_control(
    own_stocked: Path,
    psky: Any,  # noqa: ANN401 - as above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit, "CANARIES", (canary("C1", PASSES, FIRES), canary("C2", FIRES, FIRES)))
    ended = psky("audit", "leaks", house.SYMBOL, "--json", cwd=own_stocked)
    printed = json.loads(ended.out)

    assert (ended.code, printed["passed"]) == (9, 1)
    assert [one["state"] for one in printed["canaries"]] == ["passes", "fires"]
    assert printed["canaries"][0]["control"]["faults"] == 2

"""What the shell offers after a tab."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import house
from tests.commands import psky

TYPED = [
    ("psky train ", {house.SYMBOL}),
    ("psky train DEMO", {house.SYMBOL}),
    ("psky train NOPE", set()),
    (f"psky train {house.SYMBOL} --study ", {"first"}),
    (f"psky train {house.SYMBOL} --study first --trial ", {"0", "1", "2", "3"}),
    (f"psky backtest run {house.SYMBOL} --study first --trial 2", {"2"}),
    (f"psky train --model-dir models/{house.SYMBOL} --study f", {"first"}),
    ("psky --model-root none studies trials X --study ", set()),
    ("psky train ../up --study ", set()),
    ("psky jobs ", {"list", "watch", "stop", "logs", "prune"}),
]


@pytest.mark.parametrize(("typed", "offered"), TYPED, ids=[typed for typed, _ in TYPED])
def test_names_are_offered(typed: str, offered: set[str], tuned: Path) -> None:
    words = typed.split(" ")
    ended = psky(cwd=tuned, _PSKY_COMPLETE="complete_bash", COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert set(ended.stdout.split()) == offered


def test_a_broken_settings_file_offers_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "psky.toml").write_text("nothing = 1")
    ended = psky(cwd=tmp_path, _PSKY_COMPLETE="complete_bash", COMP_WORDS="psky\ntrain\n", COMP_CWORD="2")

    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "", "")

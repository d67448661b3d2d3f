"""On a terminal: studies and trials are picked from a list; colours stay away where they are not wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import house
from tests.commands import on_terminal, psky

ESCAPE = "\x1b["
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]")
TRAIN = ("train", house.SYMBOL)


def test_study_and_trial_are_picked_from_lists(own_tuned: Path) -> None:
    code, shown = on_terminal(*TRAIN, cwd=own_tuned, answers="1\n2\n")

    assert code == 0, shown
    assert "   1  first" in shown
    assert "Which study?" in shown
    assert "Which trial?" in shown
    assert len(list((own_tuned / "models" / house.SYMBOL / "first").glob("model_*"))) == 1


def test_the_best_trial_is_offered_first(own_tuned: Path) -> None:
    code, shown = on_terminal(*TRAIN, "--study", "first", cwd=own_tuned, answers="\n")
    offered = [line.split()[2] for line in shown.splitlines() if " trial " in line and "net" in line]

    assert code == 0, shown
    assert f"trained trial {offered[0]} of first" in shown


@pytest.mark.parametrize(
    ("answer", "words"), [("9\n", "expected a number from 1 to 1, found 9"), ("\x04", "interrupted")]
)
def test_no_such_choice(tuned: Path, answer: str, words: str) -> None:
    code, shown = on_terminal(*TRAIN, cwd=tuned, answers=answer)

    assert code in {2, 130}
    assert words in shown
    assert "Traceback" not in shown


def test_no_color_is_heeded(tuned: Path) -> None:
    for arguments in (("studies", "list"), ("data", "list"), ("data", "check", house.SYMBOL)):
        code, shown = on_terminal(*arguments, cwd=tuned, NO_COLOR="1")
        assert code == 0, shown
        assert ESCAPE not in shown
    _, help_page = on_terminal("--help", cwd=tuned, NO_COLOR="1")
    assert COLOUR.search(help_page) is None
    _, coloured = on_terminal("--help", cwd=tuned)
    assert COLOUR.search(coloured), "the search finds no colour at all"


def test_a_pipe_gets_no_escape_codes(tuned: Path) -> None:
    for arguments in (("studies", "list"), ("--help",), ("data", "check", house.SYMBOL)):
        ended = psky(*arguments, cwd=tuned)
        assert ended.returncode == 0, ended.stderr
        assert ESCAPE not in ended.stdout + ended.stderr


def test_python_m_psky_is_psky(tmp_path: Path) -> None:
    ended = psky("--version", cwd=tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("psky 0.")

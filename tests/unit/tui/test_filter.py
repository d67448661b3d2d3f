from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from psky.errors import UsageError
from tui.filter import Field, parse


@dataclass
class Row:
    number: int
    state: str
    score: float | None


ROWS = [Row(1, "complete", 0.5), Row(2, "pruned", None), Row(3, "complete", -0.25), Row(42, "failed", math.nan)]
FIELDS: dict[str, Field[Row]] = {
    "number": Field(value=lambda row: row.number, numeric=True),
    "state": Field(value=lambda row: row.state, numeric=False),
    "score": Field(value=lambda row: row.score, numeric=True),
}


def passing(text: str) -> list[int]:
    test = parse(text, FIELDS, lambda row: f"{row.number} {row.state} Alpha=fast")
    return [row.number for row in ROWS if test(row)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [1, 2, 3, 42]),
        ("   ", [1, 2, 3, 42]),
        ("PRUNED", [2]),
        ("alpha", [1, 2, 3, 42]),
        ("4", [42]),
        ("score>0", [1]),
        ("score >= -0.25", [1, 3]),
        ("score<0", [3]),
        ("score=50%", [1]),
        ("score!=0.5", [3]),
        ("number<=2 state=complete", [1]),
        ("state != complete", [2, 42]),
        ("State=Complete number>1", [3]),
        ("complete score>0 1", [1]),
        ("nothing-like-it", []),
    ],
)
def test_rows_pass(text: str, numbers: list[int]) -> None:
    assert passing(text) == numbers


def test_a_missing_value_passes_no_comparison() -> None:
    for comparison in ("score>-9", "score<9", "score!=7", "score=0"):
        assert not {2, 42} & set(passing(comparison))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sharpe>2", "expected a column (number, state, score), found 'sharpe'"),
        ("score>", "expected a value after score>"),
        ("score>high", "expected a number after score>, found 'high'"),
        ("score>%", "expected a number after score>, found '%'"),
        ("state>a", "state is a word: expected = or !=, found >"),
        (">3", "expected a column (number, state, score), found ''"),
    ],
)
def test_an_impossible_filter_says_why(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        passing(text)
    assert str(caught.value) == words

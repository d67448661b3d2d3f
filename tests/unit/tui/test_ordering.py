from __future__ import annotations

import math

import pytest

from tui import ordering
from tui.ordering import Value, ordered

Pair = tuple[str, Value]


def names(pairs: list[Pair], *, descending: bool) -> str:
    return "".join(name for name, _ in ordered(pairs, lambda pair: pair[1], descending=descending))


def test_equal_rows_keep_their_order_both_ways() -> None:
    pairs: list[Pair] = [("a", 1), ("b", 2), ("c", 1), ("d", 2)]
    assert names(pairs, descending=False) == "acbd"
    assert names(pairs, descending=True) == "bdac"


@pytest.mark.parametrize("descending", [False, True])
def test_rows_without_a_value_come_last(descending: bool) -> None:
    pairs: list[Pair] = [("a", None), ("b", 1.0), ("c", math.nan), ("d", 2.0)]
    assert names(pairs, descending=descending)[2:] == "ac"


def test_numbers_and_words_have_one_order() -> None:
    pairs: list[Pair] = [("a", "x"), ("b", 3), ("c", True), ("d", -math.inf), ("e", "b")]
    assert names(pairs, descending=False) == "dcbea"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("kinds", ["1", "a", "1a", "1a-", "1-"])
def test_many_rows_are_ordered_as_few_are(kinds: str, descending: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, list[Value]] = {
        "1": [3, 1.5, -math.inf, True, 0, 1_700_000_000_000_001],
        "a": ["", "stop", "target", "Zeit"],
        "-": [None, math.nan],
    }
    chosen = (given[kinds[number % len(kinds)]] for number in range(200))
    pairs: list[Pair] = [(f"{number},", one[number * 7 % 11 % len(one)]) for number, one in enumerate(chosen)]
    few = names(pairs, descending=descending)
    monkeypatch.setattr(ordering, "AT_ONCE", 7)
    assert names(pairs, descending=descending) == few


def test_every_column_of_trials_sorts_both_ways() -> None:
    from tests.tui.fake import trial  # noqa: PLC0415 - only here
    from tui.columns.trials import columns  # noqa: PLC0415 - only here

    trials = [trial(number) for number in range(30)]
    for column in columns(trials):
        for descending in (False, True):
            assert sorted(t.number for t in ordered(trials, column.value, descending=descending)) == list(range(30))

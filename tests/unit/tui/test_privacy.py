from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui.privacy import CURTAIN, HIDDEN, words


@pytest.fixture
def drawn() -> Iterator[None]:
    CURTAIN.drawn = True
    yield
    CURTAIN.drawn = False


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("entry: long 0.125 at 45,001.50", "entry: long * at 45,001.50"),
        ("stop fill: sold 1,250 at 44,900.00, taker", "stop fill: sold * at 44,900.00, taker"),
        (
            "daily loss: lost today 301.22 USDT, the limit is 300 USDT",
            "daily loss: lost today * USDT, the limit is * USDT",
        ),
        ("a position 1.25e+06 USDT, the limit is 100000 USDT", "a position * USDT, the limit is * USDT"),
        ("funding -1.4455 USDT", "funding * USDT"),
        ("the exchange holds 0.125, we 0", "the exchange holds *, we *"),
        ("wallet 10012.33.", "wallet *."),
        (
            "refused: place psky-tp31a1-3-1: ab not enough 12 (110007)",
            "refused: place psky-tp31a1-3-1: ab not enough * (*)",
        ),
        ("long by target, +1.50 R", "long by target, +1.50 R"),
        ("process 4711, run 2, a recovery", "process 4711, run 2, a recovery"),
        ("public: silence, 1,234 trades filled in", "public: silence, 1,234 trades filled in"),
        ("no trade for 121 s, the limit is 120 s", "no trade for 121 s, the limit is 120 s"),
        ("-2.9 ms off", "-2.9 ms off"),
        ("0 failed", "0 failed"),
    ],
)
def test_numbers_are_hidden_but_for_those_that_are_surely_no_money(text: str, shown: str, drawn: None) -> None:
    del drawn
    assert words(text) == shown.replace("*", HIDDEN)


def test_while_it_is_off_nothing_is_hidden() -> None:
    assert words("lost today 301.22 USDT") == "lost today 301.22 USDT"

from __future__ import annotations

import pytest

from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.domain.time import TIMEFRAMES, duration_s, instant_us, timeframe_name, timeframe_s, utc_text
from psky.errors import UsageError


@pytest.mark.parametrize(("name", "seconds"), [("1m", 60), ("15m", 900), ("4h", 14_400), ("1d", 86_400), ("7s", 7)])
def test_timeframes_are_seconds_and_back(name: str, seconds: int) -> None:
    assert timeframe_s(name) == seconds
    assert timeframe_name(seconds) == name


def test_the_shortest_name_is_chosen() -> None:
    assert [timeframe_name(timeframe_s(name)) for name in TIMEFRAMES] == list(TIMEFRAMES)
    assert (timeframe_name(3600), timeframe_name(5400), timeframe_name(61)) == ("1h", "90m", "61s")


@pytest.mark.parametrize("name", ["", "m", "0m", "-1m", "1.5m", "1M", "1w", " 1m", "1m\n", "01m"])
def test_what_is_no_timeframe_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="expected a timeframe such as"):
        timeframe_s(name)
    with pytest.raises(UsageError, match="expected a whole number and its unit"):
        duration_s(name)


def test_instants_are_shown_in_utc() -> None:
    assert utc_text(0) == "1970-01-01 00:00:00"
    assert utc_text(1_516_872_600_999_999) == "2018-01-25 09:30:00"


def test_steps_are_exact_decimals() -> None:
    for decimals in range(9):
        found = Instrument(symbol="X", price_decimals=decimals, size_decimals=decimals)
        assert (found.tick_size, found.lot_size) == (float(f"1e-{decimals}"),) * 2
        assert f"{found.tick_size:.{decimals}f}" == f"{10**-decimals:.{decimals}f}"


def test_a_synthetic_symbol_says_so() -> None:
    assert Instrument(symbol="X", price_decimals=1, size_decimals=1, synthetic=True).label == "X (synthetic)"
    assert Instrument(symbol="X", price_decimals=1, size_decimals=1).label == "X"


def test_sides() -> None:
    assert [(int(side), side.word) for side in Side] == [(1, "long"), (-1, "short")]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-02", 86_400),
        ("1970-01-02T00:30", 88_200),
        ("1970-01-02 00:00:01.5", 86_401.5),
        ("1970-01-02T00:00:00Z", 86_400),
        ("2018-01-25T09:30", 1_516_872_600),
    ],
)
def test_an_instant_is_read_as_utc(text: str, seconds: float) -> None:
    assert instant_us(text) == round(seconds * 1_000_000)


@pytest.mark.parametrize("text", ["yesterday", "", "25.01.2018", "2018-13-01", "2018-01-25T09:30+09:00"])
def test_what_is_no_instant_in_utc_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="UTC"):
        instant_us(text)

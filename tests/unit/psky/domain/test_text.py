from __future__ import annotations

import math

import pytest

from psky.domain import text as fmt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (fmt.signed(1.005), "+1.00"),
        (fmt.signed(-1234.5), "-1,234.50"),
        (fmt.signed(0.0), "+0.00"),
        (fmt.signed(None), fmt.MISSING),
        (fmt.signed(math.nan), "NaN"),
        (fmt.signed(-math.inf), "-inf"),
        (fmt.integer(7200), "7,200"),
        (fmt.counted(1, "trial"), "1 trial"),
        (fmt.counted(0, "trial"), "0 trials"),
        (fmt.counted(1_200, "study", "studies"), "1,200 studies"),
        (fmt.percent(0.5512), "55.1%"),
        (fmt.percent(None), fmt.MISSING),
        (fmt.percent(math.nan), "NaN"),
        (fmt.price(15712331.5), "15,712,331.5"),
        (fmt.price(0.01234), "0.01234"),
        (fmt.utc_minute(1_516_872_600_000_000), "2018-01-25 09:30"),
        (fmt.utc_minute(10**19), "10000000000000000000 us"),
        (fmt.anything(0.00123456), "0.001235"),
        (fmt.anything(None), fmt.MISSING),
        (fmt.title("net_r_per_day"), "net R per day"),
        (fmt.title("average_hold_s"), "average hold"),
    ],
)
def test_values_are_written(text: str, expected: str) -> None:
    assert text == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59.6, "1m00s"), (185, "3m05s"), (7_620, "2h07m"), (273_600, "3d04h"), (math.inf, fmt.MISSING)],
)
def test_spans_have_two_units(seconds: float, text: str) -> None:
    assert fmt.span(seconds) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("trades", 1234, "1,234"),
        ("net_r", 1.5, "+1.50"),
        ("net_r_per_day", -0.25, "-0.25"),
        ("win_rate", 0.551, "55.1%"),
        ("max_drawdown_r", 3.2, "3.20"),
        ("fee_r", 2.97, "2.97"),
        ("sharpe", 1.23456, "1.235"),
        ("average_hold_s", 2763.0, "46m03s"),
        ("ece", None, fmt.MISSING),
        ("net_r", math.nan, "NaN"),
    ],
)
def test_metrics_are_written_in_the_unit_of_their_name(name: str, value: float | None, text: str) -> None:
    assert fmt.metric(name, value) == text


@pytest.mark.parametrize(("value", "tone"), [(1.0, "gain"), (-0.1, "loss"), (0.0, ""), (None, ""), (math.nan, "")])
def test_the_tone_is_that_of_the_sign(value: float | None, tone: str) -> None:
    assert fmt.sign_tone(value) == tone


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("holdout", "hold-out"),
        ("fold_12", "fold 12"),
        ("range_20180124_20180125T120000", "20180124 to 20180125T120000"),
    ],
)
def test_a_part_of_history_in_words(part: str, words: str) -> None:
    assert fmt.part_title(part) == words

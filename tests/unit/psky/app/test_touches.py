"""Touches are counted as the market finds them, and a rule that makes nearly every bar a touch is warned about."""

from __future__ import annotations

import numpy as np
import pytest

from psky.app.touches import report_of
from psky.market.features import MarketTable, compute
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests import house


@pytest.fixture(scope="module")
def spec() -> Spec:
    return replace(Spec(), {"touch.timeframes": ("1m", "5m")})


@pytest.fixture(scope="module")
def table(spec: Spec) -> MarketTable:
    return compute(house.tape_of(house.columns()), spec)


def test_every_touch_is_counted_once_by_timeframe_and_once_by_day(table: MarketTable, spec: Spec) -> None:
    report = report_of("X", spec, table)

    assert report.touches == len(table.touch_row) > 0
    assert {row.timeframe for row in report.timeframes} == {"1m", "5m"}
    assert sum(row.long for row in report.timeframes) == sum(day.long for day in report.days)
    assert sum(row.long for row in report.timeframes) == int(np.sum(table.touch_side > 0))
    assert sum(day.long + day.short for day in report.days) == report.touches
    assert sum(day.bars for day in report.days) == report.bars == len(table.ts_us)
    assert not report.warnings


def test_a_rule_that_makes_most_bars_touches_is_warned_about(spec: Spec) -> None:
    wide = replace(spec, {"touch.max_distance_atr": 50.0, "touch.min_slope_atr": 0.0})
    report = report_of("X", wide, compute(house.tape_of(house.columns()), wide))

    assert report.share > 0.5
    assert "most bars are touches" in report.warnings[0]


def test_a_tape_that_is_too_short_is_told_from_a_rule_that_nothing_meets(spec: Spec) -> None:
    short = compute(house.tape_of(house.cut(house.columns(), slice(0, 30))), spec)
    assert "no bar is warm" in report_of("X", spec, short).warnings[0]


def test_a_rule_that_nothing_meets_is_warned_about(spec: Spec) -> None:
    never = replace(spec, {"touch.min_slope_atr": 1000.0})
    report = report_of("X", never, compute(house.tape_of(house.columns()), never))

    assert (report.touches, report.share, report.timeframes) == (0, 0.0, ())
    assert "no bar is a touch" in report.warnings[0]

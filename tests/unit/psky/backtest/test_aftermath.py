from __future__ import annotations

import msgspec

from psky.backtest.report import render
from psky.backtest.result import BacktestResult
from psky.replay.markouts import HORIZONS_S, NOT_FILLED
from tests.unit.psky.backtest.conftest import Found


def test_every_metric_of_a_result_has_its_interval(found: Found) -> None:
    made = found.result.intervals
    assert made is not None
    assert list(made.of) == list(found.result.metrics)
    net_r = made.of["net_r"]
    assert net_r is not None
    assert net_r.low < found.result.metrics["net_r"] < net_r.high
    assert (made.level, made.reps) == (0.95, 5000)


def test_markouts_stand_under_each_fill_rule(found: Found) -> None:
    rungs = [one.name for one in found.result.ladder]
    curves = {(curve.rule, curve.after): curve for curve in found.result.markouts}
    assert {rule for rule, after in curves if after == "entry"} == set(rungs)
    assert {rule for rule, after in curves if after == "stop"} == {"through"}
    assert ("through", NOT_FILLED) in curves
    for curve in found.result.markouts:
        assert tuple(point.horizon_s for point in curve.points) == HORIZONS_S
    loose, strict = (curves[rule, "entry"].points[3] for rule in ("touch", "through"))
    assert loose.count > strict.count
    assert loose.bp is not None
    assert strict.bp is not None
    assert loose.bp > strict.bp


def test_a_result_with_intervals_and_markouts_is_read_back(found: Found) -> None:
    again = msgspec.json.decode(msgspec.json.encode(found.result), type=BacktestResult)
    assert again == found.result


def test_the_report_shows_them_and_one_without_says_nothing(found: Found) -> None:
    text = render(found.result, found.trades, found.prices)
    assert "Intervals of 95%: BCa, 5,000 resamples" in text
    assert "Markouts" in text
    assert NOT_FILLED in text
    bare = msgspec.structs.replace(found.result, intervals=None, markouts=[])
    text = render(bare, found.trades, found.prices)
    assert "Intervals of" not in text
    assert "Markouts" not in text

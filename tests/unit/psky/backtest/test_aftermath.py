from __future__ import annotations

import math

import msgspec
import pytest

from psky.backtest.report import render
from psky.backtest.result import BacktestResult
from psky.replay.dataset import Dataset
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


def test_figures_of_others_bear_their_names(dataset: Dataset, found: Found) -> None:
    figures = found.result.elsewhere
    freqtrade = next(value for name, value in figures.items() if "freqtrade 2026.9" in name)
    trades, intents = found.run.ledger.trades, dataset.intents
    unit = dataset.tape.instrument.tick_size * dataset.tape.instrument.lot_size
    profits = trades["net_r"] * (intents.stop_distance_ticks * intents.qty_lots)[trades["intent"]] * unit
    share = profits / dataset.spec.policy.equity
    assert freqtrade == pytest.approx(share.sum() / found.run.part.days / share.std() * math.sqrt(365))
    open_share, prints, stop_first, target_first = list(figures.values())[1:]
    assert open_share is not None
    assert prints is not None
    assert stop_first is not None
    assert target_first == pytest.approx(stop_first + open_share)


def test_a_result_with_intervals_and_markouts_is_read_back(found: Found) -> None:
    again = msgspec.json.decode(msgspec.json.encode(found.result), type=BacktestResult)
    assert again == found.result


def test_the_report_shows_them_and_one_without_says_nothing(found: Found) -> None:
    text = render(found.result, found.trades, found.prices)
    assert "Intervals of 95%: BCa, 5,000 resamples" in text
    assert "Markouts" in text
    assert NOT_FILLED in text
    assert "As others reckon" in text
    bare = msgspec.structs.replace(found.result, intervals=None, markouts=[], elsewhere={})
    text = render(bare, found.trades, found.prices)
    assert "Intervals of" not in text
    assert "Markouts" not in text
    assert "As others reckon" not in text

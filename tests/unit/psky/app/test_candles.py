from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from psky.app import candles
from psky.app.synth import DEMO_SPEC
from psky.app.touches import touch_marks, touch_report
from psky.app.workspace import Workspace
from psky.errors import UsageError
from psky.spec.spec import Spec
from tests import house


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    found = house.workspace(tmp_path_factory.mktemp("work"))
    house.stock(found.store_path(house.SYMBOL))
    return found


def test_a_chart_spans_the_tape_and_its_candles_lie_within(workspace: Workspace) -> None:
    span = candles.open_chart(workspace, house.SYMBOL)
    found = candles.load_candles(workspace, house.SYMBOL, "5m", span.first_ts_us, span.last_ts_us + 1)
    assert (found.step_s, found.start_us) == (300, span.first_ts_us)
    assert len(found.columns) > 10
    assert found.columns.ts_us[0] >= span.first_ts_us


def test_too_many_candles_are_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="expected at most 100,000 candles, found 100,001 of 1s"):
        candles.load_candles(workspace, house.SYMBOL, "1s", 0, 100_001_000_000)


def test_an_unknown_symbol_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a symbol with a tape"):
        candles.open_chart(Workspace(data_root=tmp_path), "NONE")


def test_without_a_spec_touches_are_those_that_a_new_study_would_see(workspace: Workspace) -> None:
    marks, report = touch_marks(workspace, house.SYMBOL, None), touch_report(workspace, house.SYMBOL, None)
    wanted = touch_marks(workspace, house.SYMBOL, DEMO_SPEC)

    np.testing.assert_array_equal(marks.ts_us, wanted.ts_us)
    assert report == touch_report(workspace, house.SYMBOL, DEMO_SPEC)
    assert report != touch_report(workspace, house.SYMBOL, Spec())


def test_touches_are_marked_one_by_one(workspace: Workspace) -> None:
    marks, report = touch_marks(workspace, house.SYMBOL, Spec()), touch_report(workspace, house.SYMBOL, Spec())
    assert len(marks.ts_us) == len(marks.price) == report.touches > 0
    span = candles.open_chart(workspace, house.SYMBOL)
    whole = candles.load_candles(workspace, house.SYMBOL, "1d", 0, span.last_ts_us + 1).columns
    assert whole.low.min() * 0.9 < marks.price.min() <= marks.price.max() < whole.high.max() * 1.1
    assert int((marks.side > 0).sum()) == sum(row.long for row in report.timeframes)

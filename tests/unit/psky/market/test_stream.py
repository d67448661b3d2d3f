"""The face of the streaming machine: what `compute` gives, in parts, and over a restart."""

from __future__ import annotations

import numpy as np
import pytest

from psky.errors import MismatchError, OrderError
from psky.market.features import compute
from psky.market.stream import MarketStream
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests import house

TAPE = house.tape_of(house.columns())


def test_a_stream_over_a_restart_gives_the_touches_of_the_whole_tape() -> None:
    whole = compute(TAPE, Spec(), dense=False)
    half = len(TAPE) // 2
    first = MarketStream(Spec())
    first.push(TAPE, 0, half)
    before = first.take()
    second = MarketStream.restore(Spec(), first.save())
    second.push(TAPE, half)
    found = np.concatenate([before.touch_features, second.take().touch_features])

    assert len(before.touch_row) > 0
    assert found.tobytes() == whole.touch_features.tobytes()


def test_the_clock_closes_bars() -> None:
    stream = MarketStream(Spec())
    stream.push(TAPE, 0, 1)
    stream.advance(TAPE.span_us[0] + 600_000_000)
    assert len(stream.take().ts_us) > 5


def test_a_trade_of_the_past_is_refused() -> None:
    stream = MarketStream(Spec())
    stream.push(TAPE, 100, 101)
    with pytest.raises(OrderError, match="after the watermark"):
        stream.push(TAPE, 0, 1)


def test_the_state_of_another_spec_is_refused() -> None:
    state = MarketStream(Spec()).save()
    with pytest.raises(MismatchError, match="start from the tape instead"):
        MarketStream.restore(replace(Spec(), {"features.rsi": 9}), state)

"""Cutting the tape anywhere changes no earlier feature, touch, intent, verdict, outcome or trade."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from psky.domain.time import SECOND_US
from psky.domain.trades import TradeColumns
from psky.engine.codes import ExitReason, Status
from psky.learn.bundle import Bundle
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import Part, folds
from psky.replay.run import replay_part, train
from psky.spec.codec import replace
from tests import house

Columns = dict[str, NDArray[Any]]

OUTCOMES = (
    *("status", "known_at_us", "entry_ts_us", "exit_ts_us", "entry_row", "exit_row", "filled_lots"),
    *("entry_ticks", "exit_ticks", "gross_r", "fee_r", "net_r", "mae_r", "mfe_r"),
)
INTENTS = ("ts_us", "side", "limit_ticks", "stop_distance_ticks", "target_distance_ticks", "qty_lots")
BAR_US = 60 * SECOND_US


@dataclasses.dataclass(frozen=True, kw_only=True)
class Decided:
    """What was decided on a tape, one row a touch, and what came of it."""

    decisions: Columns
    outcomes: Columns
    trades: Columns
    last_us: int


def whole_seconds() -> TradeColumns:
    """Return a tape on which many prints share their time, and some stand exactly on the end of a bar."""
    trades = house.columns()
    return dataclasses.replace(trades, ts_us=trades.ts_us // SECOND_US * SECOND_US)


def decide_all(dataset: Dataset, bundle: Bundle) -> Decided:
    rows = np.arange(len(dataset.t0))
    first, last = dataset.tape.span_us
    everything = Part(name="all", start_us=first, end_us=last + 1, train=rows[:0], test=rows)
    run = replay_part(dataset, everything, bundle)
    decisions = {name: getattr(dataset.intents, name) for name in INTENTS}
    decisions |= {name: run.ledger.verdicts[name] for name in ("p", "p_lower", "ev_r", "ev_lower_r", "reason")}
    decisions |= {"X": dataset.X, "level": dataset.table.touch_level_ticks, "row": dataset.table.touch_row}
    outcomes = {name: getattr(dataset.outcomes, name) for name in OUTCOMES}
    return Decided(decisions=decisions, outcomes=outcomes, trades=run.ledger.trades, last_us=last)


SPEC = replace(house.QUICK, {"policy.ev_margin_r": 0.12})
"""Enters about half of the touches."""

TRADES = whole_seconds()
WHOLE = build_dataset(house.tape_of(TRADES), SPEC)
BUNDLE = train(WHOLE, folds(WHOLE)[0])
EXPECTED = decide_all(WHOLE, BUNDLE)

RANDOM = np.random.default_rng(11)
LATER = int(TRADES.ts_us[len(TRADES) // 5])
RANDOM_TIMES = np.sort(RANDOM.integers(LATER, TRADES.ts_us[-1], 50)).tolist()
BAR_ENDS = [int(end) for end in RANDOM.choice(np.unique(TRADES.ts_us[TRADES.ts_us % BAR_US == 0])[1:], 8)]
INSIDE_TIES = RANDOM.choice(np.flatnonzero(np.diff(TRADES.ts_us) == 0) + 1, 8).tolist()


def early(rows: int) -> Decided:
    return decide_all(build_dataset(house.tape_of(house.cut(TRADES, slice(rows))), SPEC), BUNDLE)


def assert_decisions_stand(cut: Decided, whole: Decided) -> None:
    count = int(np.searchsorted(whole.decisions["ts_us"], cut.last_us, side="right"))
    for name, column in whole.decisions.items():
        assert cut.decisions[name].tobytes() == column[:count].tobytes(), name


def assert_outcomes_stand(cut: Decided, whole: Decided, *, inside_tie: bool) -> None:
    """Assert that what was known by the last print is the same, and that nothing else is claimed to be known."""
    count = len(cut.decisions["ts_us"])
    known_us = whole.outcomes["known_at_us"][:count]
    settled = known_us < cut.last_us if inside_tie else known_us <= cut.last_us
    for name, column in whole.outcomes.items():
        assert cut.outcomes[name][settled].tobytes() == column[:count][settled].tobytes(), name
    assert (cut.outcomes["status"][known_us > cut.last_us] == Status.CENSORED).all()


def assert_trades_stand(cut: Decided, whole: Decided) -> None:
    ended = cut.trades["exit_reason"] != ExitReason.END
    count = int(ended.sum())
    assert count >= (whole.trades["exit_ts_us"] < cut.last_us).sum()
    for name, column in whole.trades.items():
        assert cut.trades[name][ended].tobytes() == column[:count].tobytes(), name


def assert_unchanged(cut: Decided, whole: Decided, *, inside_tie: bool = False) -> None:
    assert_decisions_stand(cut, whole)
    assert_outcomes_stand(cut, whole, inside_tie=inside_tie)
    assert_trades_stand(cut, whole)


def test_the_tape_is_worth_cutting() -> None:
    assert len(EXPECTED.trades["net_r"]) > 20
    assert 0 < (EXPECTED.decisions["reason"] == 0).sum() < len(EXPECTED.decisions["reason"])
    assert set(Status) - set(EXPECTED.outcomes["status"]) <= {Status.CENSORED, Status.REJECTED}


@pytest.mark.parametrize("time_us", RANDOM_TIMES)
def test_a_cut_at_any_time_changes_nothing_earlier(time_us: int) -> None:
    assert_unchanged(early(int(np.searchsorted(TRADES.ts_us, time_us, side="right"))), EXPECTED)


@pytest.mark.parametrize("bar_end_us", BAR_ENDS)
@pytest.mark.parametrize("side", ["left", "right"], ids=["before", "after"])
def test_a_cut_at_the_end_of_a_bar_changes_nothing_earlier(bar_end_us: int, side: Any) -> None:  # noqa: ANN401
    assert_unchanged(early(int(np.searchsorted(TRADES.ts_us, bar_end_us, side=side))), EXPECTED)


@pytest.mark.parametrize("rows", INSIDE_TIES)
def test_a_cut_between_prints_of_one_time_changes_nothing_earlier(rows: int) -> None:
    assert TRADES.ts_us[rows - 1] == TRADES.ts_us[rows]
    assert_unchanged(early(rows), EXPECTED, inside_tie=True)


def with_decision(decided: Decided, name: str, column: NDArray[Any]) -> Decided:
    return dataclasses.replace(decided, decisions=decided.decisions | {name: column})


def standardised(decided: Decided) -> Decided:
    levels = decided.decisions["level"]
    return with_decision(decided, "leak", levels - levels.mean())


def seen_from_the_next(decided: Decided) -> Decided:
    return with_decision(decided, "leak", np.roll(decided.decisions["X"], -1, axis=0))


def labelled(decided: Decided) -> Decided:
    return with_decision(decided, "leak", decided.outcomes["net_r"])


@pytest.mark.parametrize("leak", [standardised, seen_from_the_next, labelled])
def test_the_check_finds_a_column_that_knows_the_future(leak: Any) -> None:  # noqa: ANN401 - one of three functions
    resolved = np.flatnonzero(WHOLE.resolved)
    decided_us = int(WHOLE.t0[resolved[len(resolved) // 2]])
    cut = early(int(np.searchsorted(TRADES.ts_us, decided_us)) + 1)

    assert_decisions_stand(cut, EXPECTED)
    with pytest.raises(AssertionError, match="leak"):
        assert_decisions_stand(leak(cut), leak(EXPECTED))


def test_the_check_finds_an_outcome_that_was_not_yet_known() -> None:
    cut = early(len(TRADES) // 2)
    known_us = EXPECTED.outcomes["known_at_us"].copy()
    known_us[len(cut.decisions["ts_us"]) - 1] = cut.last_us
    forged = dataclasses.replace(EXPECTED, outcomes=EXPECTED.outcomes | {"known_at_us": known_us})

    with pytest.raises(AssertionError):
        assert_outcomes_stand(cut, forged, inside_tie=False)

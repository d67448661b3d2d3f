from __future__ import annotations

import math
from typing import Any

import pytest

from psky.app.views import TrialView
from tui.screens.parallel_text import parallel


def trial(number: int, score: float | None, feasible: bool = True, /, **params: Any) -> TrialView:  # noqa: ANN401 - a trial's
    return TrialView(
        number=number,
        state="complete" if score is not None else "pruned",
        score=score,
        feasible=feasible,
        net_r=0.0,
        net_r_per_day=0.0,
        trades=1,
        win_rate=None,
        max_drawdown_r=0.0,
        duration_s=None,
        params=params,
        folds=(),
    )


def test_worse_trials_are_drawn_first_and_those_without_a_score_not_at_all() -> None:
    lines = parallel([trial(0, 0.5, ema=1), trial(1, None, ema=2), trial(2, -1.0, ema=3)], {})

    assert [row[:2] for row in lines.values] == [(2, -1.0), (0, 0.5)]
    assert [line.places for line in lines.lines] == [(0.0, 1.0), (1.0, 0.0)]
    assert "2 scored trials · ◆ best tenth, +0.500 by trial 0" in lines.title


def test_the_best_tenth_of_the_feasible_stands_out_and_what_breaks_a_constraint_is_faint() -> None:
    trials = [trial(number, float(number), number != 39, ema=number) for number in range(40)]
    kinds = {line.number: line.kind for line in parallel(trials, {}).lines}

    assert [number for number, kind in kinds.items() if kind == "best"] == [35, 36, 37, 38]
    assert (kinds[39], kinds[30], kinds[4]) == ("faint", "high", "low")


def test_where_no_trial_keeps_to_the_constraints_the_title_says_so() -> None:
    lines = parallel([trial(0, 1.0, False, ema=1)], {})

    assert lines.title == "1 scored trial · none keeps to the constraints"
    assert [line.kind for line in lines.lines] == ["faint"]


def test_axes_stand_in_the_order_of_their_importance() -> None:
    trials = [trial(0, 1.0, **{"touch.ema": 1, "intent.rr": 2.0, "model.rounds": 3, "features.ema": 9})]
    lines = parallel(trials, {"intent.rr": 0.7, "model.rounds": 0.2})

    assert [axis.label for axis in lines.axes] == ["score", "rr", "rounds", "touch.ema", "features.ema"]
    assert lines.heads == ("trial", "score", "intent.rr", "model.rounds", "touch.ema", "features.ema")


def test_values_over_several_powers_of_ten_are_spread_by_their_logarithms() -> None:
    lines = parallel([trial(at, float(at), rate=rate) for at, rate in enumerate((0.001, 0.01, 0.1))], {})

    assert [line.places[1] for line in lines.lines] == pytest.approx([0.0, 0.5, 1.0])
    assert (lines.axes[1].low, lines.axes[1].high) == ("0.001", "0.1 log")


def test_words_stand_evenly_in_the_order_of_the_alphabet() -> None:
    lines = parallel([trial(at, float(at), rule=rule) for at, rule in enumerate(("touch", "queue", "abs"))], {})
    axis = lines.axes[1]

    assert [line.places[1] for line in lines.lines] == [1.0, 0.5, 0.0]
    assert (axis.low, axis.high, axis.words) == ("abs", "touch", ((0.5, "queue"),))


@pytest.mark.parametrize("odd", [None, True, math.nan, math.inf, "7", [1, 2]])
def test_a_value_of_another_kind_keeps_its_line_drawable(odd: object) -> None:
    lines = parallel([trial(0, 1.0, ema=odd), trial(1, 2.0, ema=5), trial(2, 3.0)], {})

    places = [line.places[1] for line in lines.lines]
    assert all(place is None or 0.0 <= place <= 1.0 for place in places)
    assert places[-1] is None


def test_of_many_trials_the_best_are_drawn_and_the_title_says_so() -> None:
    lines = parallel([trial(number, float(number), ema=number) for number in range(3_000)], {})

    assert len(lines.lines) == 300
    assert min(line.number for line in lines.lines) == 2_700
    assert lines.title.startswith("best 300 of 3,000 scored trials")


def test_without_a_score_there_is_nothing_to_draw() -> None:
    assert parallel([], {}).lines == ()
    assert parallel([trial(0, None, ema=1)], {}).lines == ()

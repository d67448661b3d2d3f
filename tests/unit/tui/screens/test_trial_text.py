"""The diagram of a trial's calibration: both axes alike, so that a dot off the line is off by what it seems."""

from __future__ import annotations

from psky.backtest.findings import Bin, Calibration
from tui.screens.trial_text import calibration
from tui.widgets.scatter import Picture


def picture(*bins: tuple[float, float]) -> Picture:
    found = [Bin(rows=10, forecast=said, outcome=came) for said, came in bins]
    return calibration(Calibration(rows=10 * len(found), brier=0.2, log_loss=0.6, ece=0.1, auc=0.5, bins=found))


def test_both_axes_reach_over_what_was_said_and_what_came() -> None:
    shown = picture((0.3, 0.1), (0.4, 0.7))

    assert shown.ends == (0.1, 0.7)
    assert (shown.left, shown.right, shown.label(0.7)) == ("said 10.0%", "70.0%", "70.0%")
    assert all(step.x == step.y for step in shown.steps)
    assert "one p" not in shown.title


def test_a_model_that_says_one_p_is_named() -> None:
    shown = picture((0.3, 0.1), (0.3, 0.5))

    assert shown.ends == (0.1, 0.5)
    assert shown.title.endswith("of 20 touches · one p for all")


def test_without_touches_the_axes_are_those_of_a_share() -> None:
    assert picture().ends == (0.0, 1.0)

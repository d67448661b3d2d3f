"""A split is judged by the metrics that are reported, whatever it lacks."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from psky.replay.dataset import Dataset
from psky.replay.periods import holdout, holdout_halves
from psky.replay.run import Run, replay_part, train
from psky.spec.codec import replace
from psky.spec.spec import Spec
from psky.tuning.filters import Shown, shown_on_shadow, shown_on_test

SPEC = replace(Spec(), {"selection.min_trades": 30})
GOOD: dict[str, Any] = {"trades": 40, "net_r": 2.0, "mean_r": 0.05, "profit_factor": 1.2, "max_drawdown_r": 1.0}


@pytest.fixture(scope="module")
def on_shadow(dataset: Dataset) -> Run:
    _, shadow = holdout_halves(dataset)
    return replay_part(dataset, shadow, train(dataset, holdout(dataset)))


def shown(run: Run, **metrics: Any) -> Shown:  # noqa: ANN401 - metrics of several types
    return shown_on_test(dataclasses.replace(run, metrics=dataclasses.replace(run.metrics, **(GOOD | metrics))), SPEC)


def test_what_is_shown_is_what_the_metrics_of_the_run_say(on_shadow: Run) -> None:
    metrics = on_shadow.metrics
    found = shown_on_test(on_shadow, SPEC)

    assert (found.trades, found.net_r, found.mean_r) == (metrics.trades, metrics.net_r, metrics.mean_r)
    assert (found.profit_factor, found.coverage) == (metrics.profit_factor, on_shadow.coverage)
    assert found.max_drawdown_share == metrics.max_drawdown_r * SPEC.policy.risk_share


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({"trades": 29}, "29 trades, at least 30 are needed"),
        ({"net_r": 0.0}, "net +0.00 R"),
        ({"profit_factor": 1.1}, "profit factor 1.10, more than 1.1 is needed"),
        ({"max_drawdown_r": 5.0}, "drawdown 5.0% of equity, less than 5.0% is needed"),
    ],
)
def test_what_fails_says_why(on_shadow: Run, metrics: dict[str, Any], reason: str) -> None:
    assert shown(on_shadow).reasons == []
    assert shown(on_shadow, **metrics).reasons == [reason]


def test_with_too_few_losses_for_a_profit_factor_a_profit_is_asked_for(on_shadow: Run) -> None:
    assert shown(on_shadow, profit_factor=None).reasons == []
    assert shown(on_shadow, profit_factor=None, net_r=-0.5).reasons == ["net -0.50 R"]


@pytest.mark.parametrize(("on_test", "needed"), [(8, 5), (30, 15), (400, 30)])
def test_the_shadow_split_needs_trades_in_proportion(on_shadow: Run, on_test: int, needed: int) -> None:
    few = dataclasses.replace(on_shadow, metrics=dataclasses.replace(on_shadow.metrics, **(GOOD | {"trades": 4})))
    found = shown_on_shadow(few, SPEC, shown(on_shadow, trades=on_test))

    assert found.reasons == [f"4 trades, at least {needed} are needed"]

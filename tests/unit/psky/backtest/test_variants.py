from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from psky.app.synth import DEMO_SPEC
from psky.backtest.variants import fill_ladder, stress
from psky.decision.decide import Evidence, decide
from psky.market.psg1 import DEMO_PARAMS, generate
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.measures import measure
from psky.replay.periods import Part
from psky.replay.run import Run, replay_verdicts, stressed_net_r
from psky.spec.codec import replace
from tests import house

Found = Any  # tests.unit.psky.backtest.conftest.Found


def test_the_ladder_has_every_rule_and_the_own_one_is_what_was_replayed(dataset: Dataset, found: Found) -> None:
    ladder = fill_ladder(dataset, found.run)
    (own,) = [rung for rung in ladder if rung.own]

    assert [rung.name.split(",")[0] for rung in ladder] == ["touch", "queue", "queue", "through"]
    assert own.name == dataset.spec.venue.fill
    assert own.trades == found.run.metrics.trades
    assert own.net_r == pytest.approx(found.run.metrics.net_r)
    assert own.win_rate == pytest.approx(found.run.metrics.win_rate)


def test_looser_rules_fill_no_less(dataset: Dataset, found: Found) -> None:
    shares = [rung.fill_share or 0.0 for rung in fill_ladder(dataset, found.run)]

    assert shares[0] > shares[-1]


def test_stress_starts_with_the_own_conditions_and_costs_only_take(dataset: Dataset, found: Found) -> None:
    rows = {variant.name: variant for variant in stress(dataset, found.run)}
    own = rows["as tuned"]

    assert own.own
    assert sum(variant.own for variant in rows.values()) == 1
    assert own.net_r == pytest.approx(found.run.metrics.net_r)
    assert own.net_r > rows["slippage +1 tick"].net_r > rows["slippage +2 ticks"].net_r
    assert rows["fees x2, slippage x2"].net_r == pytest.approx(stressed_net_r(dataset, found.run, 2).sum())


def test_other_conditions_leave_the_verdicts_alone(dataset: Dataset, found: Found) -> None:
    venue = dataset.spec.venue
    ledger = replay_verdicts(dataset, found.run, venue=type(venue)(fill="touch", latency_ms=500))

    assert ledger.verdicts.keys() == found.run.ledger.verdicts.keys()
    for name, column in ledger.verdicts.items():
        np.testing.assert_array_equal(column, found.run.ledger.verdicts[name])
    assert ledger.digest != found.run.ledger.digest
    assert replay_verdicts(dataset, found.run).digest == found.run.ledger.digest


def accept_all(dataset: Dataset) -> Run:
    """Return a run of the whole tape that accepts every touch."""
    rows = np.arange(len(dataset.t0))
    first, last = dataset.tape.span_us
    part = Part(name="all", start_us=first, end_us=last + 1, train=rows[:0], test=rows)
    half, one = np.full(len(rows), 0.5), np.ones(len(rows))
    evidence = Evidence(p=half, p_lower=half, gain_r=one, loss_r=-one)
    run = Run(
        part=part,
        evidence=evidence,
        verdicts=decide(evidence, dataset.spec.policy),
        ledger=Any,  # type: ignore[arg-type]
        metrics=Any,  # type: ignore[arg-type]
    )
    ledger = replay_verdicts(dataset, run)
    return dataclasses.replace(run, ledger=ledger, metrics=measure(dataset, part, ledger))


@pytest.mark.slow
def test_on_a_martingale_without_fees_the_fill_rule_alone_moves_the_result() -> None:
    """METHOD 5.4: barriers of 12 ticks, every touch accepted; `touch` earns nothing, `through` pays for its proofs."""
    free = {"costs.maker_fee_rate": 0.0, "costs.taker_fee_rate": 0.0, "costs.slippage_ticks": 0}
    makers = {"intent.entry": "maker", "intent.stop_atr": 5.0, "policy.ev_margin_r": -5.0}
    spec = replace(DEMO_SPEC, free | makers | {"features.families": ["trend"]})
    touch, through = [], []
    for seed in (1, 2, 3):
        tape = generate(dataclasses.replace(DEMO_PARAMS, planted=False, seed=seed)).columns
        dataset = build_dataset(house.tape_of(tape), spec)
        ladder = fill_ladder(dataset, accept_all(dataset))
        touch.append(ladder[0].mean_r or 0.0)
        through.append(ladder[-1].mean_r or 0.0)

    assert np.mean(touch) - np.mean(through) >= 0.04
    assert np.mean(through) < 0
    assert abs(np.mean(touch)) < 0.01

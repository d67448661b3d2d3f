from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from psky.replay.statistics import reductions as of
from psky.replay.statistics.arrays import Floats
from psky.replay.statistics.interval import Bootstrap, Statistic, bca_intervals, block_length


def mean(rows: Floats) -> Floats:
    return of.mean(rows[..., 0, :])


def correlation(rows: Floats) -> Floats:
    x, y = (rows[..., place, :] - rows[..., place, :].mean(axis=-1, keepdims=True) for place in (0, 1))
    return np.asarray((x * y).sum(axis=-1) / np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1)))


def test_independent_rows_give_the_interval_of_scipy() -> None:
    draw = np.random.default_rng(4)
    x = draw.exponential(size=60)
    rows = np.column_stack([x, x + draw.normal(size=60)])
    how = Bootstrap(reps=20_000, level=0.9)
    figures: dict[str, Statistic] = {"mean": mean, "correlation": correlation}
    found = bca_intervals(rows, figures, block=1.0, how=how)

    for name, data, figure in (
        ("mean", (rows[:, 0],), np.mean),
        ("correlation", (rows[:, 0], rows[:, 1]), lambda a, b: np.corrcoef(a, b)[0, 1]),
    ):
        theirs = stats.bootstrap(
            data, figure, paired=True, vectorized=False, n_resamples=4_000, confidence_level=0.9, rng=1, method="BCa"
        ).confidence_interval
        ours = found[name]
        assert ours is not None
        width = theirs.high - theirs.low
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.05 * width)


def test_an_interval_covers_as_often_as_it_says() -> None:
    draw = np.random.default_rng(11)
    inside = 0
    for _ in range(200):
        noise = draw.normal(size=141)
        rows = (noise[1:] + 0.5 * noise[:-1])[:, None]
        found = bca_intervals(rows, {"mean": mean}, block=6.0, how=Bootstrap(reps=400, level=0.9))["mean"]
        assert found is not None
        inside += found.low <= 0 <= found.high
    # 90 % less what blocks of finite length lose; the standard error is 2 %.
    assert 0.82 <= inside / 200 <= 0.95


def test_dependence_widens_an_interval() -> None:
    rows = np.repeat(np.random.default_rng(2).normal(size=20), 10)[:, None]
    alone, blocks = (
        bca_intervals(rows, {"mean": mean}, block=block, how=Bootstrap(reps=2_000))["mean"]
        for block in (1.0, block_length(rows[:, 0]))
    )
    assert alone is not None
    assert blocks is not None
    assert blocks.high - blocks.low > 1.5 * (alone.high - alone.low)


def test_too_little_gives_no_interval() -> None:
    rows = np.arange(20.0)[:, None] - 9.5
    how = Bootstrap(reps=200)
    assert bca_intervals(rows[:9], {"mean": mean}, block=1.0, how=how) == {"mean": None}
    never = {"figure": lambda rows: np.full(rows.shape[:-2], np.nan)}
    assert bca_intervals(rows, never, block=1.0, how=how) == {"figure": None}
    # Defined here, but in most resamples not.
    rare = {"figure": lambda rows: np.where(mean(rows) == 0, 1.0, np.nan)}
    assert bca_intervals(rows, rare, block=1.0, how=how) == {"figure": None}


def test_a_figure_that_never_varies_has_no_width() -> None:
    found = bca_intervals(np.ones((30, 1)), {"mean": mean}, block=1.0, how=Bootstrap(reps=300))["mean"]
    assert found is not None
    assert (found.low, found.high) == (1.0, 1.0)


def test_the_same_seed_gives_the_same_interval() -> None:
    rows = np.random.default_rng(1).normal(size=(40, 1))
    one, same, other = (
        bca_intervals(rows, {"mean": mean}, block=2.0, how=Bootstrap(reps=300, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == same != other

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from psky.learn.quality import BINS, Judged, forecast, lift, quality


def judged(rows: int = 1000) -> Judged:
    rng = np.random.default_rng(6)
    p = rng.beta(4, 4, rows)
    y = (rng.random(rows) < p).astype(np.float64)
    return Judged(
        p=p,
        ev_r=2 * p - 1,
        ev_lower_r=2 * p - 1.1,
        target_first=y,
        net_r=2 * y - 1,
        uniqueness=np.full(rows, 0.5),
    )


def test_calibrated_probabilities_pass_and_shifted_ones_do_not() -> None:
    rows = judged()
    good = quality(rows.p, rows.target_first, 1000.0, 1)
    assert good.calibrated
    assert good.ece_q99 == quality(rows.p, rows.target_first, 1000.0, 1).ece_q99
    assert not quality(np.clip(rows.p + 0.15, 0, 1), rows.target_first, 1000.0, 1).calibrated
    assert good.ece_q95 < good.ece_q99


def test_outcomes_that_overlap_may_stray_as_far_as_so_few_independent_ones() -> None:
    off = {"as many as rows": 0, "a fourth": 0}
    for seed in range(40):
        rng = np.random.default_rng(seed)
        p = rng.beta(4, 4, 250)
        y = (rng.random(250) < p).astype(np.float64)
        four = (np.repeat(p, 4), np.repeat(y, 4))  # each outcome is shared by four touches
        off["as many as rows"] += not quality(*four, 1000.0, 1).calibrated
        off["a fourth"] += not quality(*four, 250.0, 1).calibrated

    assert off["as many as rows"] > 10
    assert off["a fourth"] <= 3


def test_the_decompositions_add_up_to_the_brier_score() -> None:
    rows = judged()
    found = quality(rows.p, rows.target_first, 1000.0, 1)
    bins, corp = found.murphy, found.corp
    parts = bins.reliability - bins.resolution + bins.uncertainty + bins.within_variance - bins.within_covariance
    assert parts == pytest.approx(found.brier)
    assert corp.miscalibration - corp.discrimination + corp.uncertainty == pytest.approx(found.brier)
    assert found.reliability.rows.sum() == found.rows == 1000


def test_lift_sorts_by_expected_value_and_loses_no_row() -> None:
    rows = judged(1003)
    found = lift(rows)
    assert len(found) == BINS
    assert sum(bucket.rows for bucket in found) == 1003
    assert all(low.ev_lower_r <= high.ev_lower_r for low, high in pairwise(found))
    assert (found[0].lift or 0) < 1 < (found[-1].lift or 0)
    mean = sum(bucket.rows * bucket.realised_r for bucket in found) / 1003
    assert mean == pytest.approx(rows.net_r.mean())
    assert sum(bucket.rows for bucket in lift(judged(4))) == 4


def test_a_forecast_counts_overlapping_rows_once() -> None:
    rows = judged()
    chosen = rows.p > 0.6
    found = forecast(rows, chosen)
    assert found.rows == chosen.sum()
    assert found.n_eff == pytest.approx(0.5 * found.rows)
    assert found.ev_r == pytest.approx(rows.ev_r[chosen].mean())
    assert found.realised_se_r == pytest.approx(rows.net_r[chosen].std(ddof=1) / np.sqrt(found.n_eff))
    none = forecast(rows, np.zeros(1000, dtype=np.bool_))
    assert (none.rows, none.ev_r, none.realised_r, none.realised_se_r) == (0, None, None, None)

"""The thresholds of METHOD 8.5, with the note in 0.5: what each seed must show, and what it showed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benches.truth.seeds import Gross, SeedResult
from psky.app.truth import TruthReport

MAX_OPEN_SHARE = 0.05
MIN_FOUND_SHARE, MAX_DECLARED_SHARE = 0.8, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A claim about a seed: what is measured, between which bounds it must lie."""

    name: str
    measure: Callable[[TruthReport], float]
    low: Callable[[TruthReport], float] = lambda _: -math.inf
    high: Callable[[TruthReport], float] = lambda _: math.inf

    def holds(self, report: TruthReport) -> bool:
        """Return whether a seed meets it; what could not be measured does not."""
        return self.low(report) <= self.measure(report) <= self.high(report)


def _number(value: float | None) -> float:
    return math.nan if value is None else value


PLANTED = (
    Threshold(
        name="AUC less the oracle's >= -.06",
        measure=lambda r: _number(r.auc) - _number(r.oracle_auc),
        low=lambda _: -0.06,
    ),
    Threshold(
        name="AUC >= .68 where the oracle's is >= .74",
        measure=lambda r: _number(r.auc),
        low=lambda r: 0.68 if _number(r.oracle_auc) >= 0.74 else 0.0,
    ),
    Threshold(name="RMSE of p <= .13", measure=lambda r: r.rmse, high=lambda _: 0.13),
    Threshold(name="bias of p within .045", measure=lambda r: r.bias, low=lambda _: -0.045, high=lambda _: 0.045),
    Threshold(name="ECE within its 99 % band", measure=lambda r: r.ece, high=lambda r: r.ece_limit),
    Threshold(
        name="EV(p) less true EV within .12 R",
        measure=lambda r: _number(r.ev_r) - _number(r.true_ev_r),
        low=lambda _: -0.12,
        high=lambda _: 0.12,
    ),
    Threshold(
        name="EV(p_L) less true EV <= .05 R",
        measure=lambda r: _number(r.ev_lower_r) - _number(r.true_ev_r),
        high=lambda _: 0.05,
    ),
    Threshold(
        name="realised less true EV within 4 SE",
        measure=lambda r: _number(r.realised_r) - _number(r.true_ev_r),
        low=lambda r: -4 * _number(r.realised_error_r),
        high=lambda r: 4 * _number(r.realised_error_r),
    ),
    Threshold(name="realised > 0 R", measure=lambda r: _number(r.realised_r), low=lambda _: 1e-9),
    Threshold(name="PSR of realised >= .95", measure=lambda r: _number(r.realised_psr), low=lambda _: 0.95),
    Threshold(name="gated trades >= 300", measure=lambda r: r.entered, low=lambda _: 300),
)

MARTINGALE = (
    Threshold(
        name="AUC - 1/2 within 4 SE",
        measure=lambda r: _number(r.auc) - 0.5,
        low=lambda r: -4 * r.auc_error,
        high=lambda r: 4 * r.auc_error,
    ),
)


GROSS_R = (-0.10, -0.02)
MIN_GROSS_GAIN_R = 0.04


def mean_gross(stress: Sequence[SeedResult]) -> Gross | None:
    """Return the mean over stress seeds of what trades earn before costs."""
    found = [one.gross for one in stress if one.gross is not None]
    if not found:
        return None
    return Gross(touch_r=fmean(one.touch_r for one in found), through_r=fmean(one.through_r for one in found))


def stressed(stress: Sequence[SeedResult]) -> bool:
    """Return whether a martingale without fees shows nothing but what the fill rule takes; also where none was run."""
    gross = mean_gross(stress)
    if gross is None:
        return not stress
    low_r, high_r = GROSS_R
    few = sum(one.found for one in stress) <= MAX_DECLARED_SHARE * len(stress)
    return few and low_r <= gross.through_r <= high_r and gross.touch_r - gross.through_r >= MIN_GROSS_GAIN_R


def open_share(results: list[SeedResult]) -> float:
    """Return the median over seeds of the share of touches for which the gate opened."""
    return median(result.truth.open_share for result in results) if results else 0.0


def accepted(planted: list[SeedResult], martingale: list[SeedResult]) -> bool:
    """Return whether all thresholds are met: in every seed, and in detection."""
    return (
        sum(one.found for one in planted) >= MIN_FOUND_SHARE * len(planted)
        and sum(one.found for one in martingale) <= MAX_DECLARED_SHARE * len(martingale)
        and open_share(martingale) <= MAX_OPEN_SHARE
        and all(threshold.holds(one.truth) for threshold in PLANTED for one in planted)
        and all(threshold.holds(one.truth) for threshold in MARTINGALE for one in martingale)
    )

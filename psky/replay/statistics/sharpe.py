"""How sure a Sharpe ratio is (METHOD 4.1).

Sharpe ratios are per period, never annualised. `skew` and `kurtosis` are population moments, kurtosis not in excess of
the normal's 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from psky.errors import UsageError
from psky.replay.statistics.arrays import series


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What the formulas of this file need of a series of returns."""

    periods: int
    sharpe: float
    """Mean over standard deviation (n - 1)."""
    skew: float
    kurtosis: float
    autocorrelation: float
    """At lag one."""

    @property
    def autocorrelated(self) -> bool:
        """Whether the autocorrelation is beyond chance, |rho| > 2 / sqrt(T)."""
        return abs(self.autocorrelation) > 2 / math.sqrt(self.periods)


def moments(returns: ArrayLike) -> Moments | None:
    """Return the moments of a series; None when it does not vary.

    Raises:
        UsageError: fewer than two returns, or values that are not finite.
    """
    values = series(returns, least=2)
    if values.min() == values.max():
        return None
    away = values - values.mean()
    variance = float(np.mean(away**2))
    return Moments(
        periods=values.size,
        sharpe=float(values.mean() / np.std(values, ddof=1)),
        skew=float(np.mean(away**3)) / variance**1.5,
        kurtosis=float(np.mean(away**4)) / variance**2,
        autocorrelation=float(np.sum(away[1:] * away[:-1]) / np.sum(away**2)),
    )


def psr(sharpe: float, benchmark: float, periods: float, skew: float = 0.0, kurtosis: float = 3.0) -> float:
    """Return P(true Sharpe ratio > benchmark), independent returns (Bailey and López de Prado 2012).

    Raises:
        UsageError: fewer than two periods, or moments that no returns can have.
    """
    if periods <= 1:
        raise UsageError(f"expected more than one period, found {periods}")
    spread = math.sqrt(_shape(sharpe, skew, kurtosis) / (periods - 1))
    return _share(sharpe - benchmark, spread)


def min_track_record(
    sharpe: float, benchmark: float, skew: float = 0.0, kurtosis: float = 3.0, alpha: float = 0.05
) -> float:
    """Return the periods after which `psr` reaches 1 - alpha; infinite when the ratio is not above the benchmark."""
    if sharpe <= benchmark:
        return math.inf
    return 1 + _shape(sharpe, skew, kurtosis) * (float(ndtri(1 - alpha)) / (sharpe - benchmark)) ** 2


def dsr(
    sharpe: float, variance: float, trials: float, periods: float, skew: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Return the deflated Sharpe ratio of 2014: PSR against the best of `trials` lucky ones (JPM 40(5)).

    `variance` is that of the Sharpe ratios across trials; one trial is compared with zero.
    """
    return psr(sharpe, deflated_benchmark(variance, trials), periods, skew, kurtosis)


def deflated_benchmark(variance: float, trials: float) -> float:
    """Return the Sharpe ratio that the best of `trials` without skill is expected to show."""
    if variance < 0:
        raise UsageError(f"expected a variance of zero or more, found {variance}")
    return math.sqrt(variance) * expected_max_normal(trials)


def expected_max_normal(trials: float) -> float:
    """Return E[max] of independent standard normals by the false-strategy theorem; 0 for one trial.

    (1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e)), g Euler's constant (Bailey and López de Prado 2014).
    """
    if trials < 1:
        raise UsageError(f"expected one trial or more, found {trials}")
    if trials == 1:
        return 0.0
    high, higher = ndtri(1 - 1 / trials), ndtri(1 - 1 / (trials * math.e))
    return float((1 - np.euler_gamma) * high + np.euler_gamma * higher)


def exact_max_normal(trials: float) -> tuple[float, float]:
    """Return mean and standard deviation of the largest of `trials` independent standard normals.

    The number may be fractional, as effective numbers of trials are: the distribution is Phi^N.
    """
    if trials < 1:
        raise UsageError(f"expected one trial or more, found {trials}")
    # Beyond these ends the integrands are below 1e-30; the trapezoid rule is then exact to rounding.
    x = np.linspace(-12.0, 12.0 + math.sqrt(2 * math.log(trials)), 6001)
    density = trials * ndtr(x) ** (trials - 1) * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    mean = float(np.trapezoid(x * density, x))
    return mean, math.sqrt(float(np.trapezoid((x - mean) ** 2 * density, x)))


def sharpe_sd(sharpe: float, periods: float, skew: float = 0.0, kurtosis: float = 3.0, rho: float = 0.0) -> float:
    """Return the standard error of a Sharpe ratio whose returns follow an AR(1) with coefficient `rho`.

    López de Prado, Lipton and Zoonekynd 2026, equation 3.
    """
    return math.sqrt(_shape(sharpe, skew, kurtosis, rho) / periods)


def psr_autocorrelated(
    sharpe: float, benchmark: float, periods: float, skew: float = 0.0, kurtosis: float = 3.0, rho: float = 0.0
) -> float:
    """Return P(true Sharpe ratio > benchmark) for autocorrelated returns, its error taken at the benchmark (2026)."""
    return _share(sharpe - benchmark, sharpe_sd(benchmark, periods, skew, kurtosis, rho))


def min_track_record_autocorrelated(
    sharpe: float, benchmark: float, skew: float = 0.0, kurtosis: float = 3.0, rho: float = 0.0, alpha: float = 0.05
) -> float:
    """Return the periods after which `psr_autocorrelated` reaches 1 - alpha (2026, equation 5)."""
    if sharpe <= benchmark:
        return math.inf
    return _shape(benchmark, skew, kurtosis, rho) * (float(ndtri(1 - alpha)) / (sharpe - benchmark)) ** 2


def _shape(sharpe: float, skew: float, kurtosis: float, rho: float = 0.0) -> float:
    # The variance of a Sharpe ratio times the number of periods, equation 3 of 2026; with rho = 0 that of 2012.
    value = (
        (1 + rho) / (1 - rho)
        - (1 + rho + rho**2) / (1 - rho**2) * skew * sharpe
        + (1 + rho**2) / (1 - rho**2) * (kurtosis - 1) / 4 * sharpe**2
    )
    if not value > 0:
        raise UsageError(f"expected moments of real returns, found skew {skew}, kurtosis {kurtosis} at {sharpe}")
    return value


def _share(distance: float, spread: float) -> float:
    if spread == 0:
        return 0.5 if distance == 0 else float(distance > 0)
    return float(ndtr(distance / spread))

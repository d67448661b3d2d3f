"""What a bundle says of touches: the evidence that a decision is taken on, for a history of rows and for one alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from psky.decision.decide import Evidence
from psky.engine.intents import Intents
from psky.learn.arrays import Floats
from psky.learn.bundle import Bundle
from psky.learn.context import REGIMES_OF, ContextModel, RegimeModel, Trend, TrendModel, probability_of
from psky.market.features import MarketTable
from psky.replay.context import beside
from psky.spec.spec import Spec

Said = tuple[tuple[type[ContextModel], ...], tuple[Floats, ...]]
"""Context models and their probabilities, float64 (n, classes) each."""


def evidence(bundle: Bundle, X: Floats, formula_r: tuple[Floats, Floats], spec: Spec) -> Evidence:
    """Return what a bundle says of touch features float64 (n, q).

    `formula_r` is what each intent pays by `psky.engine.payoff.payoffs`: at the target and at the stop.
    """
    kinds, probabilities = said(bundle, X)
    found = bundle.model.estimate(beside(X, kinds, probabilities, spec), spec.policy.confidence_z)
    win_r, loss_r = formula_r
    gates = dict(zip(kinds, probabilities, strict=True))
    return Evidence(
        p=found.p,
        p_lower=found.p_lower,
        gain_r=win_r + found.gain_excess_r,
        loss_r=loss_r + found.loss_excess_r,
        trend_p=probability_of(gates.get(TrendModel), (Trend.WITH_SIDE,)),
        regime_p=probability_of(gates.get(RegimeModel), REGIMES_OF[spec.policy.regime]),
    )


def said(bundle: Bundle, X: Floats) -> Said:
    """Return what the context models of a bundle say of touch features."""
    return tuple(type(model) for model in bundle.context), tuple(model.predict_proba(X) for model in bundle.context)


def expected_entry_ticks(intents: Intents, table: MarketTable) -> NDArray[np.float64]:
    """Return the entry prices that decisions count on, float64 (m,): the limit, or the close for a taker."""
    limit = intents.limit_ticks
    return np.where(limit > 0, limit, table.close_ticks[table.touch_row]).astype(np.float64)

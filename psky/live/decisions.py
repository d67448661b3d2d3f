"""The decision on the touches of a closed bar: what they propose, what a bundle says of them, what follows."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from psky.decision.decide import Reason, verdict
from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.engine.intents import Intents, propose
from psky.engine.messages import Intent
from psky.engine.payoff import payoffs
from psky.engine.venue import venue_config
from psky.learn.bundle import Bundle
from psky.market.features import MarketTable
from psky.replay.evidence import evidence, expected_entry_ticks
from psky.replay.ledger import Columns
from psky.spec.spec import Spec


class Decided(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A verdict with all that it rests on; the fields of evidence and verdict as `psky.decision.decide` has them.

    Known at `intent.ts_us`, the close of the touching bar. `features` is the touch's row, float64 (q,).
    """

    row: int
    """Number of the intent: of the touches since the market's first trade, from 0."""
    intent: Intent
    expected_entry_ticks: float
    """What the decision counts on paying: the limit, or the close for a taker."""
    features: NDArray[np.float64]
    p: float
    p_lower: float
    gain_r: float
    loss_r: float
    trend_p: float
    regime_p: float
    ev_r: float
    ev_lower_r: float
    reason: Reason
    held: str = ""
    """Why an accepted verdict was kept from the trader; empty: it was not."""

    @property
    def enter(self) -> bool:
        """Whether the verdict is to enter."""
        return self.reason is Reason.ENTER


_TABLE: Final = {"intent": "row", "p": "p", "p_lower": "p_lower", "ev_r": "ev_r", "ev_lower_r": "ev_lower_r"}


def verdict_columns(decided: list[Decided]) -> Columns:
    """Return the table of verdicts of a replay's ledger, `psky.replay.ledger.verdict_table`."""
    values = {name: [getattr(one, field) for one in decided] for name, field in _TABLE.items()}
    kinds = {name: np.int64 if name == "intent" else np.float64 for name in values}
    columns: Columns = {name: np.array(column, kinds[name]) for name, column in values.items()}
    return columns | {"reason": np.array([one.reason for one in decided], np.int8)}


class Decider:
    """Decides touches with a bundle, as a replay does."""

    def __init__(self, bundle: Bundle, spec: Spec, instrument: Instrument) -> None:
        self._bundle, self._spec, self._instrument = bundle, spec, instrument
        self._venue = venue_config(spec, instrument)
        self._first_touch()

    def _first_touch(self) -> None:
        # What is loaded and prepared at the first prediction shall not delay the first decision.
        nothing = np.full((1, len(self._bundle.provenance.features)), np.nan)
        evidence(self._bundle, nothing, (np.zeros(1), np.zeros(1)), self._spec)

    def decide(self, table: MarketTable, first_row: int) -> list[Decided]:
        """Return the verdicts on all touches of a table, numbered from `first_row`."""
        intents = propose(table, self._spec, self._instrument)
        entry_ticks = expected_entry_ticks(intents, table)
        return self.verdicts(table.touch_features, intents, entry_ticks, first_row)

    def verdicts(
        self, X: NDArray[np.float64], intents: Intents, entry_ticks: NDArray[np.float64], first_row: int
    ) -> list[Decided]:
        """Return the verdicts on intents with features float64 (m, q) and expected entry prices float64 (m,)."""
        formula_r = payoffs(intents, entry_ticks, self._venue)
        found = evidence(self._bundle, X, formula_r, self._spec)
        known = (found.p, found.p_lower, found.gain_r, found.loss_r, found.trend_p, found.regime_p)
        rows = zip(*(_column(values, len(X)) for values in known), strict=True)
        return [
            self._verdict(first_row + at, intent, float(entry_ticks[at]), X[at], row)
            for at, (intent, row) in enumerate(zip(intent_values(intents), rows, strict=True))
        ]

    def _verdict(
        self, row: int, intent: Intent, entry_ticks: float, features: NDArray[np.float64], known: tuple[float, ...]
    ) -> Decided:
        p, p_lower, gain_r, loss_r, trend_p, regime_p = known
        ev_r, ev_lower_r, reason = verdict(self._spec.policy, *known)
        return Decided(
            row=row,
            intent=intent,
            expected_entry_ticks=entry_ticks,
            features=features,
            p=p,
            p_lower=p_lower,
            gain_r=gain_r,
            loss_r=loss_r,
            trend_p=trend_p,
            regime_p=regime_p,
            ev_r=ev_r,
            ev_lower_r=ev_lower_r,
            reason=reason,
        )


def intent_values(intents: Intents) -> list[Intent]:
    """Return intents as values, in order."""
    return [Intent(Side(side), *terms, ts_us=ts_us) for ts_us, side, *terms in intents.rows()]


def _column(values: ArrayLike, rows: int) -> list[float]:
    known = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=np.float64)
    column: list[float] | float = known.tolist()
    return column if isinstance(column, list) else [column] * rows

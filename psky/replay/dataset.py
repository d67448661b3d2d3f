"""A tape seen through a spec: its touches, what they propose, and what each would have earned alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from psky.engine.codes import Status
from psky.engine.funding import Funding, funding_stamps
from psky.engine.intents import Intents, propose
from psky.engine.outcomes import Outcomes, outcomes
from psky.engine.venue import VenueConfig, venue_config
from psky.learn.context import ContextLabels, ContextModel
from psky.market.features import MarketTable, ReadyBars, compute, schema_digest, touch_feature_names
from psky.market.tape import MarketTape
from psky.replay.context import labels, shown_names, used
from psky.replay.evidence import expected_entry_ticks
from psky.spec.spec import Spec

_RESOLVED = (Status.TARGET, Status.STOP, Status.TIME)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The touches of a tape under a spec, one row a touch, in time order.

    `X` float64 of shape (m, q) is known at `t0` (the decision, int64 us); the outcome of a row is known at `t1` (the
    exit, or the moment at which the entry order ended unfilled).
    """

    tape: MarketTape
    spec: Spec
    table: MarketTable
    intents: Intents
    outcomes: Outcomes

    @property
    def X(self) -> NDArray[np.float64]:  # noqa: N802 - the field's name for a feature matrix
        """Side-normalised features, float64 (m, q)."""
        return self.table.touch_features

    @cached_property
    def t0(self) -> NDArray[np.int64]:
        """Decision times, int64 (m,), us."""
        return self.intents.ts_us

    @cached_property
    def t1(self) -> NDArray[np.int64]:
        """Times at which the outcomes are known, int64 (m,), us."""
        return self.outcomes.known_at_us

    @cached_property
    def resolved(self) -> NDArray[np.bool_]:
        """Rows that filled and ended at target, stop or time limit: the rows that can be learnt from."""
        return np.isin(self.outcomes.status, _RESOLVED)

    @cached_property
    def target_first(self) -> NDArray[np.int8]:
        """1 where the target came first, int8 (m,); meaningful where `resolved`."""
        return np.asarray(self.outcomes.status == Status.TARGET, dtype=np.int8)

    @cached_property
    def context_labels(self) -> dict[type[ContextModel], ContextLabels]:
        """What the market did after each row, for the context models that the spec uses."""
        return {kind: labels(kind, self.tape, self.table, self.spec) for kind in used(self.spec)}

    @cached_property
    def labels_end_us(self) -> NDArray[np.int64]:
        """Time by which all is known that a row teaches, int64 (m,): its outcome, and the labels of its context."""
        ends = [self.t1, *(label.end_us for label in self.context_labels.values())]
        return np.asarray(np.maximum.reduce(ends))

    @cached_property
    def latest_end_us(self) -> NDArray[np.int64]:
        """Time by which a row is over at its next print, int64 (m,): known at `t0`, unlike `t1`."""
        latency_us = (self.spec.venue.latency_ms + self.spec.venue.feed_latency_ms) * 1000
        return self.t0 + self.intents.entry_ttl_us + self.intents.hold_us + 2 * latency_us

    @cached_property
    def expected_entry_ticks(self) -> NDArray[np.float64]:
        """The entry price that the decision counts on, float64 (m,): the limit, or the close for a taker."""
        return expected_entry_ticks(self.intents, self.table)

    @cached_property
    def venue(self) -> VenueConfig:
        """Where the spec trades."""
        return venue_config(self.spec, self.tape.instrument)

    @cached_property
    def funding(self) -> Funding:
        """What open positions pay."""
        return funding_stamps(self.tape.funding, self.tape.instrument)

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns of `X`."""
        return touch_feature_names(self.spec)

    @cached_property
    def evidence_names(self) -> tuple[str, ...]:
        """Names of the columns that the entry model sees: those of `X`, and the context it is shown."""
        return self.feature_names + shown_names(self.spec)

    @cached_property
    def schema_digest(self) -> str:
        """Changes with any feature's name or formula."""
        return schema_digest(self.spec)


def build_dataset(tape: MarketTape, spec: Spec, bars: ReadyBars | None = None) -> Dataset:
    """Compute features, touches, intents and outcomes of a whole tape under a spec, from its `bars` where they are."""
    table = compute(tape, spec, dense=False) if bars is None else bars.compute(spec, dense=False)
    intents = propose(table, spec, tape.instrument)
    alone = outcomes(tape, intents, spec, funding=funding_stamps(tape.funding, tape.instrument))
    return Dataset(tape=tape, spec=spec, table=table, intents=intents, outcomes=alone)

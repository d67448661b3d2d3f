"""The historical loop: accepted intents through one trader and one venue, into tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky._core import Funding, Intents
from psky.engine.tape import EngineTape
from psky.engine.venue import venue_config
from psky.spec.spec import Spec

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTables:
    """What happened in a replay; each table is a dict of equally long columns, documented at `_core.Ledger`.

    Their codes are the enumerations of `psky.engine.codes`.
    """

    orders: Columns
    fills: Columns
    trades: Columns
    skips: Columns
    equity: Columns

    @classmethod
    def of(cls, ledger: _core.Ledger) -> Self:
        """Return the tables of a ledger of the core."""
        return cls(
            orders=ledger.orders(),
            fills=ledger.fills(),
            trades=ledger.trades(),
            skips=ledger.skips(),
            equity=ledger.equity(),
        )


def replay_intents(
    tape: EngineTape,
    intents: Intents,
    rows: NDArray[np.int64],
    spec: Spec,
    *,
    funding: Funding | None = None,
) -> LedgerTables:
    """Run the accepted intents, `rows` increasing, through one trader.

    Up to `policy.max_positions` trades of one side at a time. A verdict beyond is skipped, an opposite one does what
    `policy.opposite` says. A position pays the stamps of `funding` that it is open across; it is carried over gaps of
    the tape and marked out as a taker at its last print.

    Raises:
        ValueError: rows out of range or order.
    """
    config, policy = venue_config(spec, tape.instrument), spec.policy
    ledger = _core.replay(
        tape.core, intents, rows, config, policy.opposite, max_positions=policy.max_positions, funding=funding
    )
    return LedgerTables.of(ledger)

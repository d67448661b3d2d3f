"""The historical loop: accepted intents through one trader and one venue, into tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky import _core
from psky._core import Intents
from psky.engine.tape import EngineTape
from psky.engine.venue import venue_config
from psky.spec.sections import CostSpec
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


def replay_intents(
    tape: EngineTape, intents: Intents, rows: NDArray[np.int64], spec: Spec, costs: CostSpec | None = None
) -> LedgerTables:
    """Run the accepted intents, `rows` increasing, through one trader; `costs` replaces those of the spec.

    One position at a time. A verdict on the side of the running trade is skipped, an opposite one does what
    `policy.opposite` says. A position is carried over gaps of the tape and marked out as a taker at its last print.

    Raises:
        ValueError: rows out of range or order.
    """
    venue = venue_config(spec, tape.instrument, costs)
    ledger = _core.replay(tape.core, intents, rows, venue, spec.policy.opposite)
    return LedgerTables(orders=ledger.orders(), fills=ledger.fills(), trades=ledger.trades(), skips=ledger.skips())

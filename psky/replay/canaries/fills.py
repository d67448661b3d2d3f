"""C9: an outcome needs no print after the one that ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky.domain.trades import TradeColumns
from psky.engine.codes import Status
from psky.replay.canaries.finding import Finding
from psky.replay.canaries.subject import Subject, same_bytes
from psky.replay.dataset import build_dataset

Columns = dict[str, NDArray[Any]]
Booked = Callable[[Subject, TradeColumns], Columns]
"""What somebody says became of every touch of trades, one row a touch."""

_SAMPLE, _SEED = 60, 9
_COLUMNS = (
    *("status", "known_at_us", "entry_ts_us", "exit_ts_us", "entry_row", "exit_row", "filled_lots"),
    *("entry_ticks", "exit_ticks", "gross_r", "fee_r", "net_r", "mae_r", "mfe_r"),
)


def booked(subject: Subject, trades: TradeColumns) -> Columns:
    """Return psky's own outcomes."""
    outcomes = build_dataset(subject.tape(trades), subject.spec).outcomes
    return {name: getattr(outcomes, name) for name in _COLUMNS}


def booked_at_entry(subject: Subject, trades: TradeColumns) -> Columns:
    """Leak: claim that the outcome of a trade is known as soon as it is entered."""
    found = booked(subject, trades)
    traded = np.isin(found["status"], (Status.TARGET, Status.STOP, Status.TIME))
    return found | {"known_at_us": np.where(traded, found["entry_ts_us"], found["known_at_us"])}


def fills(subject: Subject, outcomes: Booked = booked) -> Finding:
    """C9: cut the tape right after an outcome is known: all that are known by then stay, and no other is claimed."""
    whole, data = outcomes(subject, subject.trades), subject.dataset
    rows = np.flatnonzero(data.resolved)
    sample = np.random.default_rng(_SEED).choice(rows, min(_SAMPLE, rows.size), replace=False)
    cuts = np.unique(whole["known_at_us"][sample])
    differing = [known_us for known_us in cuts.tolist() if not _stand(subject, whole, known_us, outcomes)]
    reason = "an outcome changes with prints after its end" if differing else ""
    return Finding(checked=len(cuts), unit="outcomes", faults=len(differing), reason=reason)


def _stand(subject: Subject, whole: Columns, known_us: int, outcomes: Booked) -> bool:
    cut = int(np.searchsorted(subject.trades.ts_us, known_us, side="right"))
    early = outcomes(subject, subject.before(cut))
    count = len(early["status"])
    settled = whole["known_at_us"][:count] <= known_us
    same = all(same_bytes(early[name][settled], whole[name][:count][settled]) for name in _COLUMNS)
    return same and bool((early["status"][~settled] == Status.CENSORED).all())

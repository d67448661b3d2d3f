"""The funnel: how many got how far from base bar to closed position, and what became of the others."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky.backtest.findings import Stage
from psky.decision.decide import Reason
from psky.engine.codes import ExitReason, OrderKind, OrderStatus, RejectReason, SkipReason
from psky.replay.dataset import Dataset
from psky.replay.ledger import Columns
from psky.replay.run import Run

_WORDS: tuple[tuple[IntEnum, str], ...] = (
    *((reason, reason.words) for reason in Reason),
    (SkipReason.BUSY, "a position was open"),
    (SkipReason.CLOSES, "closed the opposite position"),
    (SkipReason.IGNORED, "opposite, ignored"),
    (SkipReason.LATE, "too late to send"),
    (OrderStatus.OPEN, "open at the end"),
    (OrderStatus.CANCELLED, "expired or withdrawn"),
    (RejectReason.POST_ONLY, "post-only, rejected"),
    (RejectReason.TICK, "between ticks, rejected"),
    (RejectReason.LOT, "between lots, rejected"),
    (RejectReason.NOTIONAL, "worth too little, rejected"),
    (RejectReason.OTHER, "rejected"),
    (ExitReason.TIME, "time limit"),
    (ExitReason.OPPOSITE, "opposite verdict"),
    (ExitReason.END, "the tape ended"),
)
"""Not a dict: members of different enumerations are equal where their numbers are."""


def funnel(dataset: Dataset, run: Run) -> list[Stage]:
    """Return the stages bars, touches, accepted, orders, filled, closed.

    A touch is a bar; it is accepted by the verdict; an accepted one sends an entry order unless the trader is busy; an
    order is filled if at least a part of it is; a filled one is closed when its position is.
    """
    inside = (dataset.table.ts_us >= run.part.start_us) & (dataset.table.ts_us < run.part.end_us)
    orders, fills, trades = run.ledger.orders, run.ledger.fills, run.ledger.trades
    entries = {name: column[orders["kind"] == OrderKind.ENTRY] for name, column in orders.items()}
    declined = run.verdicts.reason[run.verdicts.reason != Reason.ENTER]
    return [
        Stage(name="bars", count=int(inside.sum())),
        Stage(name="touches", count=len(run.part.test)),
        Stage(name="accepted", count=int(run.verdicts.enter.sum()), reasons=_counts(Reason, declined)),
        Stage(name="orders", count=len(entries["intent"]), reasons=_counts(SkipReason, run.ledger.skips["reason"])),
        Stage(name="filled", count=len(np.unique(fills["intent"])), reasons=_unfilled(entries, fills)),
        Stage(name="closed", count=len(trades["intent"]), reasons=_counts(ExitReason, trades["exit_reason"])),
    ]


def _unfilled(entries: Columns, fills: Columns) -> dict[str, int]:
    idle = ~np.isin(entries["intent"], fills["intent"])
    status, refused = entries["status"][idle], entries["reject_reason"][idle]
    return _counts(OrderStatus, status[refused == 0]) | _counts(RejectReason, refused)


def _counts(kind: type[IntEnum], codes: NDArray[Any]) -> dict[str, int]:
    found = {member: int((codes == member).sum()) for member in kind}
    return {_words(member): count for member, count in found.items() if count}


def _words(member: IntEnum) -> str:
    return next((words for known, words in _WORDS if known is member), member.name.lower())

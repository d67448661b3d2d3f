"""The funnel: how many got how far from base bar to closed position, and what became of the others."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from psky.backtest.findings import Stage
from psky.decision.decide import Reason
from psky.engine.codes import ExitReason, OrderKind, OrderStatus, SkipReason
from psky.replay.dataset import Dataset
from psky.replay.ledger import Columns
from psky.replay.run import Run

Code = TypeVar("Code", bound=IntEnum)

_DECLINED = {reason: reason.words for reason in Reason if reason is not Reason.ENTER}
_SKIPPED = {
    SkipReason.BUSY: "a position was open",
    SkipReason.CLOSES: "closed the opposite position",
    SkipReason.IGNORED: "opposite, ignored",
    SkipReason.LATE: "too late to send",
}
_UNFILLED = {
    OrderStatus.OPEN: "open at the end",
    OrderStatus.CANCELLED: "expired or withdrawn",
    OrderStatus.REJECTED: "post-only, rejected",
}
_EXITS = {
    ExitReason.TARGET: "target",
    ExitReason.STOP: "stop",
    ExitReason.TIME: "time limit",
    ExitReason.OPPOSITE: "opposite verdict",
    ExitReason.END: "the tape ended",
}


def funnel(dataset: Dataset, run: Run) -> list[Stage]:
    """Return the stages bars, touches, accepted, orders, filled, closed.

    A touch is a bar; it is accepted by the verdict; an accepted one sends an entry order unless the trader is busy; an
    order is filled if at least a part of it is; a filled one is closed when its position is.
    """
    inside = (dataset.table.ts_us >= run.part.start_us) & (dataset.table.ts_us < run.part.end_us)
    orders, fills, trades = run.ledger.orders, run.ledger.fills, run.ledger.trades
    entries = {name: column[orders["kind"] == OrderKind.ENTRY] for name, column in orders.items()}
    return [
        Stage(name="bars", count=int(inside.sum())),
        Stage(name="touches", count=len(run.part.test)),
        Stage(name="accepted", count=int(run.verdicts.enter.sum()), reasons=_counts(_DECLINED, run.verdicts.reason)),
        Stage(name="orders", count=len(entries["intent"]), reasons=_counts(_SKIPPED, run.ledger.skips["reason"])),
        Stage(name="filled", count=len(np.unique(fills["intent"])), reasons=_unfilled(entries, fills)),
        Stage(name="closed", count=len(trades["intent"]), reasons=_counts(_EXITS, trades["exit_reason"])),
    ]


def _unfilled(entries: Columns, fills: Columns) -> dict[str, int]:
    idle = ~np.isin(entries["intent"], fills["intent"])
    return _counts(_UNFILLED, entries["status"][idle])


def _counts(words: Mapping[Code, str], codes: NDArray[Any]) -> dict[str, int]:
    found = {word: int((codes == code).sum()) for code, word in words.items()}
    return {word: count for word, count in found.items() if count}

"""Trades of two backtests side by side: which are equal, and by which rule the others differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benches.harness import MismatchError
from benches.peers.market import Int64s
from psky.engine.loop import LedgerTables

NONE = -1
PRICES = ("entry_ticks", "exit_ticks")


class Trades(NamedTuple):
    """What became of each of n verdicts, one array a field; NONE where nothing filled."""

    entry_us: Int64s
    entry_ticks: Int64s
    exit_us: Int64s
    exit_ticks: Int64s


class Rule(NamedTuple):
    """Verdicts whose trades may differ, and why."""

    because: str
    where: NDArray[np.bool_]


def no_trades(verdicts: int) -> Trades:
    """Return trades to be filled in."""
    return Trades(*(np.full(verdicts, NONE, dtype=np.int64) for _ in Trades._fields))


def psky_trades(ledger: LedgerTables, verdicts: int) -> Trades:
    """Return the trades of a ledger by verdict."""
    table, trades = ledger.trades, no_trades(verdicts)
    columns = (table[name] for name in ("entry_ts_us", "entry_ticks", "exit_ts_us", "exit_ticks"))
    for field, column in zip(trades, columns, strict=True):
        field[table["intent"]] = column
    return trades


def explained(ours: Trades, theirs: Trades, rules: Sequence[Rule], fields: Sequence[str] = Trades._fields) -> str:
    """Compare trades in `fields`, say how many are equal and which rules explain the others.

    Raises:
        MismatchError: no rule explains a difference, or there are no trades.
    """
    traded = (ours.entry_us != NONE) | (theirs.entry_us != NONE)
    unequal = [getattr(ours, name) != getattr(theirs, name) for name in fields]
    differ: NDArray[np.bool_] = np.any(unequal, axis=0)
    words = [f"{int((traded & ~differ).sum()):,} of {int(traded.sum()):,} trades equal"]
    for rule in rules:
        found = differ & rule.where
        differ &= ~rule.where
        if found.any():
            words.append(f"{int(found.sum()):,} differ: {rule.because}")
    if differ.any() or not traded.any():
        raise MismatchError(_unexplained(ours, theirs, differ, words))
    return "; ".join(words)


def _unexplained(ours: Trades, theirs: Trades, differ: NDArray[np.bool_], words: list[str]) -> str:
    rows = np.flatnonzero(differ)[:1]
    first = [(int(row), [int(field[row]) for field in ours], [int(field[row]) for field in theirs]) for row in rows]
    return f"{'; '.join(words)}; expected a rule for every other, found none for {int(differ.sum())}: {first}"

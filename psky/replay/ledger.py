"""All that happened in a replay, in tables, with a digest that two runs share only if they did the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from psky.decision.decide import Evidence, Verdicts

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Verdicts, skips, orders, fills, trades and equity of one replay; each table is a dict of equally long columns.

    A skip is an accepted verdict that led to no order, with the reason. Equity is the account after each fill and each
    funding stamp.
    """

    verdicts: Columns
    skips: Columns
    orders: Columns
    fills: Columns
    trades: Columns
    equity: Columns

    @property
    def tables(self) -> dict[str, Columns]:
        """Name -> table, in the order of their making."""
        names = ("verdicts", "skips", "orders", "fills", "trades", "equity")
        return {name: getattr(self, name) for name in names}

    @property
    def digest(self) -> str:
        """SHA-256 over all columns, in the order of tables and of columns in them.

        Of each column: the ASCII line `<table>.<column>:<type>:<rows>` with the type as numpy writes it (`<i8`, `<f8`,
        `|i1`, `|b1`), a newline, then its values as they lie in memory, little-endian.
        """
        digest = hashlib.sha256()
        for name, columns in self.tables.items():
            for column, values in columns.items():
                digest.update(f"{name}.{column}:{values.dtype.str}:{len(values)}\n".encode())
                digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()


def verdict_table(intent: NDArray[np.int64], evidence: Evidence, verdicts: Verdicts) -> Columns:
    """Return the table of verdicts on intents, by their rows."""
    return {
        "intent": intent,
        "p": np.asarray(evidence.p),
        "p_lower": np.asarray(evidence.p_lower),
        "ev_r": verdicts.ev_r,
        "ev_lower_r": verdicts.ev_lower_r,
        "reason": verdicts.reason,
    }

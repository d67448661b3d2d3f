"""Leaving the market for good or for now: the account gets flat, and whatever that moved is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from psky.domain.time import HOUR_US
from psky.errors import ExchangeError
from psky.live.desk import Desk
from psky.live.exchange.port import Execution
from psky.live.flatten import STEP_S, Step, get_flat
from psky.live.folder import SessionFolder
from psky.live.journal import records
from psky.live.limits import LiveLimits
from psky.live.reconcile import missed
from psky.live.watch import Watch
from psky.log import logger

_LOG = logger(__name__)
_TRIES: Final = 5
BEFORE_US: Final = HOUR_US
"""Executions so long before a process died, market time, may be unheard of."""


@dataclass(slots=True, kw_only=True)
class Leaving:
    """Gets the account of a session flat. `breathe` waits, while a paced market goes on."""

    desk: Desk
    watch: Watch
    folder: SessionFolder
    limits: LiveLimits
    run_number: int
    breathe: Callable[[float], None]
    since_us: int
    """Market time; nothing of ours was executed earlier."""
    _closings: int = 0

    def get_flat(self, rule: str) -> None:
        """Cancel and close until the exchange says that nothing is left; the trader then begins anew.

        Raises:
            NotFlat: it did not work within the stated time.
        """
        get_flat(
            self.desk.venue,
            self._name,
            within_s=self.limits.flat_within_s,
            now_s=lambda: self.desk.clock_us() / 1e6,
            sleep=self.breathe,
            on_step=lambda step: self._note(rule, step),
        )
        self.desk.orders.forget()
        self.desk.answers.clear()
        self.desk.brain.forget_trades()

    def book(self, execution: Execution, raw: dict[str, Any]) -> None:
        """Note an execution that is not the trader's, once."""
        fill = execution.fill
        if fill.execution in self.desk.executions:
            return
        self.desk.executions.add(fill.execution)
        self.desk.note(booked_of(execution, raw), fill.ts_us)

    def is_closing(self, name: str) -> bool:
        """Whether an order's name is one of those that close a position."""
        return name.startswith(f"{self.folder.prefix}x-")

    def _note(self, rule: str, step: Step) -> None:
        facts: dict[str, Any] = {"lots": step.lots, "orders": step.orders}
        if step.what == "flat":
            self._book_rest()
            self.watch.forget(self._wallet_usdt())
            facts["wallet_usdt"] = self.watch.base_usdt
        self.desk.note(records.Guard(what=step.what, rule=str(rule), explanation=step.said, facts=facts))
        self.desk.journal.commit()

    def _book_rest(self) -> None:
        """Note what was executed and not heard of yet: the closing orders, and ours on their way out.

        The account is flat whether the exchange lists them or not; what it does not list now, its stream tells.
        """
        for _ in range(_TRIES):
            try:
                executions = missed(self.desk, self.since_us)
            except ExchangeError as error:
                _LOG.warning("executions unknown", error=error)
                self.breathe(STEP_S)
                continue
            for execution in executions:
                self.book(execution, {})
            return

    def _wallet_usdt(self) -> float:
        try:
            return float(self.desk.venue.account().wallet_usdt)
        except ExchangeError:  # by our books, then
            return self.watch.equity_usdt

    def _name(self) -> str:
        self._closings += 1
        return f"{self.folder.prefix}x-{self.run_number}-{self._closings}"


def booked_of(execution: Execution, raw: dict[str, Any]) -> records.Booked:
    """Return an execution that is not the trader's as the journal keeps it."""
    fill = execution.fill
    return records.Booked(
        what=execution.kind,
        name=execution.name,
        execution=fill.execution,
        lots=fill.lots * fill.side,
        price_ticks=fill.price_ticks,
        amount_usdt=str(execution.amount_usdt),
        raw=raw,
    )

"""A session that no process runs: its account gets flat through the exchange, and its journal is told all of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psky.domain.time import steady_us
from psky.errors import ExchangeError
from psky.live.carried import carried
from psky.live.exchange.port import Execution, VenuePort
from psky.live.flatten import STEP_S, Step, get_flat
from psky.live.folder import SessionFolder
from psky.live.guard import Rule
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter
from psky.live.leaving import BEFORE_US, booked_of
from psky.live.recovery import read_past
from psky.live.simclock import market_time
from psky.live.translate import FUNDING
from psky.log import logger

_LOG = logger(__name__)
_TRIES: Final = 5


@dataclass(slots=True, kw_only=True)
class DeadSession:
    """A session without its process: its folder, its journal, and the exchange."""

    folder: SessionFolder
    journal: JournalWriter
    venue: VenuePort
    address: str | None
    """Of the simulator that the exchange is, None for another."""

    def latch(self, why: str) -> None:
        """Trip its guard; an `arm` that was asked for before is void."""
        self.folder.answered("kill")
        self._note("trip", why, {})

    def get_flat(self, names: Callable[[], str], *, within_s: float, on_step: Callable[[Step], None]) -> None:
        """Cancel and close until the exchange says that nothing is left; note each step, and what was executed.

        Raises:
            NotFlat: it did not work within the stated time.
            ExchangeError: it is flat, and the exchange does not say what the account holds.
            JournalError: it is flat, and the journal does not say what it knows of.
        """

        def take(step: Step) -> None:
            on_step(step)
            facts: dict[str, Any] = {"lots": step.lots, "orders": step.orders}
            if step.what == "flat":
                self._book()
                facts["wallet_usdt"] = float(self.venue.account().wallet_usdt)
            self._note(step.what, step.said, facts)

        get_flat(self.venue, names, within_s=within_s, now_s=time.monotonic, sleep=time.sleep, on_step=take)

    def end(self, why: str) -> None:
        """Let it be over for good."""
        self.journal.append(records.Ended(reason=why, lots=0), 0)
        self.journal.commit()

    def _note(self, what: str, said: str, facts: dict[str, Any]) -> None:
        self.journal.append(records.Guard(what=what, rule=Rule.MANUAL, explanation=said, facts=facts), 0)
        self.journal.commit()

    def _book(self) -> None:
        """Note what was executed and the journal has not, until that explains how the account came to be flat."""
        with JournalReader(self.folder.journal) as reader:
            past, holds = read_past(reader), carried(reader, self.venue.rules)
        if holds.lots == 0 and self.folder.is_over():
            return  # what was closed is of nobody, or of a later session
        known, lots = past.executions, holds.lots
        since_us = max(past.decide_from_us, holds.left_us - BEFORE_US)
        for _ in range(_TRIES):
            news = [one for one in self._executed(since_us) if one.fill.execution not in known]
            for execution in news:
                self.journal.append(booked_of(execution, {}), execution.fill.ts_us)
            known |= {one.fill.execution for one in news}
            lots += sum(one.fill.lots * one.fill.side for one in news if one.kind != FUNDING)
            if lots == 0:
                return
            time.sleep(STEP_S)
        _LOG.warning("closed by what the exchange does not list", lots=lots)

    def _executed(self, since_us: int) -> Sequence[Execution]:
        try:
            clock = market_time(self.address, self.venue.account().clock)
            return self.venue.executions(since_us, clock.market_us(steady_us()))
        except ExchangeError as error:
            _LOG.warning("executions unknown", error=error)
            return ()

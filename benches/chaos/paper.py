"""What should never be in the journal of a paper account, whose venue dies with each process of its session."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from benches.chaos.books import Verdict
from benches.chaos.tally import Tally
from psky.domain.instrument import Instrument
from psky.engine.messages import Filled
from psky.errors import JournalError
from psky.live.carried import Carried, follow
from psky.live.journal import records
from psky.live.journal.reader import JournalReader, Row
from psky.live.recovery import event_of
from psky.simulator.faults import Fault

FAULTS: Final = (
    Fault(kind="drop", on="public", share=0.02, path="publicTrade"),
    Fault(kind="duplicate", on="public", share=0.2, path="publicTrade"),
    Fault(kind="cut", on="public", share=0.02),
    Fault(kind="silent", on="public", share=0.01, seconds=0.5),
    Fault(kind="delay", on="public", share=0.1, seconds=0.1),
    Fault(kind="restart", on="public", share=0.01, seconds=0.3, count=1),
    Fault(kind="http", on="rest", share=0.2, status=502, path="/v5/market/recent-trade"),
    Fault(kind="delay", on="rest", share=0.2, seconds=0.2, path="/v5/market/"),
)
"""From which each run draws some: a paper account hears nothing but the public side."""


@dataclass(slots=True, kw_only=True)
class _Noted:
    """What a journal tells, record by record."""

    account: Carried
    unit: Decimal
    tally: Tally = field(default_factory=Tally)
    starts: int = 0
    told: int = 0
    """Gaps that say that the venue began anew."""
    ended: bool = False
    verdict: Verdict = field(default_factory=Verdict)

    def take(self, row: Row) -> None:
        self._balance(row.record)
        follow(self.account, row, self.unit)
        most = self.tally.largest_lots
        if abs(self.account.lots) > most:
            self.verdict.doubled.append(f"{self.account.lots} lots held, the largest entry had {most}")
        self._count(row.record)

    def _balance(self, record: records.Record) -> None:
        """Compare the wallet of the books with the venue's, each time that it is asked for."""
        if not isinstance(record, records.Guard):
            return
        if record.what == "not_flat":
            self.verdict.naked.append(record.explanation)
        elif record.what == "flat":
            there, here = Decimal(repr(record.facts["wallet_usdt"])), self.account.wallet_usdt
            if self.account.lots or abs(there - here) > Decimal("0.001"):
                said = f"the wallet has {there}, the journal says {here} and {self.account.lots} lots"
                self.verdict.unbalanced.append(said)

    def _count(self, record: records.Record) -> None:
        self.tally.take(record)
        match record:
            case records.Started():
                self.starts += 1
            case records.Gap(feed="venue"):
                self.told += 1
            case records.Ended():
                self.ended = True
            case _:
                pass


def compare(journal: Path, instrument: Instrument) -> Verdict:
    """Return what a run did wrong, by its journal alone: of a venue that is gone nobody else knows."""
    try:
        with JournalReader(journal) as reader:
            reader.verify()
            account = Carried(wallet_usdt=Decimal(reader.opened().account_usdt))
            noted = _Noted(account=account, unit=instrument.tick * instrument.lot)
            for row in reader.rows():
                noted.take(row)
    except JournalError as error:
        return Verdict(lost=[str(error)])
    verdict = noted.verdict
    verdict.doubled += [f"order {name} placed {n} times" for name, n in noted.tally.names.items() if n > 1]
    verdict.doubled += noted.tally.entered_again()
    verdict.unbalanced += noted.tally.noted_again()
    if not noted.ended:
        verdict.lost.append("the session never ended")
    # The first process may have died before it said that it started.
    if noted.told not in {noted.starts - 1, noted.starts}:
        verdict.lost.append(f"{noted.starts} starts, and {noted.told} venues that began anew")
    return verdict


def executions_of(journal: Path) -> int:
    """Return how many executions a journal has."""
    with JournalReader(journal) as reader:
        return sum(1 for row in reader.rows(records.Venue, records.Booked) if _is_execution(row.record))


def _is_execution(record: records.Record) -> bool:
    return isinstance(record, records.Booked) or (
        isinstance(record, records.Venue) and isinstance(event_of(record), Filled)
    )

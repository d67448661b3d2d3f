"""The journal of a run beside what the simulator saw: what should never be, and is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from benches.chaos.exchange import Seen
from benches.chaos.scene import LIMITS
from benches.chaos.tally import Tally
from psky.errors import JournalError
from psky.live.exchange.states import number_of_execution
from psky.live.journal import records
from psky.live.journal.reader import JournalReader

BARE_S: Final = LIMITS.naked_s + LIMITS.flat_within_s
"""The stated bound on a position without a stop: until the guard sees it, and until the account is flat."""


@dataclass(slots=True)
class Verdict:
    """What was wrong with a run, in words; nothing in any list is as it should be."""

    doubled: list[str] = field(default_factory=list)
    naked: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Noted:
    """What a journal tells."""

    tally: Tally = field(default_factory=Tally)
    wallet_usdt: float | None = None
    ended: str = ""


def compare(journal: Path, seen: Seen) -> Verdict:
    """Return what a run did wrong."""
    verdict = Verdict()
    try:
        noted = _read(journal)
    except JournalError as error:
        verdict.lost.append(str(error))
        return verdict
    _doubled(noted, seen, verdict)
    if seen.bare_s > BARE_S:
        verdict.naked.append(f"{seen.bare_s:.2f} s without a stop, the bound is {BARE_S:g} s")
    _unbalanced(noted, seen, verdict)
    _lost(noted, seen, verdict)
    return verdict


def _read(journal: Path) -> _Noted:
    noted = _Noted()
    with JournalReader(journal) as reader:
        reader.verify()
        for row in reader.rows():
            _note(noted, row.record)
    return noted


def _note(noted: _Noted, record: records.Record) -> None:
    noted.tally.take(record)
    match record:
        case records.Guard(what="flat"):
            noted.wallet_usdt = record.facts["wallet_usdt"]
        case records.Ended():
            noted.ended = record.reason
        case _:
            pass


def _doubled(noted: _Noted, seen: Seen, verdict: Verdict) -> None:
    verdict.doubled += [
        f"order {name} at the exchange {n} times" for name, n in Counter(seen.names).items() if name and n > 1
    ]
    verdict.doubled += noted.tally.entered_again()
    if seen.most_lots > noted.tally.largest_lots:
        verdict.doubled.append(f"{seen.most_lots} lots held, the largest entry had {noted.tally.largest_lots}")


def _unbalanced(noted: _Noted, seen: Seen, verdict: Verdict) -> None:
    there = {number_of_execution(row["execId"]): row for row in seen.executions}
    verdict.unbalanced += [
        f"execution {row['execType']} {row['orderLinkId']} {row['execQty']} was never noted"
        for number, row in there.items()
        if number not in noted.tally.executions
    ]
    verdict.unbalanced += [f"execution {n} noted that never was" for n in noted.tally.executions if n not in there]
    verdict.unbalanced += noted.tally.noted_again()
    wallet = Decimal(seen.state["wallet"])
    if noted.wallet_usdt is None or abs(wallet - Decimal(repr(noted.wallet_usdt))) > Decimal("0.0001"):
        verdict.unbalanced.append(f"the wallet has {wallet}, the journal says {noted.wallet_usdt}")


def _lost(noted: _Noted, seen: Seen, verdict: Verdict) -> None:
    if not noted.ended:
        verdict.lost.append("the session never ended")
    if seen.state["net_lots"] or seen.state["orders"]:
        left = [f"{one['orderLinkId']} {one['stopOrderType']} {one['orderStatus']}" for one in seen.state["orders"]]
        verdict.lost.append(f"left {seen.state['net_lots']} lots and the orders {left}")
    foreign = [name for name in seen.names if name and name not in noted.tally.names and "x-" not in name]
    verdict.lost += [f"order {name} is not in the journal" for name in foreign]

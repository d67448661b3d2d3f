"""What an account holds is what its journal's fills, fees, funding and closings leave."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.engine.messages import BILLION, Filled, Funding, VenueEvent
from psky.live.carried import Carried, carried
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.journal.writer import JournalWriter

INSTRUMENT = Instrument(symbol="X", price_decimals=1, size_decimals=1)
UNIT = Decimal("0.01")
OPENED = records.Opened(
    session="s", environment="paper", symbol="X", study="s", trial=1, prefix="psky-s", strategy={}, model_digest="",
    tick="0.1", lot="0.1", account_usdt="1000", psky_version="0",
)  # fmt: skip


def fill(side: Side, lots: int, price_ticks: int, fee: int = 0) -> records.Venue:
    return venue(
        Filled(
            order_id=1, execution=1, ts_us=5, row=0, side=side, price_ticks=price_ticks, lots=lots,
            cumulative_lots=lots, left_lots=0, maker=True, fee=fee * BILLION, queue_lots=0,
        )
    )  # fmt: skip


def venue(event: VenueEvent) -> records.Venue:
    return records.Venue(name="psky-s-1", event=msgspec.to_builtins(event), source="stream")


def booked(what: str, lots: int, price_ticks: int, amount: str) -> records.Booked:
    return records.Booked(
        what=what, name="psky-sx-1", execution=2, lots=lots, price_ticks=price_ticks, amount_usdt=amount, raw={}
    )


def flat(wallet: float) -> records.Guard:
    return records.Guard(what="flat", rule="manual", explanation="", facts={"wallet_usdt": wallet})


CASES: dict[str, tuple[list[records.Record], tuple[str, int, str]]] = {
    "nothing": ([], ("1000", 0, "0")),
    "long": ([fill(Side.LONG, 10, 100, fee=50)], ("999.5", 10, "100")),
    "mean": ([fill(Side.LONG, 10, 100), fill(Side.LONG, 30, 104)], ("1000", 40, "103")),
    "part closed": ([fill(Side.SHORT, 10, 100), fill(Side.LONG, 4, 90)], ("1000.4", -6, "100")),
    "closed": ([fill(Side.SHORT, 10, 100), fill(Side.LONG, 10, 110, fee=3)], ("998.97", 0, "100")),
    "turned": ([fill(Side.LONG, 10, 100), fill(Side.SHORT, 15, 120)], ("1002", -5, "120")),
    "funding": (
        [
            fill(Side.LONG, 10, 100),
            venue(Funding(ts_us=9, rate=1, mark_ticks=100)),
            booked("Funding", 10, 100, "-0.25"),
        ],
        ("999.75", 10, "100"),
    ),
    "closed by others": ([fill(Side.LONG, 10, 100), booked("Trade", -10, 105, "-0.1")], ("1000.4", 0, "100")),
    "flat": ([fill(Side.LONG, 10, 100), flat(987.65), fill(Side.LONG, 2, 90)], ("987.65", 2, "90")),
}


@pytest.mark.parametrize("case", CASES)
def test_an_account_is_what_its_journal_leaves(case: str, tmp_path: Path) -> None:
    noted, (wallet, lots, entry) = CASES[case]
    with JournalWriter(tmp_path / "journal.db", durable=False) as journal:
        for number, record in enumerate([OPENED, *noted]):
            journal.append(record, 100 + number)
    with JournalReader(tmp_path / "journal.db") as reader:
        found = carried(reader, INSTRUMENT)
    assert found == Carried(
        wallet_usdt=Decimal(wallet), lots=lots, entry_ticks=Decimal(entry), left_us=100 + len(noted)
    )


def test_an_entry_at_a_whole_tick_leaves_the_equity_as_it_is() -> None:
    account = Carried(wallet_usdt=Decimal(1000), lots=-3, entry_ticks=Decimal("100.4"))
    whole = account.whole_ticks(UNIT)
    assert whole.entry_ticks == 100

    def equity(one: Carried) -> Decimal:
        return one.wallet_usdt + one.lots * (Decimal(130) - one.entry_ticks) * UNIT

    assert equity(whole) == equity(account)
    assert whole.wallet_usdt != account.wallet_usdt


def test_the_journal_is_told_what_goes_on_and_what_is_gone() -> None:
    gap = Carried(wallet_usdt=Decimal(1), lots=-3, entry_ticks=Decimal("100.4"), left_us=7).missed()
    assert (gap.feed, gap.start_us, gap.filled) == ("venue", 7, 0)
    assert "its orders are gone, it goes on with -3 lots at 100.4 ticks" in gap.reason

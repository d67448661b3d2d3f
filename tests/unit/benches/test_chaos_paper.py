"""The chaos of paper accounts finds what it looks for in a journal, and finds nothing in a good one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from benches.chaos.books import Verdict
from benches.chaos.paper import compare, executions_of
from psky.domain.instrument import Instrument
from psky.domain.side import Side
from psky.engine.codes import OrderKind
from psky.engine.messages import Filled
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter
from tests.unit.benches.test_chaos_books import ENTRY, STOP, place

INSTRUMENT = Instrument(symbol="X", price_decimals=0, size_decimals=0)
OPENED = records.Opened(
    session="a", environment="paper", symbol="X", study="s", trial=0, prefix="psky-a", strategy={}, model_digest="",
    tick="1", lot="1", account_usdt="1000", psky_version="",
)  # fmt: skip
STARTED = records.Started(run=1, pid=1, restored_seq=0, decide_from_us=0)
ANEW = records.Gap(feed="venue", start_us=0, end_us=0, reason="")
ENDED = records.Ended(reason="asked to stop", lots=0)
BUY = place(ENTRY, "psky-a-3-0", OrderKind.ENTRY)
SELL = place(STOP, "psky-a-3-1", OrderKind.STOP)


def fill(order: int, execution: int, side: Side, price: int, lots: int = 7) -> records.Venue:
    event = Filled(
        order_id=order, execution=execution, ts_us=0, row=0, side=side, price_ticks=price, lots=lots,
        cumulative_lots=lots, left_lots=0, maker=False, fee=0, queue_lots=0,
    )  # fmt: skip
    return records.Venue(name="", event=msgspec.to_builtins(event), source="stream")


def guard(what: str, **facts: Any) -> records.Guard:  # noqa: ANN401 - of several types
    return records.Guard(what=what, rule="", explanation=what, facts=facts)


BOUGHT, SOLD = fill(ENTRY, 1, Side.LONG, 100), fill(STOP, 2, Side.SHORT, 103)
FLAT = guard("flat", wallet_usdt=1021.0)


def found(root: Path, *noted: records.Record) -> Verdict:
    with JournalWriter(root / "journal.db", durable=False) as journal:
        for record in (OPENED, STARTED, *noted):
            journal.append(record, 0)
    return compare(root / "journal.db", INSTRUMENT)


def test_a_good_run_has_nothing_wrong(tmp_path: Path) -> None:
    assert found(tmp_path, BUY, BOUGHT, STARTED, ANEW, SELL, SOLD, FLAT, ENDED) == Verdict()
    assert executions_of(tmp_path / "journal.db") == 2


@pytest.mark.parametrize(
    ("kind", "noted"),
    [
        ("doubled", (BUY, BUY, BOUGHT, SELL, SOLD, FLAT, ENDED)),
        ("doubled", (BUY, BOUGHT, fill(ENTRY, 3, Side.LONG, 100), fill(STOP, 2, Side.SHORT, 103, lots=14))),
        ("naked", (BUY, BOUGHT, SELL, SOLD, guard("not_flat"), FLAT, ENDED)),
        ("unbalanced", (BUY, BOUGHT, SELL, SOLD, guard("flat", wallet_usdt=1020.0), ENDED)),
        ("unbalanced", (BUY, BOUGHT, guard("flat", wallet_usdt=1000.0), ENDED)),
        ("lost", (BUY, BOUGHT, SELL, SOLD, FLAT)),
        ("lost", (BUY, BOUGHT, STARTED, STARTED, ANEW, SELL, SOLD, FLAT, ENDED)),
    ],
)
def test_what_is_wrong_is_found(kind: str, noted: tuple[records.Record, ...], tmp_path: Path) -> None:
    assert getattr(found(tmp_path, *noted), kind)

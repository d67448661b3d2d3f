"""The chaos finds what it looks for: each of its four counts fires at a fault that was planted, and at no other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import msgspec
import pytest

from benches.chaos.books import BARE_S, Verdict, compare
from benches.chaos.exchange import Eye, Seen
from psky.domain.side import Side
from psky.engine.codes import OrderKind
from psky.engine.messages import Filled, OrderType, Place, order_id
from psky.live.exchange.states import number_of_execution
from psky.live.journal import records
from psky.live.journal.writer import JournalWriter

ENTRY, STOP = order_id(3, 0), order_id(3, 1)
EXECUTIONS = ("in", "out")
Noted = list[records.Record]


def place(order: int, name: str, kind: OrderKind, lots: int = 7) -> records.Command:
    said = Place(
        order_id=order,
        name=name,
        kind=kind,
        side=Side.LONG,
        type=OrderType.MARKET,
        price_ticks=0,
        lots=lots,
        armed=False,
    )
    return records.Command(
        name=name, op="place", version=0, sent_us=0, armed=False, command=msgspec.to_builtins(said), origin="trader"
    )


def fill(order: int, name: str, execution: str) -> records.Venue:
    event = Filled(
        order_id=order, execution=number_of_execution(execution), ts_us=0, row=0, side=Side.LONG, price_ticks=9, lots=7,
        cumulative_lots=7, left_lots=0, maker=False, fee=0, queue_lots=0,
    )  # fmt: skip
    return records.Venue(name=name, event=msgspec.to_builtins(event), source="stream")


def good() -> tuple[Noted, Seen]:
    """Return a run with one trade, in which all is as it should be."""
    noted: Noted = [
        place(ENTRY, "psky-a-3-0", OrderKind.ENTRY),
        fill(ENTRY, "psky-a-3-0", EXECUTIONS[0]),
        place(STOP, "psky-a-3-1", OrderKind.STOP),
        fill(STOP, "psky-a-3-1", EXECUTIONS[1]),
        records.Guard(what="flat", rule="", explanation="", facts={"wallet_usdt": 1000.5}),
        records.Ended(reason="asked to stop", lots=0),
    ]
    seen = Seen(
        state={"wallet": "1000.5", "net_lots": 0, "orders": []},
        executions=[{"execId": one, "execType": "Trade", "orderLinkId": "", "execQty": "7"} for one in EXECUTIONS],
        names=["psky-a-3-0", "psky-a-3-1", ""],
        most_lots=7,
        bare_s=BARE_S / 2,
    )
    return noted, seen


def found(noted: Noted, seen: Seen, root: Path) -> Verdict:
    with JournalWriter(root / "journal.db", durable=False) as journal:
        for record in noted:
            journal.append(record, 0)
    return compare(root / "journal.db", seen)


def twice_at_the_exchange(_noted: Noted, seen: Seen) -> None:
    seen.names.append("psky-a-3-0")


def entered_twice(noted: Noted, seen: Seen) -> None:
    noted.insert(1, place(ENTRY + 4, "psky-a-3-4", OrderKind.ENTRY))
    seen.names.append("psky-a-3-4")


def two_positions(_noted: Noted, seen: Seen) -> None:
    seen.most_lots = 14


def without_a_stop(_noted: Noted, seen: Seen) -> None:
    seen.bare_s = BARE_S + 0.01


def a_fill_that_nobody_noted(noted: Noted, _seen: Seen) -> None:
    del noted[1]


def a_fill_that_never_was(_noted: Noted, seen: Seen) -> None:
    del seen.executions[0]


def a_fill_noted_twice(noted: Noted, _seen: Seen) -> None:
    noted.insert(2, copy.copy(noted[1]))


def another_wallet(_noted: Noted, seen: Seen) -> None:
    seen.state["wallet"] = "1000.4"


def no_end(noted: Noted, _seen: Seen) -> None:
    noted.pop()


def a_position_is_left(_noted: Noted, seen: Seen) -> None:
    seen.state["net_lots"] = 7


def an_order_that_nobody_noted(_noted: Noted, seen: Seen) -> None:
    seen.names.append("psky-a-9-0")


PLANTED: dict[str, tuple[Callable[[Noted, Seen], None], ...]] = {
    "doubled": (twice_at_the_exchange, entered_twice, two_positions),
    "naked": (without_a_stop,),
    "unbalanced": (a_fill_that_nobody_noted, a_fill_that_never_was, a_fill_noted_twice, another_wallet),
    "lost": (no_end, a_position_is_left, an_order_that_nobody_noted),
}


def test_a_good_run_is_good(tmp_path: Path) -> None:
    assert found(*good(), tmp_path) == Verdict()


@pytest.mark.parametrize(("kind", "plant"), [(kind, plant) for kind, plants in PLANTED.items() for plant in plants])
def test_a_planted_fault_is_counted_where_it_belongs(
    kind: str, plant: Callable[[Noted, Seen], None], tmp_path: Path
) -> None:
    noted, seen = good()
    plant(noted, seen)
    verdict = found(noted, seen, tmp_path)
    assert [name for name in PLANTED if getattr(verdict, name)] == [kind]


def test_a_damaged_journal_is_lost(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"nothing" * 100)
    assert compare(tmp_path / "journal.db", good()[1]).lost


def test_the_eye_sees_how_large_a_position_was_and_how_long_it_was_bare() -> None:
    eye, exchange, stop = Eye(), Mock(), Mock(stop_order_type="StopLoss")
    for now_s, lots, orders in ((10.0, 0, []), (11.0, -7, []), (12.5, -7, []), (13.0, -7, [stop]), (14.0, -5, [])):
        exchange.account.net_lots.return_value = lots
        exchange.book.open.return_value = orders
        eye.look(exchange, now_s)
    assert (eye.most_lots, eye.bare_s) == (7, 1.5)

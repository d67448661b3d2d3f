"""The kill switch under each fault: the account is flat within the stated time, or the session says loudly that not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from benches.chaos.scene import SYMBOL, UNHURRIED, Scene, make_scene
from psky.errors import NotFlat
from psky.live.folder import find_session, live_root
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.limits import LiveLimits
from psky.live.session import Session
from psky.live.start import started
from psky.simulator.faults import Fault, FaultPlan
from psky.simulator.server import Running
from tests.commands import until
from tests.sims import WIDE, journal_of, plan_of, simulated

FLAT_WITHIN_S = 10.0
LIMITS = structs.replace(WIDE, flat_within_s=FLAT_WITHIN_S)
FAULTS = {
    "none": (),
    "lost answers": (Fault(kind="lost_answer", on="rest", share=0.5, path="/v5/order/"),),
    "lost requests": (Fault(kind="lost_request", on="rest", share=0.5, path="/v5/order/"),),
    "server errors": (Fault(kind="ret_code", on="rest", share=0.5, code=10016),),
    "too many visits": (Fault(kind="ret_code", on="rest", share=0.5, code=10006),),
    "bad gateway": (Fault(kind="http", on="rest", share=0.5, status=502),),
    "private silence": (Fault(kind="drop", on="private"),),
    "public silence": (Fault(kind="drop", on="public"),),
    "repetitions": (Fault(kind="duplicate", on="private"), Fault(kind="reorder", on="private", share=0.5)),
    "restart": (Fault(kind="restart", on="rest", count=1, seconds=1.0),),
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene("taker")


@contextmanager
def _session(scene: Scene, root: Path, limits: LiveLimits) -> Iterator[tuple[Running, Session]]:
    tape, trades, spec = scene.tape, scene.trades, scene.spec
    with (
        simulated(tape, trades, spec, scene.start_us, pace="free", speed=UNHURRIED) as exchange,
        started(plan_of(exchange, tape, trades, spec, scene.bundle, paced=False, limits=limits), root) as session,
    ):
        yield exchange, session


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_the_kill_switch_leaves_nothing(fault: str, scene: Scene, tmp_path: Path) -> None:
    with _session(scene, tmp_path, LIMITS) as (exchange, session):
        over = threading.Event()
        trader = threading.Thread(target=lambda: session.run(over.is_set))
        trader.start()
        until(lambda: exchange.site.exchange.account.net_lots() != 0, "a position")
        exchange.site.faults.use(FaultPlan(faults=FAULTS[fault]))
        pulled_s = time.monotonic()
        find_session(live_root(tmp_path, SYMBOL), None).ask("kill")
        until(
            lambda: session.mode == "tripped" and session.desk.orders.lots == 0 and not session.desk.orders.open,
            "a flat account without orders",
        )
        took_s = time.monotonic() - pulled_s
        lots, orders = exchange.site.exchange.account.net_lots(), exchange.site.exchange.book.open()
        over.set()
        exchange.site.faults.use(FaultPlan())
        trader.join(30)
    assert (lots, orders) == (0, [])
    assert took_s < FLAT_WITHIN_S + 10  # a request under way is given its time
    with JournalReader(journal_of(tmp_path, SYMBOL)) as reader:
        reader.verify()
        steps = [row.record.what for row in reader.rows(records.Guard) if isinstance(row.record, records.Guard)]
    assert steps[0] == "trip"
    assert "flat" in steps


@pytest.mark.slow
def test_it_says_loudly_that_the_account_is_not_flat(scene: Scene, tmp_path: Path) -> None:
    with _session(scene, tmp_path, structs.replace(WIDE, flat_within_s=2.0)) as (exchange, session):
        raised: list[NotFlat] = []

        def trade() -> None:
            try:
                session.run(lambda: session.mode == "tripped")
            except NotFlat as error:
                raised.append(error)

        trader = threading.Thread(target=trade)
        trader.start()
        until(lambda: exchange.site.exchange.account.net_lots() != 0, "a position")
        exchange.site.faults.use(FaultPlan(faults=(Fault(kind="http", on="rest", status=502),)))
        find_session(live_root(tmp_path, SYMBOL), None).ask("kill")
        trader.join(60)
    assert "MAY NOT BE FLAT" in str(raised[0])
    with JournalReader(journal_of(tmp_path, SYMBOL)) as reader:
        steps = [row.record.what for row in reader.rows(records.Guard) if isinstance(row.record, records.Guard)]
    assert "not_flat" in steps

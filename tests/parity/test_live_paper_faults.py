"""Paper sessions as time goes by: what the feed loses is told, nothing comes twice, and nothing stays open."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from benches.chaos.scene import SYMBOL, Scene, make_scene
from psky.app.live_venue import at_venue
from psky.domain.time import SECOND_US
from psky.engine.messages import BILLION, Filled
from psky.errors import ExchangeError
from psky.live.audit import audit_inputs
from psky.live.carried import carried
from psky.live.environments import environment
from psky.live.feed import public
from psky.live.folder import SessionFolder, find_session, live_root
from psky.live.guard import Rule
from psky.live.journal import records
from psky.live.journal.reader import JournalReader, Row
from psky.live.limits import LiveLimits
from psky.live.recorded import brain_as_it_began
from psky.live.recovery import event_of
from psky.live.session import Session
from psky.live.start import Plan, started
from psky.live.translate import FUNDING
from psky.simulator.faults import Fault, FaultPlan
from psky.simulator.server import Running
from tests.commands import until
from tests.sims import WIDE, plan_of, simulated

BALANCE = 1_000_000.0
SPEED = 150.0
"""Seconds of the market a second: slow enough that stops are sent before the price is beyond the exchange's own."""
LIMITS = structs.replace(WIDE, stale_public_s=4.0, flat_within_s=10.0)
OFTEN = 20
FAULTS = {
    "none": (),
    "repetitions": (Fault(kind="duplicate", on="public", share=0.3, path="publicTrade"),),
    "cuts": (Fault(kind="cut", on="public", share=0.05, count=3),),
    "a hole": (
        Fault(kind="cut", on="public", count=1),
        Fault(kind="http", on="rest", status=502, path="/v5/market/recent-trade", count=1),
    ),
    "silence": (Fault(kind="silent", on="public", count=1, seconds=600.0),),
    "restart": (Fault(kind="restart", on="public", count=1, seconds=1.0),),
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene("taker")


class KilledError(Exception):
    """The process of a session ends here."""


@dataclass
class Run:
    """A session on a paper account in a thread of its own."""

    session: Session
    address: str
    over: threading.Event
    root: Path

    @property
    def folder(self) -> SessionFolder:
        return find_session(live_root(self.root, SYMBOL), None)

    def state(self) -> dict[str, Any]:
        """Return what the venue says of the account."""
        with urllib.request.urlopen(f"{self.address}/sim/state", timeout=10) as answer:  # noqa: S310 - loopback
            found: dict[str, Any] = json.load(answer)
        return found


@contextmanager
def market(scene: Scene) -> Iterator[Running]:
    with simulated(scene.tape, scene.trades, scene.spec, scene.start_us, pace="free", speed=SPEED) as running:
        yield running


def plan(scene: Scene, heard: Running, limits: LiveLimits) -> Plan:
    return plan_of(
        heard,
        scene.tape,
        scene.trades,
        scene.spec,
        scene.bundle,
        environment=environment("paper", heard.url),
        history=scene.trades.take(scene.trades.ts_us < scene.start_us),
        paced=False,
        limits=limits,
    )


@contextmanager
def trading(scene: Scene, heard: Running, root: Path, limits: LiveLimits = LIMITS) -> Iterator[Run]:
    """Let a session trade for the length of the block, then leave the market."""
    raised: list[BaseException] = []
    with (
        at_venue(plan(scene, heard, limits), live_root(root, SYMBOL), BALANCE) as ready,
        started(ready, root) as session,
    ):
        run = Run(session, ready.environment.address or "", threading.Event(), root)

        def trade() -> None:
            try:
                session.run(run.over.is_set)
            except BaseException as error:  # noqa: BLE001 - told below
                raised.append(error)

        thread = threading.Thread(target=trade)
        thread.start()
        try:
            yield run
        finally:
            run.over.set()
            thread.join(60)
    assert raised == []


def have_happened(heard: Running) -> bool:
    """Return whether each fault was met as often as it is to be, or often where nobody says."""
    faults = heard.site.faults
    return all(met >= (fault.count or OFTEN) for met, fault in zip(faults.counts, faults.plan.faults, strict=True))


def rows_of(folder: SessionFolder) -> list[Row]:
    with JournalReader(folder.journal) as reader:
        reader.verify()
        return list(reader.rows())


def kinds_of(rows: list[Row], kind: type[records.Record]) -> list[Any]:
    return [row.record for row in rows if isinstance(row.record, kind)]


def check_audit(scene: Scene, folder: SessionFolder) -> None:
    """Expect that everything in a journal follows from what it says was heard."""
    rows = rows_of(folder)
    began = brain_as_it_began(
        rows, scene.trades, scene.bundle, scene.spec, scene.tape.instrument, kinds_of(rows, records.Opened)[0].prefix
    )
    audit = audit_inputs(rows, began, scene.tape.instrument)
    assert audit.differences == ()
    assert audit.verdicts > 0


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_no_print_comes_twice_and_none_is_missing_untold(fault: str, scene: Scene, tmp_path: Path) -> None:
    with market(scene) as heard, trading(scene, heard, tmp_path) as run:
        until(lambda: run.session.desk.orders.lots != 0, "a position")
        heard.site.faults.use(FaultPlan(seed=3, faults=FAULTS[fault]))
        until(lambda: have_happened(heard), "all that was to go wrong")
        heard.site.faults.use(FaultPlan())
        later_us = run.session.desk.brain.now_us + 300 * SECOND_US
        until(lambda: (run.session.ears.public.feed.last_us or 0) > later_us, "trades to come again")
        folder = run.folder
    rows = rows_of(folder)
    told = [seq for trades in kinds_of(rows, records.Trades) for seq in trades.feed_seq]
    gaps = [gap for gap in kinds_of(rows, records.Gap) if not gap.filled]
    assert len(told) > 50
    assert all(before < after for before, after in pairwise(told))
    holes = [row for before, after in pairwise(told) for row in range(before + 1, after)]
    for row in holes:
        # As the exchange tells time, in milliseconds.
        missing_us = int(scene.trades.ts_us[row]) // 1000 * 1000
        assert any(gap.start_us <= missing_us <= gap.end_us for gap in gaps), (row, missing_us, gaps)
    assert (fault in {"none", "repetitions"}) == (not holes)
    check_audit(scene, folder)


@pytest.mark.slow
def test_a_stale_feed_trips_the_guard_and_the_account_is_flat(scene: Scene, tmp_path: Path) -> None:
    with market(scene) as heard, trading(scene, heard, tmp_path) as run:
        until(lambda: run.session.desk.orders.lots != 0, "a position")
        heard.site.faults.use(FaultPlan(faults=(Fault(kind="drop", on="public"), Fault(kind="http", on="rest"))))
        until(lambda: run.session.desk.guard.tripped is not None, "a trip")
        assert run.session.desk.guard.tripped is not None
        assert run.session.desk.guard.tripped.rule is Rule.STALE_PUBLIC
        heard.site.faults.use(FaultPlan())  # without a print nothing fills, not even what closes
        until(lambda: run.state()["net_lots"] == 0 and run.session.desk.orders.lots == 0, "a flat account")
        folder = run.folder
    steps = [step.what for step in kinds_of(rows_of(folder), records.Guard)]
    assert steps[0] == "trip"
    assert "flat" in steps


@pytest.mark.slow
def test_the_kill_switch_leaves_nothing_on_paper(scene: Scene, tmp_path: Path) -> None:
    with market(scene) as heard, trading(scene, heard, tmp_path) as run:
        until(lambda: run.state()["net_lots"] != 0, "a position")
        run.folder.ask("kill")
        until(lambda: run.session.mode == "tripped" and not run.session.desk.orders.open, "a trip, and no order")
        state, folder = run.state(), run.folder
    assert (state["net_lots"], state["orders"]) == (0, [])
    (flat,) = [one for one in kinds_of(rows_of(folder), records.Guard) if one.what == "flat"][:1]
    assert flat.facts["wallet_usdt"] == pytest.approx(float(state["wallet"]))
    check_audit(scene, folder)


@pytest.mark.slow
def test_a_position_outlives_its_process_and_is_closed_by_the_next(scene: Scene, tmp_path: Path) -> None:
    root = live_root(tmp_path, SYMBOL)
    with market(scene) as heard:
        _die_with_a_position(scene, heard, tmp_path)
        folder = find_session(root, None)
        with JournalReader(folder.journal) as reader:
            left = carried(reader, scene.tape.instrument)
        assert left.lots != 0
        with trading(scene, heard, tmp_path) as run:
            until(lambda: run.session.desk.orders.lots == 0, "the end of the position")
    rows = rows_of(folder)
    (gap,) = [gap for gap in kinds_of(rows, records.Gap) if gap.feed == "venue"]
    assert f"{left.lots:+,} lots" in gap.reason
    assert gap.end_us > gap.start_us
    after = [row.record for row in rows[[row.record for row in rows].index(gap) :]]
    outcomes = [one.record for one in after if isinstance(one, records.Outcome)]
    closed = next(one for one in outcomes if one["message"] == "Trade")
    assert closed["lots"] == abs(left.lots)  # by the trader, in good order
    assert not [
        one for one in kinds_of(rows, records.Guard) if one.rule == Rule.DISAGREEMENT and "knows of" in one.explanation
    ]
    assert kinds_of(rows, records.Ended)[0].lots == 0
    assert _wallet_by_fills(rows, scene) == pytest.approx(kinds_of(rows, records.Guard)[-1].facts["wallet_usdt"])
    check_audit(scene, folder)


@pytest.mark.slow
def test_orders_that_rested_are_gone_with_their_process(tmp_path: Path) -> None:
    scene = make_scene("maker")
    with market(scene) as heard:
        _die(scene, heard, tmp_path, lambda session: bool(session.desk.orders.open) and not session.desk.orders.lots)
        with trading(scene, heard, tmp_path) as run:
            until(lambda: run.session.desk.orders.lots != 0, "a position")
            folder = run.folder
    rows = rows_of(folder)
    told = [gap for gap in kinds_of(rows, records.Gap) if gap.feed == "venue"]
    assert ["no position" in gap.reason for gap in told] == [True]
    looked_up = [one for one in kinds_of(rows, records.Venue) if one.source in {"lookup", "recovery"}]
    assert any(one.event["message"] == "Rejected" for one in looked_up)
    assert _wallet_by_fills(rows, scene) == pytest.approx(kinds_of(rows, records.Guard)[-1].facts["wallet_usdt"])
    check_audit(scene, folder)


def _die_with_a_position(scene: Scene, heard: Running, root: Path) -> None:
    _die(scene, heard, root, lambda session: session.desk.orders.lots != 0)


def _die(scene: Scene, heard: Running, root: Path, when: Callable[[Session], bool]) -> None:
    """Let a session and its venue end where they stand."""

    def live() -> None:
        with (
            at_venue(plan(scene, heard, LIMITS), live_root(root, SYMBOL), BALANCE) as ready,
            started(ready, root) as session,
        ):
            session.run(lambda: _killed(when(session)))

    with pytest.raises(KilledError):
        live()


def _killed(now: bool) -> bool:
    if now:
        raise KilledError
    return False


def _wallet_by_fills(rows: list[Row], scene: Scene) -> float:
    """Return what a wallet holds once all is closed: the sum of what was paid and got."""
    unit = float(scene.tape.instrument.tick * scene.tape.instrument.lot)
    events = [event_of(heard) for heard in kinds_of(rows, records.Venue)]
    fills = [event for event in events if isinstance(event, Filled)]
    booked = kinds_of(rows, records.Booked)
    paid = sum(event.side * event.lots * event.price_ticks * unit + event.fee / BILLION * unit for event in fills)
    paid += sum(one.lots * one.price_ticks * unit - float(one.amount_usdt) for one in booked if one.what != FUNDING)
    paid -= sum(float(one.amount_usdt) for one in booked if one.what == FUNDING)
    return BALANCE - float(paid)


def test_a_clock_that_is_off_refuses_a_start_and_trips_the_guard(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "CLOCK_S", 0.1)
    limits = structs.replace(LIMITS, max_skew_ms=2_000, reconcile_s=0.2)
    with market(scene) as heard:
        heard.site.faults.use(FaultPlan(skew_ms=4_000))
        with pytest.raises(ExchangeError, match="our clock"), trading(scene, heard, tmp_path, limits):
            pass
        heard.site.faults.use(FaultPlan())
        with trading(scene, heard, tmp_path, limits) as run:
            heard.site.faults.use(FaultPlan(skew_ms=4_000))
            until(lambda: run.session.mode == "tripped", "a trip")
            tripped = run.session.desk.guard.tripped
    assert tripped is not None
    assert tripped.rule is Rule.CLOCK

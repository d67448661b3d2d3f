"""What a session knows after its process died: the price, and what losses are counted from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import structs

from benches.chaos.scene import SYMBOL, UNHURRIED, Scene, make_scene
from benches.chaos.tally import Tally
from psky.app.live_arming import arm
from psky.app.live_leaving import flatten_dead
from psky.app.workspace import Workspace
from psky.errors import NotArmed
from psky.live.carried import Carried, follow
from psky.live.exchange.states import number_of_execution
from psky.live.flatten import get_flat
from psky.live.folder import SessionFolder, find_session, live_root
from psky.live.guard import Rule
from psky.live.journal import records
from psky.live.journal.reader import JournalReader
from psky.live.latch import tripped
from psky.live.limits import LiveLimits
from psky.live.session import Session
from psky.live.start import started
from psky.live.status import COUNTED
from psky.simulator.server import Running
from tests.sims import WIDE, plan_of, simulated


class DiedError(Exception):
    """The process is gone."""


@pytest.fixture(scope="module")
def scene() -> Scene:
    return make_scene("taker")


@pytest.fixture
def exchange(scene: Scene) -> Iterator[Running]:
    with simulated(scene.tape, scene.trades, scene.spec, scene.start_us, pace="free", speed=UNHURRIED) as running:
        yield running


@contextmanager
def _session(scene: Scene, exchange: Running, root: Path, limits: LiveLimits = WIDE) -> Iterator[Session]:
    plan = plan_of(exchange, scene.tape, scene.trades, scene.spec, scene.bundle, paced=False, limits=limits)
    with started(plan, root) as session:
        yield session


def _die_when(session: Session, holds: Callable[[], bool]) -> None:
    def stopped() -> bool:
        if holds():
            raise DiedError
        return False

    with pytest.raises(DiedError):
        session.run(stopped)


def test_a_position_is_worth_what_it_was_before_the_first_trade_comes(
    scene: Scene, exchange: Running, tmp_path: Path
) -> None:
    with _session(scene, exchange, tmp_path) as session:
        _die_when(session, lambda: session.desk.orders.lots != 0)
        qty = session.desk.rules.qty_of(abs(session.desk.orders.lots))
    with _session(scene, exchange, tmp_path) as session:
        held = float(session.desk.rules.price_of(session.desk.last_ticks) * qty)
        assert held > 0
        assert abs(session.watch.equity_usdt - session.watch.base_usdt) < held / 10


def test_who_arms_a_session_that_no_process_runs_has_it_count_losses_anew(
    scene: Scene, exchange: Running, tmp_path: Path
) -> None:
    with _session(scene, exchange, tmp_path) as session:
        session.desk.pull(Rule.DRAWDOWN, "as if it had lost")
        _die_when(session, lambda: session.mode == "tripped" and session.desk.guard.memory()["peak_usdt"] is not None)
        session.desk.journal.show(COUNTED, session.desk.guard.memory())
    find_session(live_root(tmp_path, SYMBOL), None).ask("arm")
    with _session(scene, exchange, tmp_path) as session:
        assert session.desk.guard.memory()["peak_usdt"] is None


def test_a_position_that_was_closed_elsewhere_does_not_have_losses_counted_anew(
    scene: Scene, exchange: Running, tmp_path: Path
) -> None:
    with _session(scene, exchange, tmp_path) as session:
        _die_when(session, lambda: session.desk.orders.lots != 0 and session.desk.guard.memory()["day"] is not None)
        session.desk.journal.show(COUNTED, session.desk.guard.memory() | {"peak_usdt": 7.0})
        names = iter(f"elsewhere-{number}" for number in range(9))
        get_flat(
            session.desk.venue,
            lambda: next(names),
            within_s=10.0,
            now_s=lambda: 0.0,
            sleep=session.ways.sleep,
            on_step=lambda _step: None,
        )
    with _session(scene, exchange, tmp_path, structs.replace(WIDE, on_unknown="flatten")) as session:
        assert session.desk.orders.lots == 0
        assert session.desk.guard.memory()["peak_usdt"] == 7.0


def test_what_a_kill_without_a_session_closed_is_in_its_journal(
    scene: Scene, exchange: Running, tmp_path: Path
) -> None:
    root = live_root(tmp_path, SYMBOL)
    with _session(scene, exchange, tmp_path) as session:
        _die_when(session, lambda: session.desk.orders.lots != 0)
    flatten_dead(Workspace(model_root=tmp_path), SYMBOL, WIDE, address=exchange.url, latch=True)
    folder = find_session(root, None)
    account = exchange.site.exchange.account
    assert account.net_lots() == 0
    _check_books(folder, scene, exchange)

    with (
        pytest.raises(NotArmed, match=f"psky live arm {SYMBOL} --session {folder.name}"),
        _session(scene, exchange, tmp_path),
    ):
        pass
    folder.ask("arm")
    with _session(scene, exchange, tmp_path) as session:
        assert session.ways.folder == folder
        assert session.desk.guard.tripped is None
        session.run(lambda: True)
    _check_books(folder, scene, exchange)
    with JournalReader(folder.journal) as reader:
        trips = [row.record for row in reader.rows(records.Guard) if getattr(row.record, "what", "") == "trip"]
    assert len(trips) == 1


def _check_books(folder: SessionFolder, scene: Scene, exchange: Running) -> None:
    """Expect that a journal has each execution of the exchange once, and that they add up to what the account holds."""
    there, tally = exchange.site.exchange, Tally()
    unit = scene.tape.instrument.tick * scene.tape.instrument.lot
    with JournalReader(folder.journal) as reader:
        by_executions = Carried(wallet_usdt=Decimal(reader.opened().account_usdt))
        for row in reader.rows():
            tally.take(row.record)
            if not isinstance(row.record, records.Guard):  # which says what the exchange told, not how it came to be
                follow(by_executions, row, unit)
    assert tally.executions == Counter(number_of_execution(row["execId"]) for row in there.executions)
    assert by_executions.lots == 0
    assert float(by_executions.wallet_usdt) == pytest.approx(float(there.account.wallet), rel=1e-12)


def test_a_trip_outlasts_the_session_that_it_stopped(scene: Scene, exchange: Running, tmp_path: Path) -> None:
    with _session(scene, exchange, tmp_path) as session:

        def tripped_with_a_position() -> bool:
            if session.desk.orders.lots:
                session.desk.pull(Rule.DRAWDOWN, "as if it had lost")
            return session.mode == "tripped"

        session.run(tripped_with_a_position)
        first = session.ways.folder
    assert first.is_over()
    plan = plan_of(exchange, scene.tape, scene.trades, scene.spec, scene.bundle, paced=False)
    with (
        pytest.raises(NotArmed, match=f"as if it had lost.*psky live arm {SYMBOL} --session {first.name}"),
        started(plan, tmp_path),
    ):
        pass

    arm(Workspace(model_root=tmp_path), SYMBOL, SYMBOL, for_live=False)
    for _ in range(2):  # it was armed for good, not for one session
        with _session(scene, exchange, tmp_path) as session:
            assert session.ways.folder != first
            session.run(lambda: True)
            assert session.desk.executions == set()  # those of the session before are not its own
    with JournalReader(first.journal) as reader:
        reader.verify()
        assert tripped(reader) == ""

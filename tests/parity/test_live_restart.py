"""What a session knows after its process died: the price, and what losses are counted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from benches.chaos.scene import SYMBOL, UNHURRIED, Scene, make_scene
from psky.live.flatten import get_flat
from psky.live.folder import find_session, live_root
from psky.live.guard import Rule
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

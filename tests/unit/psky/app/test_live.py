"""Live sessions as the front ends use them: run, looked at, audited, killed, armed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from psky.app.data import load_tape, load_trades
from psky.app.live import run_live
from psky.app.live_arming import arm
from psky.app.live_check import audit_session, drift_session
from psky.app.live_leaving import ask_session, flatten_dead
from psky.app.live_plan import LiveRequest
from psky.app.live_sessions import list_sessions, verify_session, view_session
from psky.app.plans.live import plan_live
from psky.app.train import run_training
from psky.app.workspace import Workspace
from psky.errors import ExchangeError, LiveError, ModelError, NotArmed, UsageError
from psky.live.environments import environment
from psky.live.flatten import Step
from psky.live.folder import find_session, live_root
from psky.simulator.config import KeyFacts
from psky.simulator.server import Running
from psky.spec.spec import Spec
from psky.tuning.summary import read_summary
from tests import house
from tests.sims import WIDE, simulated

TRIAL = 0


@dataclass(frozen=True)
class Place:
    workspace: Workspace
    exchange: Running
    spec: Spec

    def request(self, **changes: object) -> LiveRequest:
        values: dict[str, object] = {
            "symbol": house.SYMBOL,
            "study": "first",
            "trial": TRIAL,
            "environment": "sim",
            "address": self.exchange.url,
            "paced": True,
        }
        return LiveRequest(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(tuned: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trained") / "house"
    shutil.copytree(tuned, root)
    run_training(house.workspace(root), house.SYMBOL, "first", TRIAL)
    return root


@pytest.fixture
def place(trained: Path, tmp_path: Path) -> Iterator[Place]:
    workspace = house.workspace(Path(shutil.copytree(trained, tmp_path / "house")))
    spec = read_summary(workspace.study_dir(house.SYMBOL, "first"), TRIAL).strategy
    tape, stored = load_tape(workspace, house.SYMBOL), load_trades(workspace, house.SYMBOL)
    with simulated(tape, stored.trades, spec, int(stored.trades.ts_us[55_000])) as exchange:
        yield Place(workspace=workspace, exchange=exchange, spec=spec)


def test_a_session_ends_with_a_clean_audit_and_no_drift(place: Place) -> None:
    view = run_live(place.workspace, place.request(), WIDE, stopped=lambda: False)
    assert (view.ended, view.running, view.tripped) == ("the market ended", False, "")
    assert view.status["lots"] == 0
    assert list_sessions(place.workspace, house.SYMBOL) == [view.session]
    assert verify_session(place.workspace, house.SYMBOL)[0] > 100

    audited = audit_session(place.workspace, house.SYMBOL)
    assert audited.audit.verdicts > 10
    assert audited.differences == ()
    drifted = drift_session(place.workspace, house.SYMBOL)
    assert drifted.drift.drifted == ()
    assert drifted.session_digest == drifted.backtest_digest


def test_a_dead_session_is_killed_through_the_exchange_and_needs_arm(place: Place) -> None:
    turns = iter(range(1_000_000))
    with pytest.raises(KeyboardInterrupt):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: _interrupted(next(turns)))
    view = view_session(place.workspace, house.SYMBOL)
    assert (view.ended, view.running) == ("", False)

    with pytest.raises(UsageError, match="no process"):
        ask_session(place.workspace, house.SYMBOL, "kill", WIDE)
    arm(place.workspace, house.SYMBOL, house.SYMBOL, for_live=False)  # and is sorry
    flatten_dead(place.workspace, house.SYMBOL, WIDE, address=place.exchange.url, latch=True)
    with pytest.raises(NotArmed, match="psky live arm"):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: False)
    with pytest.raises(UsageError, match="typed out"):
        arm(place.workspace, house.SYMBOL, "DEMO", for_live=False)
    arm(place.workspace, house.SYMBOL, house.SYMBOL, for_live=False)
    again = run_live(place.workspace, place.request(), WIDE, stopped=lambda: False)
    assert (again.session, again.ended, again.tripped) == (view.session, "the market ended", "")
    assert audit_session(place.workspace, house.SYMBOL).differences == ()


def _interrupted(turn: int) -> bool:
    if turn > 300:
        raise KeyboardInterrupt
    return False


def test_two_processes_do_not_run_one_session(place: Place) -> None:
    turns = iter(range(1_000_000))
    with pytest.raises(KeyboardInterrupt):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: _interrupted(next(turns)))
    folder = find_session(live_root(place.workspace.model_root, house.SYMBOL), None)
    with folder.held(), pytest.raises(LiveError, match="found a process that runs it"):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: False)


@pytest.fixture
def market(place: Place) -> Iterator[Running]:
    tape, stored = load_tape(place.workspace, house.SYMBOL), load_trades(place.workspace, house.SYMBOL)
    start_us = int(stored.trades.ts_us[58_000])
    with simulated(tape, stored.trades, place.spec, start_us, pace="free", speed=2000.0) as running:
        yield running


def test_a_paper_session_has_its_own_venue_and_the_money_it_is_given(place: Place, market: Running) -> None:
    request = place.request(environment="paper", address=market.url, paced=False, balance_usdt=1234.5)
    view = run_live(place.workspace, request, WIDE, stopped=lambda: False)
    assert (view.environment, view.ended) == ("paper", "the market ended")
    folder = find_session(live_root(place.workspace.model_root, house.SYMBOL), None)
    assert (folder.opened().account_usdt, folder.opened().quote) == ("1234.5", "USDT")
    assert market.site.exchange.account.wallet == place.exchange.site.exchange.account.wallet  # nobody traded there
    assert len(market.site.exchange.executions) == 0
    assert audit_session(place.workspace, house.SYMBOL).differences == ()
    drift_session(place.workspace, house.SYMBOL)


def test_a_dead_paper_session_is_flattened_on_a_venue_that_goes_on_with_its_account(
    place: Place, market: Running
) -> None:
    request = place.request(environment="paper", address=market.url, paced=False)
    turns = iter(range(1_000_000))
    with pytest.raises(KeyboardInterrupt):
        run_live(place.workspace, request, WIDE, stopped=lambda: next(turns) > 5 and _interrupted(301))
    steps: list[Step] = []
    flatten_dead(place.workspace, house.SYMBOL, WIDE, address=market.url, end=True, on_step=steps.append)
    assert steps[-1].what == "flat"
    assert view_session(place.workspace, house.SYMBOL).ended == "ended by the operator"


def test_paper_moves_with_its_market(place: Place, market: Running) -> None:
    request = place.request(environment="paper", address=market.url)
    with pytest.raises(UsageError, match="expected a paced session at a simulator"):
        run_live(place.workspace, request, WIDE, stopped=lambda: False)


def test_real_money_must_be_armed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSKY_LIVE_KEY", "none")
    monkeypatch.setenv("PSKY_LIVE_SECRET", "none")
    request = place.request(environment="live", address=None, paced=False)
    with pytest.raises(NotArmed, match="--env live"):
        run_live(place.workspace, request, WIDE, stopped=lambda: False)


def test_a_session_that_is_open_elsewhere_arms_no_real_money(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSKY_LIVE_KEY", "none")
    monkeypatch.setenv("PSKY_LIVE_SECRET", "none")
    turns = iter(range(1_000_000))
    with pytest.raises(KeyboardInterrupt):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: _interrupted(next(turns)))
    request = place.request(environment="live", address=None, paced=False)

    with pytest.raises(NotArmed, match="--env live"):
        run_live(place.workspace, request, WIDE, stopped=lambda: False)


def test_arming_lasts_until_a_session_is_started_and_for_that_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PSKY_LIVE_KEY", "none")
    monkeypatch.setenv("PSKY_LIVE_SECRET", "none")
    real = environment("live")
    monkeypatch.setattr(
        "psky.app.live_plan.environment", lambda _name, _address: replace(real, address="http://[::1]:9")
    )
    request = place.request(environment="live", address=None, paced=False)
    arm(place.workspace, house.SYMBOL, house.SYMBOL, for_live=True)

    plan = plan_live(place.workspace, request, WIDE)
    assert (plan.real_money, plan.goes_on) == (True, None)
    assert plan_live(place.workspace, request, WIDE) == plan
    with pytest.raises(ExchangeError):
        run_live(place.workspace, request, WIDE, stopped=lambda: False)
    with pytest.raises(NotArmed, match="--env live"):
        plan_live(place.workspace, request, WIDE)


def test_a_plan_names_the_session_that_would_be_gone_on_with(place: Place) -> None:
    assert plan_live(place.workspace, place.request(), WIDE).goes_on is None
    turns = iter(range(1_000_000))
    with pytest.raises(KeyboardInterrupt):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: _interrupted(next(turns)))
    session = view_session(place.workspace, house.SYMBOL).session

    assert plan_live(place.workspace, place.request(), WIDE).goes_on == session


def test_a_model_of_another_spec_is_refused(place: Place) -> None:
    folder = place.workspace.study_dir(house.SYMBOL, "first")
    (folder / f"model_{TRIAL}" / "bundle.json").rename(folder / "bundle.json")
    with pytest.raises(ModelError):
        run_live(place.workspace, place.request(), WIDE, stopped=lambda: False)


@pytest.mark.parametrize(
    ("key", "words"), [(KeyFacts(withdraw=True), "cannot withdraw"), (KeyFacts(read_only=True), "read-only")]
)
def test_a_key_that_can_too_much_or_too_little_is_refused(key: KeyFacts, words: str, place: Place) -> None:
    tape, stored = load_tape(place.workspace, house.SYMBOL), load_trades(place.workspace, house.SYMBOL)
    with (
        simulated(tape, stored.trades, place.spec, 0, keys=key) as exchange,
        pytest.raises(LiveError, match=words),
    ):
        run_live(place.workspace, place.request(address=exchange.url), WIDE, stopped=lambda: False)


def test_without_a_session_it_says_so(place: Place) -> None:
    with pytest.raises(UsageError, match="expected a session of DEMOUSDT"):
        view_session(place.workspace, house.SYMBOL)

"""What a session may expect of an exchange behind the port: of a simulator, and of a paper account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from psky.app.paper import PaperAccount, new_account, paper_venue
from psky.domain.side import Side
from psky.engine.codes import OrderKind
from psky.engine.messages import Amend, Cancel, OrderType, Place
from psky.errors import ExchangeError
from psky.live.environments import Environment, at_address, environment
from psky.live.exchange.bybit import Bybit
from psky.live.exchange.port import Sending, Settled, Stage, VenuePort
from psky.live.exchange.rest import Rest
from psky.log import write_to
from tests import house
from tests.sims import KEYS, simulated

FAR = 1_000
"""Ticks that no order of the tape reaches."""
_NUMBERS = count(1)


@pytest.fixture(scope="module", params=["sim", "paper"])
def where(request: pytest.FixtureRequest) -> Iterator[Environment]:
    trades = house.columns()
    tape = house.tape_of(trades)
    start_us = int(trades.ts_us[30_000])
    with simulated(tape, trades, house.QUICK, start_us, pace="free", speed=600.0) as market, ExitStack() as stack:
        if request.param == "sim":
            yield environment("sim", market.url)
            return
        account = PaperAccount(
            feed=environment("paper", market.url),
            keys=KEYS,
            spec=house.QUICK,
            instrument=house.INSTRUMENT,
            history=trades,
            holds=new_account(1e9),
            stale_s=60.0,
        )
        yield at_address(account.feed, stack.enter_context(paper_venue(account)))


@pytest.fixture
def venue(where: Environment) -> VenuePort:
    return Bybit(Rest(where, KEYS), house.SYMBOL, lambda _name: 1)


def _place(kind: OrderKind, terms: OrderType, price_ticks: int = 0, side: Side = Side.LONG) -> Place:
    name = f"c-{next(_NUMBERS)}"
    return Place(
        order_id=1, name=name, kind=kind, side=side, type=terms, price_ticks=price_ticks, lots=100, armed=False
    )


def _eventually(holds: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end_s


SENDING = Sending(sent_us=0)


def test_the_account_is_described(venue: VenuePort) -> None:
    account = venue.account()
    assert account.may_trade
    assert not account.may_withdraw
    assert account.one_way
    assert account.wallet_usdt > 0
    assert abs(account.clock.skew_us) < 1_000_000


def test_an_order_rests_is_amended_and_taken_back(venue: VenuePort) -> None:
    placed = _place(OrderKind.ENTRY, OrderType.LIMIT, FAR)
    assert venue.send(placed, SENDING).settled is Settled.ACCEPTED
    state = venue.look_up(placed.name)
    assert state is not None
    assert (state.stage, state.price_ticks, state.lots, state.side) == (Stage.OPEN, FAR, 100, 1)
    assert placed.name in [order.name for order in venue.open_orders()]

    amended = Amend(
        order_id=1, name=placed.name, type=OrderType.LIMIT, price_ticks=FAR + 1, lots=50, version=1, armed=False
    )
    assert venue.send(amended, SENDING).settled is Settled.ACCEPTED
    state = venue.look_up(placed.name)
    assert state is not None
    assert (state.price_ticks, state.lots) == (FAR + 1, 50)

    cancel = Cancel(order_id=1, name=placed.name, armed=False)
    assert venue.send(cancel, SENDING).settled is Settled.ACCEPTED
    _eventually(lambda: (found := venue.look_up(placed.name)) is not None and found.stage is Stage.CANCELLED)
    again = venue.send(cancel, SENDING)
    assert again.settled is Settled.FOUND
    assert again.state is not None
    assert again.state.stage is Stage.CANCELLED


def test_a_name_is_used_once(venue: VenuePort) -> None:
    placed = _place(OrderKind.ENTRY, OrderType.LIMIT, FAR)
    venue.send(placed, SENDING)
    again = venue.send(placed, SENDING)
    assert again.settled is Settled.FOUND
    assert [order.name for order in venue.open_orders()].count(placed.name) == 1
    venue.cancel_all()
    _eventually(lambda: not venue.open_orders())


def test_a_position_opens_with_its_disaster_stop_and_is_closed(venue: VenuePort) -> None:
    placed = _place(OrderKind.ENTRY, OrderType.MARKET)
    answer = venue.send(placed, Sending(sent_us=0, disaster_stop_ticks=FAR))
    assert answer.settled is Settled.ACCEPTED
    _eventually(lambda: venue.position().lots == 100)
    assert venue.position().stop_ticks == FAR
    assert venue.open_orders() == []  # the position's own stop goes with it and is no order of ours

    stop = _place(OrderKind.STOP, OrderType.STOP, FAR + 5, Side.SHORT)
    assert venue.send(stop, SENDING).settled is Settled.ACCEPTED
    (resting,) = venue.open_orders()
    assert (resting.price_ticks, resting.reduce_only) == (FAR + 5, True)

    assert venue.close("c-close", 100).settled is Settled.ACCEPTED
    _eventually(lambda: venue.position().lots == 0)
    fills = [one for one in venue.executions(0, 0) if one.name in {placed.name, "c-close"}]
    assert [one.fill.lots * one.fill.side for one in fills] == [100, -100]
    _eventually(lambda: not venue.open_orders())


def test_there_is_nothing_to_reduce_while_flat(venue: VenuePort) -> None:
    answer = venue.close("c-nothing", 100)
    assert (answer.settled, answer.code) == (Settled.REFUSED, 110017)


def test_nobody_knows_an_order_that_never_was(venue: VenuePort) -> None:
    assert venue.look_up("c-never") is None


def test_logs_keep_quiet_about_keys(
    where: Environment, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    write_to(tmp_path / "psky.log")
    with caplog.at_level("DEBUG"):
        rest = Rest(where, KEYS)
        venue = Bybit(rest, house.SYMBOL, lambda _name: 1)
        venue.send(_place(OrderKind.ENTRY, OrderType.LIMIT, FAR), SENDING)
        venue.close("c-log", 1)
        rest.post("/v5/order/create", {"category": "nonsense"})
        others = replace(KEYS, secret="another-secret")  # noqa: S106 - none
        wrong = Bybit(Rest(where, others), house.SYMBOL, lambda _name: 1)
        with pytest.raises(ExchangeError, match="sign") as refused:
            wrong.position()
    venue.cancel_all()
    log = tmp_path / "psky.log"
    said = str(refused.value) + caplog.text + "".join(capfd.readouterr()) + (log.read_text() if log.exists() else "")
    assert KEYS.secret not in said
    assert KEYS.key not in said

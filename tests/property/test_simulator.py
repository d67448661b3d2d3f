"""Whatever a client sends: the account's books are the venue's, and no order is open in one and over in the other."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from psky.domain.funding import Funding
from psky.engine.venue import venue_config
from psky.simulator.clock import HeldClock
from psky.simulator.config import SimConfig
from psky.simulator.errors import Refusal
from psky.simulator.exchange import Exchange
from psky.simulator.faults import FaultPlan, Faults
from psky.simulator.rest.gateway import handler
from psky.simulator.site import Site
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.sim_site import ABOUT, QUICK, SECOND_US, START_US, columns_of, sim_tape

PRINTS = 400
ACTIONS = ("create", "create", "create", "create", "amend", "cancel", "stop", "wait", "wait", "wait")


class Client:
    """Sends whatever comes to its mind."""

    def __init__(self, seed: int, *, hedged: bool, depth: str) -> None:
        self.random = random.Random(seed)  # noqa: S311 - draws that must repeat
        walk = np.cumsum(np.random.default_rng(seed).integers(-4, 5, PRINTS)) / 10
        stamps = START_US + np.arange(20, PRINTS, 50) * SECOND_US + 7
        funding = Funding(ts_us=stamps, rate=np.full(len(stamps), 0.001), mark=np.full(len(stamps), 100.0))
        tape = sim_tape(columns_of(list(100 + walk)), funding)
        spec = replace(Spec(), QUICK | {"venue.taker_depth": depth, "venue.leverage": 20.0, "costs.slippage_ticks": 1})
        self.clock = HeldClock(tape.start_us)
        config = SimConfig(pace="client", rate_limits=False, liquidates=True, leverage=Decimal(20))
        self.exchange = Exchange(tape, venue_config(spec, tape.instrument), config, self.clock)
        self.site = Site(self.exchange, Faults(FaultPlan()))
        self.hedged = hedged
        self.codes: list[int] = []
        if hedged:
            self.ask("position.switch_mode", {**ABOUT, "mode": 3})

    def ask(self, name: str, words: dict[str, Any]) -> None:
        try:
            handler(name)(self.site, words)
            self.codes.append(0)
        except Refusal as refused:
            self.codes.append(refused.code)

    def price(self, spread: int = 15) -> str:
        ticks = max(1, self.exchange.mark_ticks + self.random.randint(-spread, spread))
        return str(Decimal(ticks) / 10)

    def act(self) -> None:
        match self.random.choice(ACTIONS):
            case "create":
                self.ask("order.create", self.order())
            case "amend":
                words = {"price": self.price(), "qty": str(self.random.randint(1, 12))}
                self.ask("order.amend", {**ABOUT, **self.name(), **words})
            case "cancel":
                self.ask("order.cancel", {**ABOUT, **self.name()})
            case "stop":
                words = {"stopLoss": self.price(), "takeProfit": self.price(), **self.index()}
                self.ask("position.trading_stop", {**ABOUT, **words})
            case _:
                self.wait()

    def name(self) -> dict[str, str]:
        orders = self.exchange.book.open()
        return {"orderId": self.random.choice(orders).order_id if orders else "none"}

    def index(self) -> dict[str, Any]:
        return {"positionIdx": self.random.choice((1, 2)) if self.hedged else 0}

    def order(self) -> dict[str, Any]:
        pick = self.random.choice
        words: dict[str, Any] = {
            **ABOUT,
            **self.index(),
            "side": pick(("Buy", "Sell")),
            "orderType": pick(("Limit", "Limit", "Market")),
            "qty": str(self.random.randint(1, 12)),
            "price": self.price(),
            "timeInForce": pick(("GTC", "PostOnly", "IOC", "FOK")),
            "reduceOnly": self.random.random() < 0.4,
        }
        if self.random.random() < 0.3:
            words |= {"triggerPrice": self.price(), "triggerDirection": pick((1, 2))}
        if self.random.random() < 0.3:
            words |= {"stopLoss": self.price(30), "tpslMode": pick(("Full", "Partial"))}
        if self.random.random() < 0.1:
            words |= {"qty": "0", "closeOnTrigger": True, "orderType": "Market"}
        return words

    def wait(self) -> None:
        until_us = self.clock.now_us() + self.random.randint(1, 4 * SECOND_US)
        while (now_us := self.exchange.step(until_us)) is not None:
            self.clock.set(now_us)
            self.check()
        self.clock.set(until_us)

    def check(self) -> None:
        exchange, account = self.exchange, self.exchange.account
        standing = {order.order_id: order for order in exchange.venue.orders()}
        ours = {order.venue_id: order for order in exchange.book.open()}
        assert standing.keys() == ours.keys()
        assert all(standing[name].filled_lots == ours[name].filled for name in standing)
        for index, position in account.positions.items():
            held = exchange.venue.holding(index)
            assert (position.side, position.lots) == ((held.side, held.lots) if held else (None, 0))
        marked = exchange.numbers.value(account.net_lots() * exchange.mark_ticks)
        exact = account.deposited + exchange.numbers.money(exchange.venue.cash) + marked
        equity = account.wallet + account.unrealised_all(exchange.mark_ticks)
        assert abs(exact - equity) < Decimal("1e-9")


@pytest.mark.parametrize("depth", ["unlimited", "printed"])
@pytest.mark.parametrize("hedged", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_the_books_are_those_of_the_venue_whatever_is_sent(seed: int, hedged: bool, depth: str) -> None:
    client = Client(seed, hedged=hedged, depth=depth)
    while client.exchange.venue.row < PRINTS - 5:
        client.act()
        client.check()
    client.exchange.finish(client.clock.now_us())
    client.check()

    assert client.exchange.book.open() == []
    assert len(client.exchange.executions) > 20
    assert client.codes.count(0) > 50

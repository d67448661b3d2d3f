"""Whatever a request says, it is answered: by a result or by a refusal, never by a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psky.engine.venue import venue_config
from psky.simulator.clock import HeldClock
from psky.simulator.config import SimConfig
from psky.simulator.errors import Refusal
from psky.simulator.exchange import Exchange
from psky.simulator.faults import FaultPlan, Faults
from psky.simulator.rest.gateway import handler
from psky.simulator.site import Site, endpoints
from psky.spec.codec import replace
from psky.spec.spec import Spec
from tests.sim_site import ABOUT, QUICK, columns_of, sim_tape

WORDS = {
    "side": st.sampled_from(["Buy", "Sell"]),
    "orderType": st.sampled_from(["Limit", "Market"]),
    "timeInForce": st.sampled_from(["GTC", "IOC", "PostOnly", "FOK"]),
    "tpslMode": st.sampled_from(["Full", "Partial"]),
    "interval": st.sampled_from(["1", "60", "D"]),
    "accountType": st.just("UNIFIED"),
    "triggerDirection": st.integers(0, 3),
    "positionIdx": st.integers(0, 2),
    "mode": st.sampled_from([0, 3]),
}
NUMBERS = ("qty", "price", "triggerPrice", "stopLoss", "takeProfit", "tpLimitPrice", "slSize", "trailingStop")
OTHERS = ("limit", "start", "end", "startTime", "cursor", "orderId", "orderLinkId", "buyLeverage", "sellLeverage")
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("1e400000"))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=2), st.dictionaries(st.text(max_size=3), SCALARS, max_size=2))
PRICES = st.integers(1, 2000).map(lambda ticks: str(ticks / 10))
REQUESTS = st.fixed_dictionaries(
    {"category": st.just("linear"), "symbol": st.just(ABOUT["symbol"])},
    optional={
        **{name: st.one_of(words, words, VALUES) for name, words in WORDS.items()},
        **{name: st.one_of(PRICES, PRICES, VALUES) for name in NUMBERS},
        **dict.fromkeys(OTHERS, VALUES),
        "reduceOnly": st.booleans(),
        "request": VALUES,
        "utaDemoApplyMoney": VALUES,
    },
)
NAMES = [entry["do"] for method in ("get", "post") for entry in endpoints()[method].values()]


@pytest.fixture(scope="module")
def site() -> Site:
    tape = sim_tape(columns_of([100.0, 100.1] * 20), first_row=10)
    venue = venue_config(replace(Spec(), QUICK), tape.instrument)
    return Site(Exchange(tape, venue, SimConfig(), HeldClock(tape.start_us)), Faults(FaultPlan()))


@pytest.mark.parametrize("name", NAMES)
@given(words=REQUESTS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_endpoint_answers_whatever_it_is_asked(site: Site, name: str, words: dict[str, Any]) -> None:
    try:
        answer: Any = handler(name)(site, words)
    except Refusal as refused:
        answer = {"code": refused.code}

    assert isinstance(answer, dict)
    assert answer.get("code") != 0

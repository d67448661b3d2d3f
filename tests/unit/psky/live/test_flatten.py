"""An account gets flat under every fault that passes, and the operator is told loudly when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from psky.errors import ExchangeError, NotFlat
from psky.live.exchange.port import Answer, OrderState, PositionState, Settled, Stage
from psky.live.flatten import Step, get_flat

ORDER = OrderState(
    name="o",
    exchange_id="1",
    stage=Stage.OPEN,
    side=1,
    price_ticks=1,
    lots=1,
    filled_lots=0,
    reduce_only=False,
    reason="",
)
Fault = Callable[[str, int], bool]


@dataclass
class Venue:
    """Holds orders and a position; `fault(request, how often)` says whether a request gets no answer.

    With `deaf`, requests without an answer are carried out nonetheless.
    """

    fault: Fault
    deaf: bool = False
    lots: int = 5
    orders: int = 2
    slow: int = 0
    """Looks that an accepted close takes to show."""
    asked: dict[str, int] = field(default_factory=dict)
    closing: list[str] = field(default_factory=list)

    def _ask(self, what: str) -> bool:
        self.asked[what] = self.asked.get(what, 0) + 1
        return self.fault(what, self.asked[what])

    def open_orders(self) -> list[OrderState]:
        if self._ask("orders"):
            raise ExchangeError("no answer")
        return [ORDER] * self.orders

    def position(self) -> PositionState:
        if self._ask("position"):
            raise ExchangeError("no answer")
        if self.closing:
            self.slow -= 1
            self.lots = self.lots if self.slow > 0 else 0
        return PositionState(lots=self.lots, entry_ticks=1.0, stop_ticks=0.0)

    def cancel_all(self) -> None:
        failed = self._ask("cancel")
        if not failed or self.deaf:
            self.orders = 0
        if failed:
            raise ExchangeError("no answer")

    def close(self, name: str, lots: int) -> Answer:
        assert lots == self.lots
        failed = self._ask("close")
        if not failed or self.deaf:
            self.closing.append(name)
        return Answer(settled=Settled.UNKNOWN if failed else Settled.ACCEPTED)


def _flatten(venue: Venue, within_s: float = 30.0) -> tuple[list[Step], float]:
    clock, steps = [0.0], list[Step]()
    numbers = iter(range(1000))

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    get_flat(
        venue,
        lambda: f"f-{next(numbers)}",
        within_s=within_s,
        now_s=lambda: clock[0],
        sleep=sleep,
        on_step=steps.append,
    )
    return steps, clock[0]


FAULTS: dict[str, Fault] = {
    "none": lambda _what, _n: False,
    "the first of everything": lambda _what, n: n == 1,
    "three cancels": lambda what, n: what == "cancel" and n <= 3,
    "three closes": lambda what, n: what == "close" and n <= 3,
    "positions for a while": lambda what, n: what == "position" and n <= 10,
    "orders for a while": lambda what, n: what == "orders" and n <= 10,
    "every other": lambda _what, n: n % 2 == 1,
}


@pytest.mark.parametrize("slow", [0, 4])
@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
def test_it_ends_flat(fault: str, deaf: bool, slow: int) -> None:
    venue = Venue(FAULTS[fault], deaf=deaf, slow=slow)
    steps, _ = _flatten(venue)
    assert (venue.lots, venue.orders) == (0, 0)
    assert steps[-1].what == "flat"
    assert len(set(venue.closing)) == len(venue.closing)


@pytest.mark.parametrize("request_", ["orders", "position", "cancel", "close"])
def test_it_says_loudly_that_it_failed_within_the_stated_time(request_: str) -> None:
    venue = Venue(lambda what, _n: what == request_)
    with pytest.raises(NotFlat, match="MAY NOT BE FLAT: after 3 s"):
        _flatten(venue, within_s=3.0)


def test_a_flat_account_is_only_asked() -> None:
    venue = Venue(FAULTS["none"], lots=0, orders=0)
    steps, took_s = _flatten(venue)
    assert [step.what for step in steps] == ["flat"]
    assert took_s == 0
    assert "close" not in venue.asked
    assert "cancel" not in venue.asked


def test_a_close_that_raises_is_asked_for_again() -> None:
    class Raising(Venue):
        def close(self, name: str, lots: int) -> Answer:
            if self._ask("raise"):
                raise ExchangeError("the key expired")
            return super().close(name, lots)

    venue = Raising(lambda what, often: what == "raise" and often == 1)
    steps, _ = _flatten(venue)

    assert steps[-1].what == "flat"
    assert "the key expired" in [step.said for step in steps if step.what == "verify"]

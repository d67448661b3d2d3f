"""Getting flat, whoever asks: cancel everything, close the position, and believe nothing but the exchange's answer.

It works without a session: from the guard, from the command line, and after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from psky.errors import ExchangeError, NotFlat
from psky.live.exchange.port import ClosingPort

_T = TypeVar("_T")
STEP_S: Final = 0.5
"""Between one look and the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was done or seen on the way: `cancel`, `flatten`, `verify`, and at the end `flat` or `not_flat`."""

    what: str
    said: str
    lots: int = 0
    orders: int = 0


def get_flat(
    venue: ClosingPort,
    names: Callable[[], str],
    *,
    within_s: float,
    now_s: Callable[[], float],
    sleep: Callable[[float], None],
    on_step: Callable[[Step], None],
) -> None:
    """Cancel all orders and close the position until the exchange says that neither is left.

    `names` gives each closing order a name of its own.

    Raises:
        NotFlat: it was not flat `within_s` seconds after the start, or nobody can tell.
    """
    way = _Way(venue=venue, on_step=on_step, sleep=sleep, now_s=now_s, end_s=now_s() + within_s)
    while not way.is_over:
        if not way.goes_on(names):
            return
    on_step(Step(what="not_flat", said=way.last))
    raise NotFlat(
        f"THE ACCOUNT MAY NOT BE FLAT: after {within_s:g} s expected no orders and no position, found: {way.last}; "
        "close them by hand at the exchange, or run the same command again"
    )


@dataclass(slots=True, kw_only=True)
class _Way:
    """The way to flat: what was last heard, and how long it may take."""

    venue: ClosingPort
    on_step: Callable[[Step], None]
    sleep: Callable[[float], None]
    now_s: Callable[[], float]
    end_s: float
    last: str = "the exchange was not asked yet"

    @property
    def is_over(self) -> bool:
        return self.now_s() > self.end_s

    def goes_on(self, names: Callable[[], str]) -> bool:
        """Look; return False once the exchange says that nothing is left, else do something about what there is."""
        orders = self._answered(lambda: len(self.venue.open_orders()))
        if orders:
            self._answered(self.venue.cancel_all)
            self.on_step(Step(what="cancel", said="asked for the end of all orders", orders=orders))
        lots = self._answered(lambda: self.venue.position().lots)
        if lots is None or orders is None:
            return True
        if lots:
            name = names()
            answer = self._answered(lambda: self.venue.close(name, lots))
            said = "no answer" if answer is None else f"{answer.settled} {answer.message}".rstrip()
            self.on_step(Step(what="flatten", said=f"{name}: {said}", lots=lots))
        if orders or lots:
            self.last = f"{orders} orders and {lots} lots were left"
            self.sleep(STEP_S)
            return True
        self.on_step(Step(what="flat", said="the exchange says: no orders, no position"))
        return False

    def _answered(self, ask: Callable[[], _T]) -> _T | None:
        """Ask until there is an answer; None where time is over."""
        while not self.is_over:
            try:
                return ask()
            except ExchangeError as error:
                self.last = str(error)
                self.on_step(Step(what="verify", said=self.last))
                self.sleep(STEP_S)
        return None

"""Getting flat, whoever asks: cancel everything, close the position, and believe nothing but the exchange's answer.

It works without a session: from the guard, from the command line, and after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from psky.errors import ExchangeError, NotFlat
from psky.live.exchange.port import VenuePort

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
    venue: VenuePort,
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
    start_s, last = now_s(), "the exchange was not asked yet"
    while now_s() - start_s <= within_s:
        try:
            step = _once(venue, names, on_step)
        except ExchangeError as error:
            last = str(error)
            on_step(Step(what="verify", said=last))
            sleep(STEP_S)
            continue
        on_step(step)
        if step.what == "flat":
            return
        last = step.said
        sleep(STEP_S)
    on_step(Step(what="not_flat", said=last))
    raise NotFlat(
        f"THE ACCOUNT MAY NOT BE FLAT: after {within_s:g} s expected no orders and no position, found: {last}; "
        "close them by hand at the exchange, or run the same command again"
    )


def _once(venue: VenuePort, names: Callable[[], str], on_step: Callable[[Step], None]) -> Step:
    if venue.open_orders():
        venue.cancel_all()
        on_step(Step(what="cancel", said="asked for the end of all orders"))
    held = venue.position().lots
    if held:
        name = names()
        answer = venue.close(name, held)
        on_step(Step(what="flatten", said=f"{name}: {answer.settled} {answer.message}".rstrip(), lots=held))
    orders, lots = len(venue.open_orders()), venue.position().lots
    if orders or lots:
        return Step(what="verify", said=f"{orders} orders and {lots} lots are left", lots=lots, orders=orders)
    return Step(what="flat", said="the exchange says: no orders, no position")

"""What a session knows of feeds, clock and position besides its books: the facts of its guard."""

from __future__ import annotations

from dataclasses import dataclass, field

from psky.domain.time import SECOND_US
from psky.engine.messages import BILLION
from psky.live.desk import Desk
from psky.live.exchange.port import PositionState
from psky.live.guard import Facts
from psky.live.limits import LiveLimits


@dataclass(slots=True)
class Watch:
    """Looks at a desk. `base_usdt` is what the wallet held when the trader held nothing."""

    desk: Desk
    base_usdt: float
    position: PositionState | None = None
    """What the exchange last said that it holds."""
    skew_us: int | None = None
    heard_us: dict[str, int] = field(default_factory=dict)
    """When each channel was last heard of, wall time."""
    _disagrees_us: int | None = None
    _naked_us: int | None = None
    _asked_us: int = 0

    @property
    def equity_usdt(self) -> float:
        """The account by our books, the position at the last price."""
        trader, rules = self.desk.brain.trader, self.desk.rules
        money = trader.realised + trader.running(self.desk.last_ticks)
        return self.base_usdt + money / BILLION * float(rules.tick * rules.lot)

    def facts(self, wall_us: int) -> Facts:
        """Return how things stand."""
        self._compare(wall_us)
        desk = self.desk
        lots = self.position.lots if self.position else desk.orders.lots
        return Facts(
            now_us=wall_us,
            equity_usdt=self.equity_usdt,
            last_public_us=self.heard_us["public"],
            last_private_us=self.heard_us["private"],
            skew_us=self.skew_us,
            position_usdt=float(desk.rules.price_of(desk.last_ticks) * desk.rules.qty_of(lots)),
            error_count=desk.venue.error_count,
            disagrees_since_us=self._disagrees_us,
            naked_since_us=self._naked_us,
        )

    def is_in_doubt(self, wall_us: int, limits: LiveLimits) -> bool:
        """Whether position or stop have been in doubt for half of the time after which the guard trips.

        It says so once in so long: what a stream has lost is found by asking.
        """
        for since_us, limit_s in ((self._disagrees_us, limits.disagreement_s), (self._naked_us, limits.naked_s)):
            half_us = int(limit_s * SECOND_US / 2)
            if since_us is not None and wall_us - max(since_us, self._asked_us) >= half_us:
                self._asked_us = wall_us
                return True
        return False

    def forget(self, base_usdt: float) -> None:
        """Begin anew with an account that is flat."""
        self.base_usdt = base_usdt
        self.position, self._disagrees_us, self._naked_us = None, None, None

    def _compare(self, wall_us: int) -> None:
        held, orders = self.position, self.desk.orders
        differs = held is not None and held.lots != orders.lots
        self._disagrees_us = (self._disagrees_us or wall_us) if differs else None
        is_bare = orders.lots != 0 and not any(stop.is_sure for stop in orders.stops)
        has_disaster_stop = held is not None and held.stop_ticks > 0
        self._naked_us = (self._naked_us or wall_us) if is_bare and not has_disaster_stop else None

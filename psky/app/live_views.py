"""What front ends show of a live session, as plain frozen values. Times are microseconds UTC, results in R."""

from __future__ import annotations

from dataclasses import dataclass

from psky.app.lamps import Lamp, State
from psky.domain import text as fmt
from psky.domain.time import SECOND_US
from psky.live.limits import LiveLimits

_TRADING = {"", "trading", "warming", "recovering"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session in a list."""

    symbol: str
    session: str
    environment: str
    study: str
    trial: int
    started_us: int
    """Wall time of its first record."""
    running: bool
    ended: str
    """Why it ended; empty while it has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """One verdict on a touch, with its reason in words; `ev_lower_r` is the expected value at the lower bound of p."""

    row: int
    ts_us: int
    side: str
    price: str
    p: float
    p_lower: float
    ev_r: float
    ev_lower_r: float
    entered: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order that rests (`rests`) or is on its way (`sent`)."""

    name: str
    kind: str
    side: str
    price: str
    qty: str
    filled: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeLine:
    """A trade that is over."""

    exit_ts_us: int
    side: str
    net_r: float
    exit_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """Something that happened: market time, wall time, kind, words, and `gain`, `loss`, `warn`, `dim` or no tone."""

    seq: int
    ts_us: int
    at_us: int
    kind: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """A session at a moment."""

    row: SessionRow
    real_money: bool
    colour: str
    """How its environment is shown: a word of the themes."""
    seq: int
    market_us: int
    mode: str
    held: str
    tripped: str
    last_price: str
    lots: int
    qty: str
    """The position's size without sign, `0` for none."""
    entry_price: str
    open_r: float | None
    today_r: float
    today_trades: int
    money: str
    """The currency of amounts."""
    today_usdt: float
    """What equity has gained since the market's day began; a position that was open then counts whole."""
    equity_usdt: float
    decided: int
    entered: int
    ev_margin_r: float
    orders: tuple[OrderView, ...]
    decisions: tuple[DecisionView, ...]
    """The latest first."""
    events: tuple[EventLine, ...]
    """The latest first."""
    trades: tuple[TradeLine, ...]
    """In order of exit."""
    took_us: tuple[int, ...]
    """How long the exchange took to answer the latest commands, oldest first."""
    feed_age_us: dict[str, int]
    """How long ago each feed was last heard of; of a session that runs."""
    skew_us: int | None
    errors: int
    disagrees: bool
    """The exchange does not hold what our books say."""
    has_stop: bool

    @property
    def side(self) -> str:
        """`long`, `short` or `flat`."""
        return "long" if self.lots > 0 else "short" if self.lots < 0 else "flat"


def live_lamps(view: LiveView, limits: LiveLimits) -> tuple[Lamp, ...]:
    """Return the lamps of a session: its guard, its feeds, its clock, its books, its stop, its requests."""
    return (
        _guard(view),
        *(_feed(name, age_us, limits) for name, age_us in sorted(view.feed_age_us.items())),
        _clock(view, limits),
        _books(view),
        _stop(view),
        Lamp(name="requests", state="doubtful" if view.errors else "good", text=f"{view.errors:,} failed"),
    )


def _guard(view: LiveView) -> Lamp:
    if view.tripped:
        return Lamp(name="guard", state="bad", text=f"tripped: {view.tripped}")
    if view.row.ended:
        return Lamp(name="guard", state="doubtful", text=f"ended: {view.row.ended}")
    mode = view.mode or "at work"
    words = f"{mode}, {view.held}" if view.held else mode
    return Lamp(name="guard", state="good" if view.mode in _TRADING and not view.held else "doubtful", text=words)


def _feed(name: str, age_us: int, limits: LiveLimits) -> Lamp:
    most_s = limits.stale_public_s if name == "public" else limits.stale_private_s
    age_s = age_us / SECOND_US
    state: State = "bad" if age_s > most_s else "doubtful" if age_s > most_s / 4 else "good"
    return Lamp(name=name, state=state, text=f"heard {age_s:.0f} s ago" if age_s >= 1 else "heard just now")


def _clock(view: LiveView, limits: LiveLimits) -> Lamp:
    if view.skew_us is None:
        return Lamp(name="clock", state="doubtful", text="not measured")
    skew_ms = view.skew_us / 1000
    state: State = "bad" if abs(skew_ms) > limits.max_skew_ms else "good"
    return Lamp(name="clock", state=state, text=f"{skew_ms:+.1f} ms off")


def _books(view: LiveView) -> Lamp:
    if view.disagrees:
        return Lamp(name="books", state="bad", text="the exchange says otherwise")
    return Lamp(name="books", state="good", text="as the exchange says")


def _stop(view: LiveView) -> Lamp:
    if not view.lots:
        return Lamp(name="stop", state="good", text="flat: none is needed")
    if view.has_stop:
        return Lamp(name="stop", state="good", text="rests at the exchange")
    return Lamp(name="stop", state="bad", text="no stop is known to rest")


def position_words(view: LiveView) -> str:
    """Return the position in words, as a confirmation names it: `long 0.125 BTCUSDT`."""
    if not view.lots:
        return f"nothing, {view.row.symbol} being flat"
    price = f" bought at {view.entry_price}" if view.lots > 0 else f" sold at {view.entry_price}"
    return f"{view.side} {view.qty} {view.row.symbol}{price}"


def latency_words(view: LiveView) -> str:
    """Return how long the exchange takes to answer: the median and the longest of the latest commands."""
    if not view.took_us:
        return fmt.MISSING
    took = sorted(view.took_us)
    return f"{took[len(took) // 2] / 1000:.1f} ms, at most {took[-1] / 1000:.1f} ms"

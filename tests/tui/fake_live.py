"""A live session without a journal: it moves when a test says so."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from psky.app.live_views import DecisionView, EventLine, LiveView, OrderView, SessionRow, TradeLine

START_US = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
MINUTE_US = 60_000_000


def row(session: str = "tp31a1", *, running: bool = True, ended: str = "", environment: str = "demo") -> SessionRow:
    return SessionRow(
        symbol="BTCUSDT",
        session=session,
        environment=environment,
        study="first-light",
        trial=6,
        started_us=START_US,
        running=running,
        ended=ended,
    )


def rows() -> tuple[SessionRow, ...]:
    ended = replace(row("tp2zz9", running=False, ended="asked to stop"), started_us=START_US - 600 * MINUTE_US)
    return (
        row(),
        ended,
        replace(row("tp1aa0", running=False, environment="live"), started_us=START_US - 900 * MINUTE_US),
    )


def _decisions(minute: int) -> tuple[DecisionView, ...]:
    return tuple(
        DecisionView(
            row=number,
            ts_us=START_US + number * 10 * MINUTE_US,
            side="long" if number % 3 else "short",
            price=f"{45_000 + number:,}.50",
            p=0.4 + 0.1 * math.sin(number),
            p_lower=0.35 + 0.1 * math.sin(number),
            ev_r=0.2 * math.sin(number),
            ev_lower_r=0.2 * math.sin(number) - 0.05,
            entered=math.sin(number) > 0.6,
            reason="enter" if math.sin(number) > 0.6 else "expected value too low",
        )
        for number in range(minute // 10, 0, -1)
    )


def _trades(minute: int) -> tuple[TradeLine, ...]:
    return tuple(
        TradeLine(
            exit_ts_us=START_US + number * 100 * MINUTE_US,
            side="long",
            net_r=1.5 if number % 2 else -1.0,
            exit_reason="target" if number % 2 else "stop",
        )
        for number in range(1, minute // 100 + 1)
    )


def _events(minute: int) -> tuple[EventLine, ...]:
    return tuple(
        EventLine(
            seq=2 * number,
            ts_us=START_US + number * 10 * MINUTE_US,
            at_us=START_US + number * 10 * MINUTE_US + 1_500_000,
            kind="filled" if number % 4 == 0 else "place",
            text="entry fill: bought 0.125 at 45,001.50, maker"
            if number % 4 == 0
            else "entry: long 0.125 at 45,001.50",
            tone="gain" if number % 4 == 0 else "dim",
        )
        for number in range(minute // 10, 0, -1)
    )


def view(of: SessionRow, minute: int = 600) -> LiveView:
    """How a session stands after so many minutes: it decides every ten and closes a trade every hundred."""
    decisions, trades, events = _decisions(minute), _trades(minute), _events(minute)
    stop = OrderView(
        name="psky-tp31a1-3-1", kind="stop", side="short", price="44,900.00", qty="0.125", filled="0", state="rests"
    )
    target = replace(stop, name="psky-tp31a1-3-2", kind="target", price="45,200.00")
    return LiveView(
        row=of,
        real_money=of.environment == "live",
        colour="error" if of.environment == "live" else "success",
        seq=minute,
        market_us=START_US + minute * MINUTE_US,
        mode="trading",
        held="",
        tripped="" if of.running or of.ended else "daily loss: lost today 301.00 USDT, the limit is 300.00",
        last_price="45,060.00",
        lots=125,
        qty="0.125",
        entry_price="45,001.50",
        open_r=0.58,
        today_r=sum(trade.net_r for trade in trades),
        today_trades=len(trades),
        money="USDT",
        today_usdt=12.33,
        equity_usdt=10_012.33,
        decided=len(decisions),
        entered=sum(decision.entered for decision in decisions),
        ev_margin_r=0.02,
        orders=(stop, target),
        decisions=decisions,
        events=events,
        trades=trades,
        took_us=(3_000, 4_000, 52_000),
        feed_age_us={"private": 1_900_000, "public": 20_200_000} if of.running else {},
        skew_us=-2_900,
        errors=0,
        disagrees=False,
        has_stop=True,
    )


@dataclass
class FakeWatch:
    """A session that a test moves."""

    now: LiveView | None
    error: Exception | None = None
    looks: int = 0
    closed: bool = False

    def look(self) -> LiveView | None:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.now

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeReplay:
    """A session of ten hours."""

    of: SessionRow
    first_us: int = START_US
    last_us: int = START_US + 600 * MINUTE_US
    sought: list[int] = field(default_factory=list)
    closed: bool = False

    def seek(self, ts_us: int) -> LiveView:
        self.sought.append(ts_us)
        return view(replace(self.of, running=False), (ts_us - START_US) // MINUTE_US)

    def close(self) -> None:
        self.closed = True

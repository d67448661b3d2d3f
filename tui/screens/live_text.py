"""A live session in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from psky.domain import text as fmt
from psky.domain.time import utc_text
from tui.privacy import money, words
from tui.tones import toned
from tui.widgets.gauge import ev_gauge

if TYPE_CHECKING:
    from psky.app.lamps import Lamp
    from psky.app.live_views import LiveView

_SIDES = {"long": "▲ long", "short": "▼ short", "flat": "flat"}


def banner(view: LiveView, what: str) -> Content:
    """Return the line that says where the session trades, in the colour of that place."""
    money = "REAL MONEY" if view.real_money else "no real money"
    row = view.row
    words = f" {row.environment.upper()} · {money} · {row.symbol} · {row.study} trial {row.trial} · {what} "
    return Content.styled(words, f"bold reverse ${view.colour}")


def facts(view: LiveView, latency: str) -> list[Content]:
    """Return the position, the results and the last decision, one a line."""
    last = view.decisions[0] if view.decisions else None
    lines = (
        ("position", _position(view)),
        ("price", Content(view.last_price or fmt.MISSING)),
        ("today", _today(view)),
        ("equity", Content(f"{money(fmt.decimal(view.equity_usdt))} {view.money}")),
        ("decided", Content(f"{fmt.integer(view.decided)}, of which {fmt.integer(view.entered)} entered")),
        ("EV low", ev_gauge(None if last is None else last.ev_lower_r, view.ev_margin_r)),
        ("answers", Content(latency)),
        ("market", Content(f"{utc_text(view.market_us)} UTC" if view.market_us else fmt.MISSING)),
    )
    return [Content.assemble((f"{name:<9}", "dim"), value) for name, value in lines]


def private(lamps: Iterable[Lamp]) -> tuple[Lamp, ...]:
    """Return lamps without what privacy hides in their words."""
    return tuple(replace(lamp, text=words(lamp.text)) for lamp in lamps)


def _position(view: LiveView) -> Content:
    if not view.lots:
        return Content(_SIDES["flat"])
    words = Content(f"{_SIDES[view.side]} {money(view.qty)} at {view.entry_price}  ")
    return words if view.open_r is None else words + _signed(view.open_r)


def _today(view: LiveView) -> Content:
    amount = toned(view.today_usdt, f"{money(fmt.signed(view.today_usdt))} {view.money}")
    return _signed(view.today_r, "  ") + Content.assemble(amount, f"  {fmt.counted(view.today_trades, 'trade')}")


def _signed(value: float, after: str = "") -> Content:
    return Content.assemble(toned(value, f"{fmt.signed(value)} R"), after)

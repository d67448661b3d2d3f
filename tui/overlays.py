"""What can be laid over candles, as marks with glyph and sign beside colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from psky.domain import text as fmt
from psky.domain.time import timeframe_name
from tui.widgets.candle_picture import Mark

if TYPE_CHECKING:
    from psky.app.touches import TouchMarks
    from psky.app.views import TradeView

_LONG = {"long", "buy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Marks, and what they are in words."""

    marks: tuple[Mark, ...]
    legend: str


def touch_overlay(touches: TouchMarks) -> Overlay:
    """Return the touches of a tape at the averages that were touched."""
    columns = (touches.ts_us, touches.price, touches.side, touches.timeframe_s)
    marks = tuple(
        Mark(
            ts_us=ts_us - 1,  # known when the bar has closed: it belongs to the candle that ends there
            price=price,
            glyph="△" if side > 0 else "▽",
            tone="gain" if side > 0 else "loss",
            text=f"touch {'long' if side > 0 else 'short'} of the {timeframe_name(timeframe_s)} average, "
            f"{fmt.price(price)}",
        )
        for ts_us, price, side, timeframe_s in zip(*(column.tolist() for column in columns), strict=True)
    )
    return Overlay(marks=marks, legend=f"△ long ▽ short: {fmt.integer(len(marks))} touches")


def trade_overlay(trades: Sequence[TradeView], name: str) -> Overlay:
    """Return the entries and exits of trades."""
    marks = tuple(mark for trade in trades for mark in (_entry(trade), _exit(trade)))
    legend = f"▲ bought ▼ sold, + gain - loss: {fmt.integer(len(trades))} trades of {name}"
    return Overlay(marks=marks, legend=legend)


def _entry(trade: TradeView) -> Mark:
    long = trade.side.lower() in _LONG
    return Mark(
        ts_us=trade.entry_ts_us,
        price=trade.entry_price,
        glyph="▲" if long else "▼",
        tone="warn",
        text=f"{'bought' if long else 'sold'} at {fmt.price(trade.entry_price)}, p {fmt.percent(trade.p)}, "
        f"EV {fmt.signed(trade.ev_r)} R",
    )


def _exit(trade: TradeView) -> Mark:
    gain = trade.net_r > 0
    return Mark(
        ts_us=trade.exit_ts_us,
        price=trade.exit_price,
        glyph="+" if gain else "-",
        tone="gain" if gain else "loss",
        text=f"closed at {fmt.price(trade.exit_price)} by {trade.exit_reason}, {fmt.signed(trade.net_r)} R",
    )

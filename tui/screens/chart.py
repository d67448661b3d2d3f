from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.widget import Widget

from psky.domain import text as fmt
from psky.domain.time import SECOND_US, utc_text
from psky.errors import PskyError
from tui.board import JobBoard
from tui.core import Core
from tui.keys import bind
from tui.messages import Answered
from tui.overlays import Overlay, touch_overlay, trade_overlay
from tui.screens.panel import Panel
from tui.widgets.candles import CandleChart

if TYPE_CHECKING:
    from psky.app.candles import Candles, TapeSpan
    from psky.app.results import ResultRow
    from psky.app.views import TradeView

STEPS = ("1s", "5s", "15s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "12h", "1d", "3d", "7d", "28d")
_PLAIN = "nothing"
_TOUCHES = "touches"


class ChartPanel(Panel):
    """The candles of a tape, with its touches or the trades of a backtest on them."""

    GUIDE = (
        "Candles with their volume; dotted lines where days, months or years begin, UTC. A rising candle is slim, a "
        "falling one full. + and - zoom at the cursor, h and l move it, H and L move by half a screen, 0 shows the "
        "whole tape. o lays something over the candles: the touches under the default spec (△ long, ▽ short), or the "
        "trades of a backtest (▲ bought, ▼ sold, + or - where they were closed with a gain or a loss). n goes to the "
        "next of them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("o", "overlay(1)", "overlay"),
        bind("O", "overlay(-1)", "previous overlay", show=False),
    ]

    def __init__(
        self,
        core: Core,
        board: JobBoard,
        symbol: str,
        *,
        at_us: int | None = None,
        step: str | None = None,
        trades: Sequence[TradeView] | None = None,
    ) -> None:
        super().__init__(core, board)
        self.symbol = symbol
        self._at_us = at_us
        self._step = step
        self._trades = trades
        self._backtests: dict[str, ResultRow] = {}
        self.overlay = _PLAIN
        self._wanted: CandleChart.Wanted | None = None
        self._reading = False

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.symbol, "candles")

    def body(self) -> Iterable[Widget]:
        """Return the chart."""
        self.chart = CandleChart(STEPS, id="candles")
        return (self.chart,)

    def load(self) -> None:
        """Read what there is to draw."""
        self.notice("making ready to draw; the first time, the minutes of the tape are made…")
        self.ask(partial(self._open, self.symbol), self._show)

    def command_line(self) -> str:
        """Return the command that prints these candles."""
        start, end = (utc_text(ts_us // SECOND_US * SECOND_US).replace(" ", "T") for ts_us in self.chart.span_us)
        return self.core.command_line(
            ["data", "candles", self.symbol, "--step", self.chart.step, "--from", start, "--to", end]
        )

    def palette(self) -> Iterable[SystemCommand]:
        """Return the overlays."""
        for name in self.overlays:
            yield SystemCommand(f"Overlay {name}", "Lay this over the candles", partial(self.action_lay, name))

    @property
    def overlays(self) -> tuple[str, ...]:
        """What can be laid over the candles."""
        given = () if self._trades is None else ("these trades",)
        return (_PLAIN, _TOUCHES, *given, *self._backtests)

    def _open(self, symbol: str) -> tuple[TapeSpan, tuple[ResultRow, ...]]:
        return self.core.open_chart(symbol), self.core.list_backtests(symbol)

    def _show(self, found: tuple[TapeSpan, tuple[ResultRow, ...]]) -> None:
        span, backtests = found
        self._backtests = {row.id: row for row in backtests}
        self.notice(None)
        self.chart.focus()
        self.chart.open(span, self._at_us, self._step)
        if self._trades is not None:
            self.action_lay("these trades")

    # Candles: one read at a time, of what is wanted last

    def on_candle_chart_wanted(self, message: CandleChart.Wanted) -> None:
        """Read candles, unless a read is under way: what is wanted last is read after it."""
        self._wanted = message
        if not self._reading:
            self._read()

    def _read(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._reading = True
            self.run_worker(partial(self._candles, wanted), group="candles", thread=True)

    def _candles(self, wanted: CandleChart.Wanted) -> None:
        try:
            candles = self.core.load_candles(self.symbol, wanted.step, wanted.start_us, wanted.end_us)
        except (PskyError, OSError) as error:
            self.post_message(Answered(partial(self._refused, error)))
        else:
            self.post_message(Answered(partial(self._take, candles)))

    def _take(self, candles: Candles) -> None:
        self._reading = False
        if self._wanted is None:
            self.chart.show(candles)
        self._read()

    def _refused(self, error: Exception) -> None:
        self._reading = False
        self._wanted = None
        self.notice(f"✗ {error}\n\nr tries again.", error=True)

    def on_candle_chart_sighted(self) -> None:
        """Say what is looked at."""
        start_us, end_us = self.chart.span_us
        self.chart.border_title = (
            f"{self.symbol} · {self.chart.step} · {fmt.utc_minute(start_us)} to {fmt.utc_minute(end_us)} UTC"
        )

    # Overlays

    def action_overlay(self, by: int) -> None:
        """Lay the next thing over the candles, nothing after the last."""
        names = self.overlays
        self.action_lay(names[(names.index(self.overlay) + by) % len(names)])

    def action_lay(self, name: str) -> None:
        """Lay something over the candles."""
        self.overlay = name
        if name == _PLAIN:
            self._lay(name, Overlay(marks=(), legend=""))
            return
        self.say(f"reading {name}…")
        self.run_worker(partial(self._make, name, self._maker(name)), group="overlay", thread=True, exclusive=True)

    def _maker(self, name: str) -> Callable[[], Overlay]:
        if name == _TOUCHES:
            return lambda: touch_overlay(self.core.load_touches(self.symbol))
        row = self._backtests.get(name)
        if row is None:
            return lambda: trade_overlay(self._trades or (), "these trades")
        return lambda: trade_overlay(self.core.load_trades(row), name)

    def _make(self, name: str, make: Callable[[], Overlay]) -> None:
        try:
            overlay = make()
        except (PskyError, OSError) as error:
            overlay = Overlay(marks=(), legend=f"✗ {error}")
        self.post_message(Answered(partial(self._lay, name, overlay)))

    def _lay(self, name: str, overlay: Overlay) -> None:
        if name == self.overlay:
            self.chart.show_marks(overlay.marks, overlay.legend)
            self.say(f"overlay: {name}")
            self.refresh_bindings()

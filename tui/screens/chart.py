from __future__ import annotations

from collections.abc import Callable, Iterable
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
from tui.messages import Answered, ChartOpened
from tui.overlays import Overlay, touch_overlay, trade_overlay
from tui.screens.panel import Panel
from tui.widgets.candles import CandleChart

if TYPE_CHECKING:
    from psky.app.candles import Candles, TapeSpan
    from psky.app.names import SpecName
    from psky.app.results import ResultRow

STEPS = ("1s", "5s", "15s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "12h", "1d", "3d", "7d", "28d")
_PLAIN = "nothing"
_TOUCHES = "touches"
_TRADES = "these trades"
_TOUCH_STEP = "15m"


class ChartPanel(Panel):
    """The candles of a tape, with its touches or the trades of a backtest on them."""

    GUIDE = (
        "Candles with their volume; dotted lines where days, months or years begin, UTC. A rising candle is slim, a "
        "falling one full. + and - zoom at the cursor, h and l move it, H and L move by half a screen, 0 shows the "
        "whole tape. o lays something over the candles: the touches under the default spec or a study's (△ long, ▽ "
        "short), or the trades of a backtest (▲ bought, ▼ sold, + or - where they were closed with a gain or a loss); "
        "the palette has the touches of single trials too. n goes to the next of them."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("o", "overlay(1)", "overlay"),
        bind("O", "overlay(-1)", "previous overlay", show=False),
    ]

    def __init__(self, core: Core, board: JobBoard, asked: ChartOpened) -> None:
        super().__init__(core, board)
        self.symbol = asked.symbol
        self._asked = asked
        self._backtests: dict[str, ResultRow] = {}
        self._specs: dict[str, SpecName | None] = {}
        self.overlay = _PLAIN
        self._wanted: CandleChart.Wanted | None = None
        self._reading = False

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.symbol, "candles", *(() if self.overlay == _PLAIN else (self.overlay,)))

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
        for name in dict.fromkeys((*self.overlays, *self._specs)):
            yield SystemCommand(f"Overlay {name}", "Lay this over the candles", partial(self.action_lay, name))

    @property
    def overlays(self) -> tuple[str, ...]:
        """What `o` walks through: what the chart was opened with, touches by study, and backtests."""
        given = () if self._asked.trades is None else (_TRADES,)
        kept = {self._given, self.overlay}
        wanted = [name for name, spec in self._specs.items() if spec is None or spec.trial is None or name in kept]
        return (_PLAIN, *given, *wanted, *self._backtests)

    @property
    def _given(self) -> str:
        """The overlay that the chart was opened with."""
        if self._asked.trades is not None:
            return _TRADES
        return _PLAIN if self._asked.touches is None else _touches_of(self._asked.touches)

    def _open(self, symbol: str) -> tuple[TapeSpan, tuple[ResultRow, ...], list[SpecName]]:
        return self.core.open_chart(symbol), self.core.list_backtests(symbol), self.core.list_specs(symbol)

    def _show(self, found: tuple[TapeSpan, tuple[ResultRow, ...], list[SpecName]]) -> None:
        span, backtests, specs = found
        asked = self._asked
        self._backtests = {row.id: row for row in backtests}
        known = [*specs, *([] if asked.touches is None else [asked.touches])]
        self._specs = {_TOUCHES: None, **{_touches_of(spec): spec for spec in known}}
        self.notice(None)
        self.chart.focus()
        if asked.touches is not None:
            self.chart.open(span, span.last_ts_us, _TOUCH_STEP)
        else:
            self.chart.open(span, asked.at_us, asked.step)
        if self._given != _PLAIN:
            self.action_lay(self._given)

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
        if name in self._specs:
            return lambda: touch_overlay(self.core.load_touches(self.symbol, self._specs[name]))
        row = self._backtests.get(name)
        if row is None:
            return lambda: trade_overlay(self._asked.trades or (), _TRADES)
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
            self.show_path()
            self.say(f"overlay: {name}")
            self.refresh_bindings()


def _touches_of(spec: SpecName) -> str:
    return f"{_TOUCHES} of {spec}"

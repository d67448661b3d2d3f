from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.domain import text as fmt
from psky.domain.time import DAY_US
from psky.errors import PskyError
from tui.columns import symbols as columns
from tui.forms.tape import download_form, import_form
from tui.keys import bind
from tui.messages import Answered, ChartOpened, RunAsked
from tui.screens.form import Form, FormScreen
from tui.screens.panel import Panel
from tui.widgets.calendar import Calendar
from tui.widgets.group import Group
from tui.widgets.lamps import lamp_lines
from tui.widgets.pane import Pane
from tui.widgets.table import Table
from tui.work import Work

if TYPE_CHECKING:
    from psky.app.data import SymbolSummary
    from psky.ingest.quality import QualityReport

_EMPTY = """No tapes yet. i imports trade files, d downloads some. In a shell, then r here:

  psky data import <files or folder> --symbol BTCJPY
  psky demo
      a synthetic tape with a planted edge, tuned from end to end"""
_DAY_STEP = "15m"


class DataPanel(Panel):
    """Every symbol that has a tape, what it covers, and whether it can be believed."""

    GUIDE = (
        "The symbols that have a tape. The calendar shows the trades of each day, the darker the more; × is a day "  # noqa: RUF001 - the glyph
        "without any between the first and the last. The lamps say what in the tape is doubtful. Open a symbol to see "
        "its candles, or a day of the calendar to see that day's."
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("i", "import", "import"),
        bind("d", "download", "download"),
    ]

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list, and of the symbol under the cursor its days and its lamps."""
        self.table: Table[SymbolSummary] = Table(columns.COLUMNS, identity=lambda row: row.symbol, id="symbols")
        self.calendar = Calendar(id="days")
        self.calendar.border_title = "days"
        self.lamps = Pane(id="lamps")
        self.lamps.border_title = "quality"
        self._reports: dict[str, QualityReport] = {}
        return (self.table, Group(self.calendar, self.lamps, id="coverage"))

    def load(self) -> None:
        """Read the symbols."""
        self._reports.clear()
        if not self.table.total:
            self.notice("reading the tapes…")
        self.ask(self.core.list_symbols, self._show)

    def command_line(self) -> str:
        """Return the command that checks the tape under the cursor."""
        row = self.table.current
        return self.core.command_line(["data", "list"] if row is None else ["data", "check", row.symbol])

    def palette(self) -> Iterable[SystemCommand]:
        """Return the commands for tapes."""
        yield SystemCommand("Import trades", "Read trade files into a symbol's tape, as a job", self.action_import)
        yield SystemCommand("Download trades", "Fetch days from Bybit's archive, as a job", self.action_download)
        if self.table.current is not None:
            yield SystemCommand("Open chart", "Candles of the symbol under the cursor", self.on_table_picked)

    def _show(self, symbols: list[SymbolSummary]) -> None:
        self.table.set_rows(symbols)
        self.notice(None if symbols else _EMPTY)
        if symbols and self.focused is None:
            self.table.focus()

    # The symbol under the cursor

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        self.table.border_title = f"{fmt.counted(self.table.total, 'symbol')}{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell what the tape under the cursor covers; it is examined once, in a thread."""
        row = self.table.current
        if row is None:
            return
        report = self._reports.get(row.symbol)
        if report is not None:
            self._show_report(row.symbol, report)
            return
        self.calendar.border_title = f"days of {row.symbol}"
        self.calendar.show({})
        self.lamps.show(Content("examining the tape…"))
        self.run_worker(partial(self._examine, row.symbol), group="examine", thread=True, exclusive=True)

    def _examine(self, symbol: str) -> None:
        try:
            report = self.core.check_tape(symbol)
        except (PskyError, OSError) as error:
            self.post_message(Answered(partial(self._show_refusal, symbol, f"✗ {error}")))
        else:
            self.post_message(Answered(partial(self._show_report, symbol, report)))

    def _show_report(self, symbol: str, report: QualityReport) -> None:
        self._reports[symbol] = report
        if self.table.current is None or self.table.current.symbol != symbol:
            return
        self.calendar.border_title = f"{fmt.counted(len(report.days), 'day')} of {symbol}"
        self.calendar.show({date.fromisoformat(day.day): day.trades for day in report.days})
        from psky.app.lamps import quality_lamps  # noqa: PLC0415 - loads the core

        self.lamps.show(*lamp_lines(quality_lamps(report)))

    def _show_refusal(self, symbol: str, words: str) -> None:
        if self.table.current is not None and self.table.current.symbol == symbol:
            self.lamps.show(Content(words))

    # Going on

    def on_table_picked(self) -> None:
        """Open the candles of the symbol under the cursor."""
        if self.table.current is not None:
            self.post_message(ChartOpened(self.table.current.symbol))

    def on_calendar_picked(self) -> None:
        """Open the candles of the day under the cursor."""
        if self.table.current is not None:
            noon_us = self.calendar.cursor_us + DAY_US // 2
            self.post_message(ChartOpened(self.table.current.symbol, at_us=noon_us, step=_DAY_STEP))

    def action_import(self) -> None:
        """Ask what to import."""
        self._ask_by(import_form)

    def action_download(self) -> None:
        """Ask what to download."""
        self._ask_by(download_form)

    def _ask_by(self, form: Callable[[str], Form]) -> None:
        row = self.table.current
        self.app.push_screen(FormScreen(self.core, form("" if row is None else row.symbol)), self._asked)

    def _asked(self, work: Work | None) -> None:
        if work is not None:
            self.post_message(RunAsked(work))
            self.say(f"started: {work}; 5 shows it, r reads again")

"""Which keys can be met at one time: those of everywhere, of a panel, and of what has the focus there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen

from tui.screens.backtest import BacktestPanel
from tui.screens.backtests import BacktestsPanel
from tui.screens.columns import ColumnsScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.data import DataPanel
from tui.screens.export import ExportScreen
from tui.screens.form import FormScreen
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsPanel
from tui.screens.live import LivePanel
from tui.screens.panel import Panel
from tui.screens.sessions import SessionsPanel
from tui.screens.studies import StudiesPanel
from tui.screens.trial import TrialPanel
from tui.screens.trials import TrialsPanel
from tui.widgets.calendar import Calendar
from tui.widgets.equity import Equity
from tui.widgets.linechart import LineChart
from tui.widgets.pane import Pane
from tui.widgets.parallel import Parallel
from tui.widgets.scatter import Scatter
from tui.widgets.spectree import SpecTree
from tui.widgets.table import Table

_Parts = tuple[type[DOMNode], ...]
_PARTS: dict[type[Panel], _Parts] = {
    DataPanel: (Table, Calendar, Pane),
    StudiesPanel: (Table, Pane),
    TrialsPanel: (Table, Pane, Scatter, Parallel),
    TrialPanel: (SpecTree, Pane, Scatter),
    BacktestsPanel: (Table, Pane),
    BacktestPanel: (Table, Pane, Equity),
    SessionsPanel: (Table,),
    LivePanel: (Table, Pane, LineChart),
    JobsPanel: (Table, Pane),
}
_ALONE: tuple[type[ModalScreen[Any]], ...] = (ColumnsScreen, ConfirmScreen, ExportScreen, FormScreen, HelpScreen)
"""While one of these is shown, nothing below it is met."""


def scopes(everywhere: Sequence[BindingType]) -> Iterable[list[BindingType]]:
    """Return the bindings of each moment; `everywhere` are those of the app."""
    from tui.screens.chart import ChartPanel  # noqa: PLC0415 - loads numpy, for which the first paint does not wait
    from tui.widgets.candles import CandleChart  # noqa: PLC0415 - same

    parts: dict[type[Panel], _Parts] = {**_PARTS, ChartPanel: (CandleChart,)}
    for panel, focused in parts.items():
        for part in focused:
            yield [*everywhere, *panel.BINDINGS, *part.BINDINGS]
    for screen in _ALONE:
        yield list(screen.BINDINGS)

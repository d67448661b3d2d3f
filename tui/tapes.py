"""What the TUI asks of psky about tapes: the port, and the application behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from psky.app import names

if TYPE_CHECKING:
    from psky.app.candles import Candles, TapeSpan
    from psky.app.data import SymbolSummary
    from psky.app.names import SpecName
    from psky.app.results import ResultRow
    from psky.app.touches import TouchMarks
    from psky.app.views import TradeView
    from psky.app.workspace import Workspace
    from psky.ingest.quality import QualityReport


class Tapes(Protocol):
    """Reads of tapes. Each may take long: it is made from a thread."""

    def list_symbols(self) -> list[SymbolSummary]:
        """Return every symbol that has a tape."""

    def check_tape(self, symbol: str) -> QualityReport:
        """Return what a tape covers and what in it is doubtful."""

    def open_chart(self, symbol: str) -> TapeSpan:
        """Return what there is to draw of a tape, and make ready to draw it."""

    def load_candles(self, symbol: str, step: str, start_us: int, end_us: int) -> Candles:
        """Return the candles of a stretch."""

    def list_specs(self, symbol: str) -> list[SpecName]:
        """Return the specs under which a tape's touches can be looked at, beside the default one."""

    def load_touches(self, symbol: str, spec: SpecName | None) -> TouchMarks:
        """Return the touches of a tape under a spec, None for the default one."""

    def list_backtests(self, symbol: str) -> tuple[ResultRow, ...]:
        """Return the backtests of a symbol, newest first."""

    def load_trades(self, backtest: ResultRow) -> tuple[TradeView, ...]:
        """Return the trades of a backtest."""


class AppTapes:
    """The port on `psky.app`, whose use-cases are loaded when first called."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def list_symbols(self) -> list[SymbolSummary]:
        """Return every symbol that has a tape."""
        from psky.app import data  # noqa: PLC0415 - loads the core

        return data.list_symbols(self._workspace)

    def check_tape(self, symbol: str) -> QualityReport:
        """Return what a tape covers and what in it is doubtful."""
        from psky.app import data  # noqa: PLC0415 - loads the core

        return data.check(self._workspace, symbol)

    def open_chart(self, symbol: str) -> TapeSpan:
        """Return what there is to draw of a tape, and make ready to draw it."""
        from psky.app import candles  # noqa: PLC0415 - loads the core

        return candles.open_chart(self._workspace, symbol)

    def load_candles(self, symbol: str, step: str, start_us: int, end_us: int) -> Candles:
        """Return the candles of a stretch."""
        from psky.app import candles  # noqa: PLC0415 - loads the core

        return candles.load_candles(self._workspace, symbol, step, start_us, end_us)

    def list_specs(self, symbol: str) -> list[SpecName]:
        """Return the specs under which a tape's touches can be looked at, beside the default one."""
        return names.specs(self._workspace, symbol)

    def load_touches(self, symbol: str, spec: SpecName | None) -> TouchMarks:
        """Return the touches of a tape under a spec, None for the default one."""
        from psky.app import studies, touches  # noqa: PLC0415 - loads the core

        found = None if spec is None else studies.spec_of(self._workspace, symbol, spec)
        return touches.touch_marks(self._workspace, symbol, found)

    def list_backtests(self, symbol: str) -> tuple[ResultRow, ...]:
        """Return the backtests of a symbol, newest first."""
        from psky.app import results  # noqa: PLC0415 - loads the drivers

        return results.list_results(self._workspace, symbol).results

    def load_trades(self, backtest: ResultRow) -> tuple[TradeView, ...]:
        """Return the trades of a backtest."""
        from psky.app import backtest as backtests  # noqa: PLC0415 - loads the drivers

        view = backtests.read_view(backtest.folder)
        return () if view is None else view.trades

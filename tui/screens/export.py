from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.keys import bind

PICTURE = ".svg"
_OF_TABLE = {".csv": "c  CSV", ".parquet": "p  Parquet", ".json": "j  JSON"}


class ExportScreen(ModalScreen[str]):
    """Asks for the kind of file; answers with its suffix, or nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("c", "answer('.csv')", "export CSV"),
        bind("p", "answer('.parquet')", "export Parquet"),
        bind("j", "answer('.json')", "export JSON"),
        bind("s", "answer('.svg')", "export SVG"),
        bind("escape,q", "answer('')", "export nothing"),
    ]

    def __init__(self, table: str | None) -> None:
        super().__init__()
        self._table = table

    def compose(self) -> ComposeResult:
        """Show what can be exported."""
        rows = [f"{words} of {self._table}" for words in _OF_TABLE.values()] if self._table else []
        with Container() as box:
            box.border_title = "export"
            yield Static("\n".join([*rows, "s  SVG of the screen", "", "esc nothing"]), markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer files of a table only where there is one."""
        return action != "answer" or self._table is not None or parameters[0] in {"", PICTURE}

    def action_answer(self, suffix: str) -> None:
        """Answer."""
        self.dismiss(suffix or None)

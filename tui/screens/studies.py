from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget

from psky.app.views import StudyView
from psky.domain import text as fmt
from tui.columns import studies as columns
from tui.forms.study import study_form
from tui.keys import bind
from tui.messages import RunAsked, StudiesListed, StudyOpened
from tui.screens.form import FormScreen
from tui.screens.panel import Panel
from tui.widgets.pane import Pane
from tui.widgets.table import Table
from tui.work import Work

if TYPE_CHECKING:
    from psky.app.space import TunedValue

_EMPTY = """No studies yet. n asks for one, of a tape. In a shell, then r here:

  psky demo
      a synthetic tape with a planted edge, tuned from end to end

  psky data import <files or folder> --symbol BTCJPY
  psky tune run BTCJPY --trials 20
      the same on your own trades"""


class StudiesPanel(Panel):
    """Every study of every symbol."""

    GUIDE = "The studies of all symbols. Open one to see its trials; n asks for a new one and starts it as a job."
    BINDINGS: ClassVar[list[BindingType]] = [bind("n", "new", "new study")]

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs: there are none."""
        return ()

    def body(self) -> Iterable[Widget]:
        """Return the list and what is known of the study under the cursor."""
        self.table: Table[StudyView] = Table(
            columns.COLUMNS, identity=lambda study: (study.symbol, study.study), id="studies"
        )
        self.detail = Pane(id="study")
        self.detail.border_title = "study"
        return (self.table, self.detail)

    def load(self) -> None:
        """Read the studies."""
        if not self.table.total:
            self.notice("reading the studies…")
        self.ask(self.core.list_studies, self._show)

    def command_line(self) -> str:
        """Return the command that lists the trials of the study under the cursor."""
        study = self.table.current
        if study is None:
            return self.core.command_line(["demo"])
        return self.core.command_line(["studies", "trials", study.symbol, "--study", study.study])

    def palette(self) -> Iterable[SystemCommand]:
        """Return the command for a new study."""
        yield SystemCommand("New study", "Choose what is tuned, and start it as a job", self.action_new)

    def action_new(self) -> None:
        """Ask what is to be tuned."""
        self.ask(self._read_space, self._ask_for_study)

    def _read_space(self) -> tuple[tuple[TunedValue, ...], list[str]]:
        return self.core.list_space(None), [row.symbol for row in self.core.list_symbols()]

    def _ask_for_study(self, found: tuple[tuple[TunedValue, ...], list[str]]) -> None:
        space, symbols = found
        here = self.table.current
        symbol = here.symbol if here is not None else (symbols or [""])[0]
        taken = {study.study for study in self.table.shown if study.symbol == symbol}
        names = ("study" if number == 1 else f"study-{number}" for number in range(1, len(taken) + 2))
        form = study_form(
            space, symbol=symbol, study=next(name for name in names if name not in taken), symbols=symbols
        )
        self.app.push_screen(FormScreen(self.core, form), self._asked)

    def _asked(self, work: Work | None) -> None:
        if work is not None:
            self.post_message(RunAsked(work))
            self.say(f"started: {work}; 5 shows it")

    def _show(self, studies: list[StudyView]) -> None:
        self.table.set_rows(studies)
        self.notice(None if studies else _EMPTY)
        if studies:
            self.table.focus()
        self.post_message(StudiesListed(studies))

    def on_table_rearranged(self) -> None:
        """Say how many there are and in what order."""
        self.table.border_title = f"{fmt.counted(self.table.total, 'study', 'studies')}{self.table.sort_text}"

    def on_table_highlighted(self) -> None:
        """Tell more of the study under the cursor."""
        study = self.table.current
        self.detail.show(Content() if study is None else self._describe(study))

    def on_table_picked(self) -> None:
        """Open the study under the cursor."""
        if self.table.current is not None:
            self.post_message(StudyOpened(self.table.current))

    def _describe(self, study: StudyView) -> Content:
        best = (
            "none yet"
            if study.best_trial is None
            else f"trial {study.best_trial}, score {fmt.signed(study.best_score, 3)}"
        )
        other = study.trials - study.complete - study.pruned
        more = ["tune", "run", study.symbol, "--study", study.study, "--trials", "20"]
        lines = (
            ("symbol", study.label),
            ("study", study.study),
            ("edge", columns.verdict_text(study)),
            *((("because", study.problem),) if study.problem else ()),
            ("best", best),
            ("trials", f"{study.trials}: {study.complete} complete, {study.pruned} pruned, {other} other"),
            ("folder", str(study.folder)),
            ("more trials", self.core.command_line(more)),
        )
        return Content("\n").join(Content.assemble((f"{name:<12}", "dim"), value) for name, value in lines)

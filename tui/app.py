"""The TUI: panels on a stack, and the jobs that they start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from psky.app.job_status import JobStatus
from psky.app.settings import Workstation
from psky.errors import PskyError
from tui import themes
from tui.board import JobBoard, Run, failed, look
from tui.core import Core
from tui.keys import bind, checked_keymap
from tui.messages import (
    BacktestOpened,
    ChartOpened,
    Looked,
    RunAsked,
    RunFound,
    RunStarted,
    SessionOpened,
    SessionsListed,
    StopAsked,
    StudiesListed,
    StudyOpened,
    TrialOpened,
    TrialsListed,
)
from tui.privacy import CURTAIN
from tui.scopes import scopes
from tui.screens.backtest import BacktestPanel
from tui.screens.backtests import BacktestsPanel
from tui.screens.data import DataPanel
from tui.screens.help import HelpScreen
from tui.screens.jobs import JobsPanel
from tui.screens.live import LivePanel
from tui.screens.panel import Panel
from tui.screens.sessions import SessionsPanel
from tui.screens.studies import StudiesPanel
from tui.screens.trial import TrialPanel
from tui.screens.trials import TrialsPanel
from tui.tabs import BACKTEST, DATA, JOBS, LIVE, STUDIES, TABS

Focus = tuple[str, str, int]
"""Symbol, study and trial."""
Session = tuple[str, str]
"""Symbol and live session."""
_LOOK_S = 0.25
# The first panel of each tab.
_FIRST: dict[str, Callable[[Core, JobBoard], Panel]] = {
    DATA.name: DataPanel,
    STUDIES.name: StudiesPanel,
    BACKTEST.name: BacktestsPanel,
    LIVE.name: SessionsPanel,
    JOBS.name: JobsPanel,
}


class PskyApp(App[None]):
    """Tabs, each a stack of panels: studies, their trials, a trial's backtest; each opens the next, `back` returns."""

    TITLE = "psky"
    CSS_PATH = "psky.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("z", "screen.zoom", "zoom"),
        bind("y", "screen.copy", "copy"),
        bind("Y", "screen.copy_command", "copy command"),
        bind("r", "screen.reload", "reload"),
        *(bind(tab.key, f"tab('{tab.name}')", tab.name, show=False) for tab in TABS),
        bind("e", "screen.export", "export"),
        bind("t", "next_theme", "theme"),
        bind("dollar_sign", "privacy", "privacy", show=False, key_display="$"),
        bind("escape,backspace", "screen.back", "back"),
        bind("question_mark", "help", "help", key_display="?"),
        bind("ctrl+p", "command_palette", "commands", priority=True),
        bind("q", "quit", "quit"),
    ]

    def __init__(
        self,
        core: Core,
        *,
        focus: Focus | None = None,
        session: Session | None = None,
        theme: str = themes.NAMES[0],
        settings: Workstation | None = None,
        look_s: float = _LOOK_S,
    ) -> None:
        super().__init__()
        given = settings or Workstation()
        if given.keys:
            self.set_keymap(checked_keymap(given.keys, scopes(self.BINDINGS)))
        CURTAIN.drawn = given.privacy
        self.core = core
        self.board = JobBoard()
        self._focus = focus
        self._session = session
        self._first_theme = theme
        self._look_s = look_s
        self._looking = False

    def on_mount(self) -> None:
        """Open the studies, or the sessions where one is to be shown, and begin to watch the jobs."""
        for theme in themes.OWN:
            self.register_theme(theme)
        self.theme = self._first_theme
        for name, panel in _FIRST.items():
            self.add_mode(name, partial(panel, self.core, self.board))
        self.switch_mode(STUDIES.name if self._session is None else LIVE.name)
        self.set_interval(self._look_s, self.look)

    # From panel to panel

    def on_study_opened(self, message: StudyOpened) -> None:
        """Show a study's trials."""
        self.push_screen(TrialsPanel(self.core, self.board, message.study))

    def on_trial_opened(self, message: TrialOpened) -> None:
        """Show a trial."""
        self.push_screen(TrialPanel(self.core, self.board, message.study, message.trial))

    def on_backtest_opened(self, message: BacktestOpened) -> None:
        """Show a backtest of a trial."""
        self.push_screen(BacktestPanel(self.core, self.board, message.key, message.label, message.parts))

    def on_chart_opened(self, message: ChartOpened) -> None:
        """Show a symbol's candles."""
        from tui.screens.chart import ChartPanel  # noqa: PLC0415 - loads numpy, for which the first paint does not wait

        self.push_screen(ChartPanel(self.core, self.board, message))

    def on_session_opened(self, message: SessionOpened) -> None:
        """Show a live session."""
        self.push_screen(LivePanel(self.core, self.board, message.row))

    def on_sessions_listed(self, message: SessionsListed) -> None:
        """Go on to the session that psky was opened on."""
        if self._session is None or self.current_mode != LIVE.name:
            return
        (symbol, name), self._session = self._session, None
        row = next((row for row in message.sessions if (row.symbol, row.session) == (symbol, name)), None)
        if row is None:
            self._say(f"✗ expected the session {name} of {symbol}, found none")
        else:
            self._put_cursor(name)
            self.on_session_opened(SessionOpened(row))

    def on_studies_listed(self, message: StudiesListed) -> None:
        """Go on to the study that psky was opened on."""
        if self._focus is None or self.current_mode != STUDIES.name:
            return
        symbol, name, _ = self._focus
        study = next((study for study in message.studies if (study.symbol, study.study) == (symbol, name)), None)
        if study is None:
            self._focus = None
            self._say(f"✗ expected the study {name} of {symbol}, found none")
        else:
            self._put_cursor((symbol, name))
            self.push_screen(TrialsPanel(self.core, self.board, study))

    def on_trials_listed(self, message: TrialsListed) -> None:
        """Go on to the trial that psky was opened on."""
        if self._focus is None or self.current_mode != STUDIES.name:
            return
        number, self._focus = self._focus[2], None
        trial = next((trial for trial in message.trials if trial.number == number), None)
        if trial is None:
            self._say(f"✗ expected trial {number}, found {len(message.trials)} others")
        else:
            self._put_cursor(number)
            self.on_backtest_opened(BacktestOpened.of(message.study, trial))

    def _put_cursor(self, identity: object) -> None:
        if isinstance(self.screen, StudiesPanel | TrialsPanel | SessionsPanel):
            self.screen.table.move_to(identity)

    # Jobs

    def on_run_asked(self, message: RunAsked) -> None:
        """Start work, unless it runs."""
        before = self.board.run(message.key)
        if before is None or not before.active:
            run = self.board.open(message.key)
            self._tell(run)
            self.run_worker(partial(self._start, run), thread=True, group="start")

    def _start(self, run: Run) -> None:
        try:
            self.post_message(RunStarted(run, self.core.start(run.key)))
        except (PskyError, OSError) as error:
            self.post_message(RunStarted(run, error))

    def on_run_found(self, message: RunFound) -> None:
        """Take over a job that somebody else started."""
        before = self.board.run(message.key)
        if before is None or not before.active:
            run = self.board.open(message.key)
            run.job = message.job
            self._tell(run)

    def on_run_started(self, message: RunStarted) -> None:
        """Take over the job, or the reason why there is none."""
        if isinstance(message.job, Exception):
            message.run.status = failed(message.job)
        else:
            message.run.job = message.job
        self._tell(message.run)

    def on_stop_asked(self, message: StopAsked) -> None:
        """Ask a job to stop."""
        run = message.run
        if run.job is None:
            return
        run.stopping = True
        try:
            run.job.stop()
        except (PskyError, OSError) as error:
            self._say(f"✗ {error}")
        self._tell(run)

    def look(self) -> None:
        """Look at the jobs that run, from a thread, one look at a time."""
        if isinstance(self.screen, Panel):
            self.screen.look()
        runs = self.board.active()
        if runs and not self._looking:
            self._looking = True
            self.run_worker(partial(self._look, runs), thread=True, group="look")

    def _look(self, runs: Iterable[Run]) -> None:
        found: list[tuple[Run, JobStatus]] = [(run, look(run)) for run in runs if run.job is not None]
        self.post_message(Looked(found))

    def on_looked(self, message: Looked) -> None:
        """Take over what was found and tell the panels."""
        self._looking = False
        for run, status in message.found:
            self.board.update(run, status)
            self._tell(run)

    def _tell(self, run: Run) -> None:
        self.board.tell(run)
        screen = self.screen_stack[-1] if self.screen_stack else None  # none are left when psky quits
        shown = isinstance(screen, BacktestPanel) and screen.key == run.key
        if not run.active and not shown:
            why = f": {run.status.text}" if run.state in {"failed", "killed"} else ""
            self._say(f"{run.state}: {run.key}{why}")

    def _say(self, text: str) -> None:
        panel = next((screen for screen in reversed(self.screen_stack) if isinstance(screen, Panel)), None)
        if panel is not None:
            panel.say(text)

    # Keys and commands

    def action_next_theme(self) -> None:
        """Change the colours."""
        self.use_theme(themes.following(self.theme))

    def use_theme(self, name: str) -> None:
        """Change the colours to those of a theme."""
        self.theme = name
        self._say(f"theme {name}")

    def action_privacy(self) -> None:
        """Hide amounts of money, or show them again."""
        CURTAIN.drawn = not CURTAIN.drawn
        for screen in self.screen_stack:
            if isinstance(screen, Panel):
                screen.redraw()
        self._say("amounts of money are hidden; $ shows them" if CURTAIN.drawn else "amounts of money are shown")

    def action_help(self) -> None:
        """Show every key of the present panel."""
        if isinstance(self.screen, Panel):
            self.push_screen(HelpScreen(self.screen))

    async def action_quit(self) -> None:
        """Leave. What runs goes on, and the last words say so."""
        going = self.board.active()
        lines = [f"  {run.key}" + (f"\n    {run.job.folder}" if run.job is not None else "") for run in going]
        self.exit(
            message="\n".join([f"{len(going)} running in processes of their own, and going on:", *lines])
            if going
            else None
        )

    def action_tab(self, name: str) -> None:
        """Go to a tab, as it was left; on the present one, to its first panel."""
        if not isinstance(self.screen, Panel):
            return
        if name != self.current_mode:
            self.switch_mode(name)
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return the commands of the palette: the panel's own, then those of everywhere."""
        if isinstance(screen, Panel):
            yield from screen.palette()
            for tab in TABS:
                yield SystemCommand(f"Go to {tab.name}", tab.about, partial(self.action_tab, tab.name))
            yield SystemCommand("Reload", "Read again what this panel shows", screen.action_reload)
            if screen.check_action("export", ()):
                yield SystemCommand("Export", "Write the table or the screen to a file", screen.action_export)
            yield SystemCommand("Copy command", "Copy the shell command of this panel", screen.action_copy_command)
        for name in themes.NAMES:
            yield SystemCommand(f"Theme {name}", "Change the colours", partial(self.use_theme, name))
        yield SystemCommand("Help", "Every key of this panel", self.action_help)
        yield SystemCommand("Privacy", "Hide amounts of money, or show them again", self.action_privacy)
        yield SystemCommand("Quit", "Leave psky; running jobs go on", self.action_quit)


def run(core: Core, *, focus: Focus | None, session: Session | None, theme: str, settings: Workstation) -> None:
    """Open the TUI, and on a trial (symbol, study, number) or a live session if one is given; return when it is left.

    Raises:
        SpecError: a key of the settings is of no action, or two actions have one key.
    """
    PskyApp(core, focus=focus, session=session, theme=theme, settings=settings).run()

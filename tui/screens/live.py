from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from psky.domain import text as fmt
from psky.domain.time import SECOND_US
from psky.errors import PskyError
from tui.board import JobBoard
from tui.columns import live as columns
from tui.core import Core
from tui.keys import bind
from tui.messages import Answered
from tui.screens.confirm import ConfirmScreen
from tui.screens.live_text import banner, facts, private
from tui.screens.views import VIEW_KEYS, ViewsPanel
from tui.sessions import Replay, Watch
from tui.widgets.choicebar import ChoiceBar
from tui.widgets.lamps import lamp_lines
from tui.widgets.linechart import LineChart
from tui.widgets.pane import Pane
from tui.widgets.table import Table
from tui.widgets.titles import retitle

if TYPE_CHECKING:
    from psky.app.live_views import LiveView, SessionRow

_LOOK_S = 0.25
_SPEEDS = (1, 10, 60, 600, 3600)
_SEEK = 0.02


class LivePanel(ViewsPanel):
    """One live session: how it stands, or how it stood."""

    GUIDE = (
        "A session through its journal. The line at the top says where it trades, in the colour of that place. The "
        "panel only reads until it is armed (a): then f cancels and closes the position and K pulls the guard, each "
        "after a question that names symbol and size. p replays the session from its beginning: space stops and goes "
        "on, [ and ] change the speed, , and . go back and forth. EV low is the expected value of the last decision "
        "at the lower bound of p; │ is the margin that it has to pass."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *VIEW_KEYS,
        bind("p", "replay", "replay"),
        bind("space", "pause", "stop or go on", key_display="␣"),
        bind("left_square_bracket", "speed(-1)", "slower", key_display="["),
        bind("right_square_bracket", "speed(1)", "faster", key_display="]"),
        bind("comma", "seek(-1)", "back", key_display=","),
        bind("full_stop", "seek(1)", "forth", key_display="."),
        bind("a", "arm", "arm"),
        bind("f", "leave('flatten')", "flatten"),
        bind("K", "leave('kill')", "kill"),
    ]

    views = ("decisions", "orders", "trades", "events", "results")

    def __init__(self, core: Core, board: JobBoard, row: SessionRow) -> None:
        super().__init__(core, board)
        self.row = row
        self.now: LiveView | None = None
        self.view = self.views[0]
        self.is_armed = False
        self.replay: Replay | None = None
        self.at_us = 0
        self.speed = _SPEEDS[2]
        self.is_paused = False
        self._watch: Watch | None = None
        self._looking = False
        self._told = ""
        self._given: dict[str, tuple[object, ...]] = {}

    def path(self) -> tuple[str, ...]:
        """Return the breadcrumbs."""
        return (self.row.symbol, self.row.session)

    def body(self) -> Iterable[Widget]:
        """Return the banner, how the session stands, and below it one list of your choice; where there is room, two."""
        self.banner = Static(id="banner")
        self.facts, self.lamps = Pane(id="facts"), Pane(id="guards")
        self.facts.border_title, self.lamps.border_title = "session", "lamps"
        self.results = LineChart(empty="no trades yet", id="results")
        self.viewbar = ChoiceBar("view", id="views")
        self.tables: dict[str, Table[Any]] = {
            "decisions": Table(
                columns.DECISIONS, identity=lambda row: row.row, picks=False, follows=True, id="decisions"
            ),
            "orders": Table(columns.ORDERS, identity=lambda row: row.name, picks=False, id="orders"),
            "trades": Table(
                columns.TRADES, identity=lambda row: row.exit_ts_us, picks=False, follows=True, id="closed"
            ),
            "events": Table(columns.EVENTS, identity=lambda row: row.seq, picks=False, follows=True, id="events"),
        }
        for name, key in (("decisions", "time"), ("trades", "exit"), ("events", "time")):
            self.tables[name].sort_by(key, descending=True)
        return (self.banner, self.facts, self.lamps, self.viewbar, *self.tables.values(), self.results)

    def load(self) -> None:
        """Open the journal, and look at the session as it stands."""
        self._leave_replay()
        self._given.clear()  # all is shown anew: privacy may hide of it what it did not
        self.notice("reading the journal…")
        self.ask(partial(self.core.watch_session, self.row), self._opened)

    def command_line(self) -> str:
        """Return the command that watches the session."""
        return self._command("watch")

    def palette(self) -> Iterable[SystemCommand]:
        """Return the views, the replay, and what can be asked of the session."""
        yield from self.view_commands()
        yield SystemCommand("Replay session", "From its beginning; again: as it stands now", self.action_replay)
        if self.check_action("arm", ()):
            yield SystemCommand("Arm this panel", "Let its keys flatten and kill", self.action_arm)
        if self.check_action("leave", ()):
            yield SystemCommand(
                "Flatten", "Cancel all orders and close the position", lambda: self.action_leave("flatten")
            )
            yield SystemCommand("Kill", "Pull the guard: trade no more until armed", lambda: self.action_leave("kill"))

    def on_unmount(self) -> None:
        """Let go of the journal."""
        gc.unfreeze()
        for open_ in (self._watch, self.replay):
            if open_ is not None:
                open_.close()

    # Looking: one look at a time, from a thread

    def _opened(self, watch: Watch) -> None:
        if self._watch is not None:
            self._watch.close()
        self._watch = watch
        self.show_view()
        self.look()

    def look(self) -> None:
        """Look again, unless that is being done."""
        if self._watch is None or self._looking or (self.replay is not None and self.is_paused):
            return
        if self.replay is not None:
            self.at_us = min(self.at_us + round(_LOOK_S * self.speed * SECOND_US), self.replay.last_us)
        self._look()

    def _look(self) -> None:
        self._looking = True
        read = partial(self._read, self._watch, self.replay, self.at_us)
        self.run_worker(read, group="look", description="a look at the session", thread=True)  # which is else spelt out

    def _read(self, watch: Watch | None, replay: Replay | None, at_us: int) -> None:
        view: LiveView | None = None
        try:
            if replay is not None:
                view = replay.seek(at_us)
            elif watch is not None:
                view = watch.look()
        except (PskyError, OSError) as error:
            self.post_message(Answered(partial(self._failed, error, watch, replay)))
        else:
            self.post_message(Answered(partial(self._show, view, replay)))

    def _failed(self, error: Exception, watch: Watch | None, replay: Replay | None) -> None:
        self._looking = False
        if watch is not self._watch or replay is not self.replay:  # let go of while it was read
            return
        self._watch = None
        self.notice(f"✗ {error}\n\nr tries again.", error=True)

    # What is shown

    def _show(self, view: LiveView | None, replay: Replay | None) -> None:
        self._looking = False
        if view is None or replay is not self.replay:
            return
        from psky.app.live_views import latency_words, live_lamps  # noqa: PLC0415 - loads the core

        first, self.now = self.now is None, view
        if first:
            self.notice(None)
            self.show_view()
            self._below.focus()
            # A collection of all that is loaded by now takes 50 ms, in which no key is answered.
            self.call_after_refresh(gc.freeze)
        self._tell(view)
        self.facts.show(*facts(view, latency_words(view)))
        lamps = private(live_lamps(view, self.core.limits))
        if self._is_other("lamps", lamps):
            self.lamps.show(*lamp_lines(lamps))
        self._show_rows(view)

    def _show_rows(self, view: LiveView) -> None:
        latest_first = {"decisions": view.decisions, "orders": view.orders, "events": view.events}
        for name, rows in latest_first.items():
            if self.tables[name].display and self._is_other(name, rows):
                self.tables[name].set_rows(rows)
        if self.tables["trades"].display and self._is_other("trades", view.trades):
            self.tables["trades"].set_rows(view.trades[::-1])
        if self._is_other("results", view.trades):
            totals = list(accumulate(trade.net_r for trade in view.trades))
            self.results.show([float(trade.exit_ts_us) for trade in view.trades], totals)
            retitle(self.results, f"result {fmt.signed(totals[-1])} R" if totals else "result")

    def _is_other(self, name: str, rows: tuple[object, ...]) -> bool:
        # Whether a part has not been given these rows, which it now is.
        before = self._given.get(name)
        self._given[name] = rows
        return rows != before

    def _tell(self, view: LiveView) -> None:
        # The banner and the keys change seldom, and cost a layout each.
        doing = self._doing(view)
        if doing != self._told:
            self._told = doing
            self.banner.update(banner(view, doing))
            self.refresh_bindings()

    def _doing(self, view: LiveView) -> str:
        if self.replay is not None:
            return f"REPLAY {'stopped, ' if self.is_paused else ''}{self.speed}x"
        if not view.row.running:
            return "ENDED" if view.row.ended else "CUT OFF"
        return "ARMED" if self.is_armed else "READ-ONLY"

    @property
    def _below(self) -> Widget:
        return self.results if self.view == "results" else self.tables[self.view]

    def show_view(self) -> None:
        """Show the view that was chosen, and more where there is room."""
        self.viewbar.show(self.views, self.view)
        wide = self.has_class("-wide")
        for name, table in self.tables.items():
            table.display = name == self.view or (wide and name == "events")
        self.results.display = self.view == "results" or wide
        if self.now is not None:
            self._show(self.now, self.replay)

    def on_resize(self) -> None:
        """Show more where there is more room."""
        self.call_after_refresh(self.show_view)

    def on_table_rearranged(self) -> None:
        """Say how many rows there are."""
        for name, table in self.tables.items():
            retitle(table, fmt.counted(table.total, name.removesuffix("s")) + table.sort_text)

    def action_view(self, view: str) -> None:
        """Choose what stands below."""
        super().action_view(view)
        self._below.focus()

    # Replay

    def action_replay(self) -> None:
        """Begin the replay, or end it and look at the session as it stands."""
        if self.replay is None:
            self.ask(partial(self.core.replay_session, self.row), self._begin_replay)
        else:
            self.load()

    def _begin_replay(self, replay: Replay) -> None:
        self.replay, self.at_us, self.is_paused, self.is_armed = replay, replay.first_us, False, False
        self.look()

    def _leave_replay(self) -> None:
        if self.replay is not None:
            self.replay.close()
        self.replay, self.now, self._looking = None, None, False

    def action_pause(self) -> None:
        """Stop the replay, or go on."""
        self.is_paused = not self.is_paused
        self._again()

    def action_speed(self, by: int) -> None:
        """Change the speed of the replay."""
        self.speed = _SPEEDS[min(max(_SPEEDS.index(self.speed) + by, 0), len(_SPEEDS) - 1)]
        self._again()

    def action_seek(self, by: int) -> None:
        """Go back or forth by a fiftieth of the session."""
        if self.replay is not None:
            length_us = self.replay.last_us - self.replay.first_us
            wanted_us = self.at_us + round(by * _SEEK * length_us)
            self.at_us = min(max(wanted_us, self.replay.first_us), self.replay.last_us)
            self._again()

    def _again(self) -> None:
        if self.replay is not None and not self._looking:
            self._look()

    # Asking the session for something

    def offers(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to steer a replay, and to leave the market only where it can be left and the panel is armed."""
        runs = self.replay is None and self.now is not None and self.now.row.running
        if action in {"pause", "speed", "seek"}:
            return self.replay is not None
        if action == "arm":
            return runs and not self.is_armed
        if action == "leave":
            return runs and self.is_armed
        if action in {"replay", "next_view"}:
            return self.now is not None
        return super().offers(action, parameters)

    def action_arm(self) -> None:
        """Ask whether the keys of this panel may leave the market."""
        if self.now is not None:
            money = "This is REAL MONEY. " if self.now.real_money else ""
            question = (
                f"{money}Let the keys of this panel flatten and kill {self.row.symbol} on {self.row.environment}?"
            )
            self.app.push_screen(ConfirmScreen(question), self._armed)

    def _armed(self, sure: bool | None) -> None:  # noqa: FBT001 - as Textual calls back
        self.is_armed = bool(sure)
        self.say("armed: f flattens, K kills" if sure else "read-only")
        self.show_view()

    def action_leave(self, what: str) -> None:
        """Ask before the session is asked to flatten or to kill."""
        if self.now is None:
            return
        from psky.app.live_views import position_words  # noqa: PLC0415 - loads the core

        orders = len(self.now.orders)
        then = "goes on trading" if what == "flatten" else "trades no more until somebody arms it"
        question = (
            f"{what.capitalize()} on {self.row.environment}: cancel {orders} orders of {self.row.symbol} and close "
            f"{position_words(self.now)}?\n\nThe session then {then}. In a shell:\n{self._command(what)}"
        )
        self.app.push_screen(ConfirmScreen(question), partial(self._sure, what))

    def _sure(self, what: str, sure: bool | None) -> None:  # noqa: FBT001 - as Textual calls back
        if sure:
            self.say(f"asking the session to {what}…")
            self.run_worker(partial(self._ask_session, what), group="ask", thread=True)

    def _ask_session(self, what: str) -> None:
        try:
            self.core.ask_session(self.row, what)
        except (PskyError, OSError) as error:
            self.post_message(Answered(partial(self._unheard, what, error)))
        else:
            self.post_message(Answered(partial(self.say, f"{what}: the session is flat")))

    def _unheard(self, what: str, error: Exception) -> None:
        # It stays until it is answered: the account may not be flat.
        words = f"✗ {error}\n\nr shows the session again. In a shell:\n\n  {self._command(what)}"
        self.notice(words, error=True)

    def _command(self, what: str) -> str:
        return self.core.command_line(["live", what, self.row.symbol, "--session", self.row.session])

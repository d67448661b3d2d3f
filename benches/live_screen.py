"""`python -m benches.live_screen REPORT SECONDS HZ EVERY`: the Live panel while a session moves HZ times a second.

Price, facts and feeds are others at each update, an event is added by it, and a decision and a trade by each EVERYth.

Writes to REPORT what it cost: CPU seconds, updates drawn, and when the cursor moved (the clock that processes share).
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import tui.app
from psky.app.live_views import DecisionView, EventLine, LiveView, OrderView, SessionRow, TradeLine
from psky.live.limits import LiveLimits
from tui.app import PskyApp
from tui.core import Core
from tui.messages import SessionOpened
from tui.screens.live import LivePanel

ROWS = 500
_START_US = 1_767_225_600_000_000
_SECOND_US = 1_000_000
_SESSION = SessionRow(
    symbol="BTCUSDT",
    session="bench",
    environment="sim",
    study="bench",
    trial=0,
    started_us=_START_US,
    running=True,
    ended="",
)
_ORDER = OrderView(name="o", kind="stop", side="short", price="44,900.00", qty="0.1", filled="0", state="rests")


class MovingSession:
    """A session that moves at every look."""

    def __init__(self, every: int) -> None:
        self._number, self._every = 0, every
        self._decisions: deque[DecisionView] = deque(maxlen=ROWS)
        self._events: deque[EventLine] = deque(maxlen=ROWS)
        self._trades: deque[TradeLine] = deque(maxlen=ROWS)
        for _ in range(ROWS * every):
            self._move()

    def look(self) -> LiveView | None:
        """Move, and return how the session stands."""
        self._move()
        price = f"{45_000 + 50 * math.sin(self._number / 9):,.2f}"
        return LiveView(
            row=_SESSION,
            real_money=False,
            colour="primary",
            seq=self._number,
            market_us=_START_US + self._number * _SECOND_US,
            mode="trading",
            held="",
            tripped="",
            last_price=price,
            lots=1,
            qty="0.1",
            entry_price="45,000.00",
            open_r=math.sin(self._number / 9),
            today_r=1.0,
            today_trades=ROWS,
            money="USDT",
            today_usdt=1.0,
            equity_usdt=10_000.0 + self._number % 97,
            decided=self._number,
            entered=self._number // 3,
            ev_margin_r=0.02,
            orders=(_ORDER, replace(_ORDER, name="p", price=price)),
            decisions=tuple(reversed(self._decisions)),
            events=tuple(reversed(self._events)),
            trades=tuple(self._trades),
            took_us=(3_000, 4_000 + self._number % 100),
            feed_age_us={"public": self._number % 900_000, "private": self._number % 700_000},
            skew_us=1_200,
            errors=0,
            disagrees=False,
            has_stop=True,
        )

    def close(self) -> None:
        """Let go of nothing."""

    def _move(self) -> None:
        self._number += 1
        number, ts_us, value = self._number, _START_US + self._number * _SECOND_US, math.sin(self._number)
        self._events.append(
            EventLine(
                seq=number, ts_us=ts_us, at_us=ts_us, kind="filled", text=f"bought {number} at 45,000.00", tone="gain"
            )
        )
        if number % self._every:
            return
        self._decisions.append(
            DecisionView(
                row=number,
                ts_us=ts_us,
                side="long" if value > 0 else "short",
                price=f"{45_000 + number:,.2f}",
                p=0.5 + value / 9,
                p_lower=0.4 + value / 9,
                ev_r=value / 5,
                ev_lower_r=value / 6,
                entered=value > 0.5,
                reason="enter" if value > 0.5 else "expected value too low",
            )
        )
        self._trades.append(TradeLine(exit_ts_us=ts_us, side="long", net_r=value, exit_reason="target"))


class BenchCore:
    """A core with that session and nothing else."""

    read_only = False
    limits = LiveLimits()

    def __init__(self, every: int) -> None:
        self._every = every

    def list_studies(self) -> list[Any]:
        """Return no study."""
        return []

    def watch_session(self, row: SessionRow) -> MovingSession:
        """Return the session."""
        del row
        return MovingSession(self._every)

    def command_line(self, command: list[str]) -> str:
        """Return the words."""
        return " ".join(command)


class BenchApp(PskyApp):
    """The workstation on the Live panel; it measures, and leaves when its time is over."""

    CSS_PATH = str(Path(tui.app.__file__).with_name("psky.tcss"))

    def __init__(self, report: Path, seconds: float, hz: float, every: int) -> None:
        super().__init__(cast("Core", BenchCore(every)), look_s=1 / hz)
        self._report, self._seconds = report, seconds
        self._moves: list[float] = []
        self._began = (0.0, 0.0, 0)

    def on_mount(self) -> None:
        """Open the session when the workstation stands."""
        self.set_timer(1.0, lambda: self.on_session_opened(SessionOpened(_SESSION)))
        self.set_timer(2.0, self._begin)

    def _begin(self) -> None:
        panel = self.screen
        if not isinstance(panel, LivePanel) or panel.now is None:
            self.set_timer(0.2, self._begin)  # not drawn yet
            return
        table = panel.tables["decisions"]
        move = table.action_move

        def moved(step: int) -> None:
            move(step)
            self._moves.append(time.monotonic())

        vars(table)["action_move"] = moved
        self._began = (time.process_time(), time.monotonic(), panel.now.seq)
        self._report.with_suffix(".ready").touch()
        self.set_timer(self._seconds, self._end)

    def _end(self) -> None:
        panel = self.screen
        cpu_s, clock_s, seq = self._began
        drawn = panel.now.seq - seq if isinstance(panel, LivePanel) and panel.now is not None else 0
        measured = {
            "cpu_s": time.process_time() - cpu_s,
            "wall_s": time.monotonic() - clock_s,
            "updates": drawn,
            "moves": self._moves,
        }
        self._report.write_text(json.dumps(measured), encoding="utf-8")
        self.exit()


if __name__ == "__main__":
    BenchApp(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])).run()

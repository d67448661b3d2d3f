"""Looking at live sessions through their journals: listed, watched while they run, replayed afterwards."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from psky.app.live_fold import SessionFold
from psky.app.live_views import LiveView, SessionRow
from psky.app.workspace import Workspace
from psky.domain.time import DAY_US
from psky.errors import JournalError
from psky.live.environments import ENVIRONMENTS, Environment
from psky.live.folder import SessionFolder, find_session, live_root, sessions
from psky.live.journal.reader import JournalReader, Row
from psky.live.journal.records import Ended

_STATUS = "status"  # `psky.live.status.SHOWN`, which loads the whole desk


def list_all_sessions(workspace: Workspace) -> tuple[SessionRow, ...]:
    """Return the sessions of every symbol, the latest first; a journal of another version is passed over."""
    rows = []
    for root in sorted(live_root(workspace.model_root, "any").parent.glob("*")):
        for folder in sessions(root):
            try:
                rows.append(_row(folder, root.name))
            except JournalError:  # of another version: it must not hide the others
                continue
    return tuple(sorted(rows, key=lambda row: row.started_us, reverse=True))


class SessionWatch:
    """A session as it stands, read on from where the last look ended.

    Raises:
        UsageError: there is no such session.
        JournalError: its journal cannot be read.
    """

    def __init__(self, workspace: Workspace, symbol: str, session: str) -> None:
        self._folder = find_session(live_root(workspace.model_root, symbol), session)
        self._row = _row(self._folder, symbol)
        self._reader = JournalReader(self._folder.journal)
        self._fold = SessionFold(self._reader.opened())
        self._seen: tuple[int, int, bool] | None = None

    def look(self) -> LiveView | None:
        """Return how the session stands, None where nothing is new.

        Raises:
            JournalError: its journal cannot be read.
        """
        for row in self._reader.rows(after=self._fold.seq):
            self._fold.take(row)
        shown_us, status = self._reader.now(_STATUS) or (0, {})
        running = not self._fold.ended and self._folder.is_running
        seen = (self._fold.seq, shown_us, running)
        if seen == self._seen and not running:  # the age of a feed grows while a session runs
            return None
        self._seen = seen
        late_us = max(0, time.time_ns() // 1000 - shown_us)
        # A session that no process runs hears nothing, however lately it did.
        ages = {name: int(age_us) + late_us for name, age_us in status.get("feeds", {}).items()} if running else {}
        return _view(self._fold, replace(self._row, running=running, ended=self._fold.ended), status, ages)

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()


class SessionReplay:
    """A session as it stood at any moment of the market's time.

    Raises:
        UsageError: there is no such session.
        JournalError: its journal cannot be read.
    """

    def __init__(self, workspace: Workspace, symbol: str, session: str) -> None:
        folder = find_session(live_root(workspace.model_root, symbol), session)
        self._reader = JournalReader(folder.journal)
        self._row = _row(folder, symbol)
        self.first_us, self.last_us = _span(self._reader)
        self._next: Row | None
        self._begin()

    def seek(self, ts_us: int) -> LiveView:
        """Return how the session stood when the market's time was `ts_us`; going back begins anew.

        Raises:
            JournalError: its journal cannot be read.
        """
        if ts_us < self._fold.market_us:
            self._begin()
        while self._next is not None and self._next.ts_us <= ts_us:
            self._fold.take(self._next)
            self._next = next(self._rows, None)
        return _view(self._fold, self._row, {}, {})

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()

    def _begin(self) -> None:
        self._fold = SessionFold(self._reader.opened())
        self._rows: Iterator[Row] = self._reader.rows()
        self._next = next(self._rows, None)


def _span(reader: JournalReader) -> tuple[int, int]:
    first = last = 0
    for row in reader.rows():
        if row.ts_us > 0:
            first, last = first or row.ts_us, max(last, row.ts_us)
    return first, last


def _row(folder: SessionFolder, symbol: str) -> SessionRow:
    with JournalReader(folder.journal) as reader:
        first = next(reader.rows(), None)
        opened, ended = reader.opened(), _ended(reader)
    return SessionRow(
        symbol=symbol,
        session=folder.name,
        environment=opened.environment,
        study=opened.study,
        trial=opened.trial,
        started_us=0 if first is None else first.at_us,
        running=folder.is_running,
        ended=ended,
    )


def _ended(reader: JournalReader) -> str:
    found = reader.last(Ended)
    return "" if found is None else found[1].reason


def _view(fold: SessionFold, row: SessionRow, status: dict[str, Any], ages: dict[str, int]) -> LiveView:
    where = ENVIRONMENTS.get(row.environment, Environment(name=row.environment, about="", real_money=True))
    day, equity_usdt = fold.market_us // DAY_US, float(status.get("equity_usdt", fold.wallet_usdt))
    return LiveView(
        row=row,
        real_money=where.real_money,
        colour=where.colour,
        seq=fold.seq,
        market_us=fold.market_us,
        mode=status.get("mode", fold.mode),
        held=status.get("held", fold.held),
        tripped=fold.tripped,
        last_price=fold.price(fold.last_ticks) if fold.last_ticks else "",
        lots=fold.lots,
        qty=fold.qty(abs(fold.lots)),
        entry_price=fold.price(fold.entry_ticks) if fold.lots else "",
        open_r=fold.open_r,
        today_r=fold.today_r,
        today_trades=sum(trade.exit_ts_us // DAY_US == day for trade in fold.trades),
        money=fold.opened.money,
        today_usdt=equity_usdt - fold.day_start_usdt,
        equity_usdt=equity_usdt,
        decided=fold.decided,
        entered=fold.entered,
        ev_margin_r=float(fold.opened.strategy.get("policy", {}).get("ev_margin_r", 0.0)),
        orders=fold.orders,
        decisions=tuple(reversed(fold.decisions)),
        events=tuple(reversed(fold.events)),
        trades=tuple(fold.trades),
        took_us=tuple(fold.took_us),
        feed_age_us=ages,
        skew_us=status.get("skew_us"),
        errors=int(status.get("errors", 0)),
        disagrees=fold.disagrees,
        has_stop=fold.has_stop or (bool(fold.lots) and fold.exchange_stop),
    )

"""Where a session's orders go: to the exchange, to a simulator, or to a venue of our own for a paper account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from psky.app.data import load_trades
from psky.app.keys import keys_of
from psky.app.paper import PaperAccount, new_account, paper_venue
from psky.app.workspace import Workspace
from psky.domain.instrument import Instrument
from psky.live.carried import Carried, carried
from psky.live.environments import Environment, at_address, environment
from psky.live.folder import SessionFolder
from psky.live.journal.reader import JournalReader
from psky.live.keys import Keys
from psky.live.limits import LiveLimits
from psky.live.start import Plan, session_folder
from psky.spec.codec import from_dict


@contextmanager
def at_venue(plan: Plan, root: Path, balance_usdt: float) -> Iterator[Plan]:
    """Return a plan whose venue is there for the length of the block.

    One of our own goes on with what the session's journal says that the account holds, or begins with `balance_usdt`.

    Raises:
        ExchangeError: nobody tells the market, or in other steps than the store's.
    """
    if not plan.environment.own_venue:
        yield plan
        return
    folder = session_folder(plan, root)
    is_new = not folder.journal.exists() or folder.is_blank()
    account = PaperAccount(
        feed=plan.environment,
        keys=plan.keys,
        spec=plan.spec,
        instrument=plan.instrument,
        history=plan.history,
        holds=new_account(balance_usdt) if is_new else _carried(folder, plan.instrument),
        stale_s=plan.limits.stale_public_s,
    )
    with paper_venue(account) as address:
        there = at_address(plan.environment, address)
        yield replace(plan, environment=there, missed=None if is_new else account.holds.missed())


@contextmanager
def venue_of(
    workspace: Workspace, symbol: str, folder: SessionFolder, address: str | None, limits: LiveLimits
) -> Iterator[tuple[Environment, Keys]]:
    """Return where the account of a session is that no process runs, for the length of the block.

    Raises:
        UsageError: no keys, or no address of a simulator.
        ExchangeError: as for `at_venue`.
    """
    opened = folder.opened()
    where = environment(opened.environment, address)
    keys = keys_of(where)
    if not where.own_venue:
        yield where, keys
        return
    stored = load_trades(workspace, symbol)
    account = PaperAccount(
        feed=where,
        keys=keys,
        spec=from_dict(opened.strategy),
        instrument=stored.instrument,
        history=stored.trades,
        holds=_carried(folder, stored.instrument),
        stale_s=limits.stale_public_s,
    )
    with paper_venue(account) as there:
        yield at_address(where, there), keys


def _carried(folder: SessionFolder, instrument: Instrument) -> Carried:
    with JournalReader(folder.journal) as reader:
        return carried(reader, instrument)

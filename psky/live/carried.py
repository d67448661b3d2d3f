"""What an account holds by its journal alone: for a venue that forgot it with the process that it lived in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules
from psky.engine.messages import BILLION, Filled
from psky.live.journal import records
from psky.live.journal.reader import JournalReader, Row
from psky.live.recovery import event_of
from psky.live.translate import FUNDING


@dataclass(slots=True, kw_only=True)
class Carried:
    """An account: wallet, position (lots, long positive) at its mean entry, and the market's time it was left at."""

    wallet_usdt: Decimal
    lots: int = 0
    entry_ticks: Decimal = Decimal(0)
    left_us: int = 0

    def whole_ticks(self, unit: Decimal) -> Carried:
        """Return the same account with its entry at a whole tick; the wallet has the difference."""
        entry = self.entry_ticks.to_integral_value()
        wallet = self.wallet_usdt + (entry - self.entry_ticks) * self.lots * unit
        return Carried(wallet_usdt=wallet, lots=self.lots, entry_ticks=entry, left_us=self.left_us)

    def missed(self) -> records.Gap:
        """Return what a journal is told where a venue goes on with this account."""
        holds = f"{self.lots:+,} lots at {self.entry_ticks:.1f} ticks" if self.lots else "no position"
        return records.Gap(
            feed="venue",
            start_us=self.left_us,
            end_us=self.left_us,
            reason=f"the paper venue ended with its process: its orders are gone, it goes on with {holds}",
        )


def carried(reader: JournalReader, steps: InstrumentRules | Instrument) -> Carried:
    """Return what the account of a session holds: by its fills, and by what was booked besides.

    Raises:
        JournalError: the journal cannot be read, or does not say what the session is.
    """
    account = Carried(wallet_usdt=Decimal(reader.opened().account_usdt))
    unit = steps.tick * steps.lot
    for row in reader.rows():
        follow(account, row, unit)
    return account


def follow(account: Carried, row: Row, unit: Decimal) -> None:
    """Let an account know the next record of its journal; `unit` is what a tick is worth of a lot."""
    account.left_us = max(account.left_us, row.ts_us)
    match row.record:
        case records.Venue() as heard:
            event = event_of(heard)
            if isinstance(event, Filled):
                account.wallet_usdt -= unit * event.fee / BILLION
                _fill(account, event.lots * event.side, event.price_ticks, unit)
        case records.Booked() as booked:
            account.wallet_usdt += Decimal(booked.amount_usdt)
            if booked.what != FUNDING:
                _fill(account, booked.lots, booked.price_ticks, unit)
        case records.Guard(what="flat") as flat:
            account.wallet_usdt = Decimal(repr(flat.facts["wallet_usdt"]))
            account.lots = 0
        case _:
            pass


def _fill(account: Carried, lots: int, price_ticks: int, unit: Decimal) -> None:
    held = account.lots
    closed = min(abs(held), abs(lots)) if held * lots < 0 else 0
    if closed:
        side = 1 if held > 0 else -1
        account.wallet_usdt += side * closed * (price_ticks - account.entry_ticks) * unit
    account.lots += lots
    opened = abs(lots) - closed
    if opened:
        kept = abs(account.lots) - opened
        account.entry_ticks = (account.entry_ticks * kept + Decimal(price_ticks) * opened) / abs(account.lots)

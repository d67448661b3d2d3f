"""Messages as the core takes and gives them: rows of the code of a kind and the fields, in their order."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeAlias

from msgspec import structs

from psky.domain.side import Side
from psky.engine.codes import ExitReason, OrderKind, RejectReason, SkipReason
from psky.engine.messages import (
    Accepted,
    Amend,
    Cancel,
    Cancelled,
    Clock,
    Command,
    Event,
    Filled,
    Funding,
    NoTrade,
    OrderType,
    Place,
    Print,
    Record,
    Rejected,
    Skip,
    Terms,
    Trade,
    VenueEvent,
    Verdict,
)

Row: TypeAlias = tuple[Any, ...]

_INTENT = attrgetter("ts_us", *Terms.__struct_fields__)
_EVENTS: dict[type[Event], int] = {
    Verdict: 0,
    Print: 1,
    Accepted: 2,
    Filled: 3,
    Rejected: 4,
    Cancelled: 5,
    Funding: 6,
    Clock: 7,
}
_COMMANDS: dict[type[Command], int] = {Place: 0, Amend: 1, Cancel: 2}
_RECORDS: dict[type[Record], int] = {Trade: 0, NoTrade: 1, Skip: 2}


def event_row(event: Event) -> Row:
    """Return the row of an event."""
    if isinstance(event, Verdict):
        return (_EVENTS[Verdict], event.row, *_INTENT(event.intent))
    return (_EVENTS[type(event)], *structs.astuple(event))


def venue_event(row: Row) -> VenueEvent:
    """Return the event of a venue that a row stands for.

    Raises:
        ValueError: it stands for none.
    """
    code, *fields = row
    match code:
        case 2:
            return Accepted(*fields)
        case 3:
            return _filled(fields)
        case 4:
            return Rejected(fields[0], RejectReason(fields[1]))
        case 5:
            return Cancelled(*fields)
        case 6:
            return Funding(*fields)
        case _:
            raise ValueError(f"expected what a venue says, found the code {code}")


def command_row(command: Command) -> Row:
    """Return the row of a command."""
    return (_COMMANDS[type(command)], *structs.astuple(command))


def command(row: Row) -> Command:
    """Return the command that a row stands for."""
    code, order, name, *rest = row
    if code == _COMMANDS[Place]:
        kind, side, type_, price, lots, armed = rest
        return Place(
            order_id=order,
            name=name,
            kind=OrderKind(kind),
            side=Side(side),
            type=OrderType(type_),
            price_ticks=price,
            lots=lots,
            armed=armed,
        )
    if code == _COMMANDS[Amend]:
        type_, price, lots, version, armed = rest
        return Amend(
            order_id=order,
            name=name,
            type=OrderType(type_),
            price_ticks=price,
            lots=lots,
            version=version,
            armed=armed,
        )
    return Cancel(order, name, *rest)


def record_row(record: Record) -> Row:
    """Return the row of a record."""
    return (_RECORDS[type(record)], *structs.astuple(record))


def record(row: Row) -> Record:
    """Return the record that a row stands for."""
    code, *fields = row
    if code == _RECORDS[Trade]:
        values = dict(zip(Trade.__struct_fields__, fields, strict=True))
        values["side"], values["exit_reason"] = Side(values["side"]), ExitReason(values["exit_reason"])
        return Trade(**values)
    if code == _RECORDS[Skip]:
        return Skip(fields[0], SkipReason(fields[1]))
    return NoTrade(*fields)


def _filled(fields: list[Any]) -> Filled:
    values = dict(zip(Filled.__struct_fields__, fields, strict=True))
    return Filled(**values | {"side": Side(values["side"])})

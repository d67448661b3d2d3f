"""What a journal holds: one frozen value for each kind of record, tagged by its kind.

Prices are in ticks and quantities in lots of the session's instrument; times are microseconds UTC. `ts_us` of a record
is the market's time of what it tells (tape time on a paced simulator). Arrays of floats are bytes of little-endian
float64, so that they come back bit for bit.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from psky.engine.messages import Terms


class _Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """The base of all records."""


UNNAMED = "quote"
"""What money is called where nobody names the currency."""


class Opened(_Record, frozen=True, kw_only=True, tag="opened"):
    """The session was made: who trades what, where. The first record of a journal, and its only one of this kind."""

    session: str
    environment: str
    symbol: str
    study: str
    trial: int
    prefix: str
    """The session's order names begin with it."""
    strategy: dict[str, Any]
    """The spec, by section."""
    model_digest: str
    tick: str
    lot: str
    """Decimals: the price of a tick and the quantity of a lot."""
    account_usdt: str
    """What the wallet held."""
    psky_version: str
    quote: str = ""
    """The currency that amounts are in, empty where the exchange named none."""

    @property
    def money(self) -> str:
        """The currency as people are shown it."""
        return self.quote or UNNAMED


class Started(_Record, frozen=True, kw_only=True, tag="started"):
    """A process took the session on; `run` counts them from 1. A run after the first is a recovery."""

    run: int
    pid: int
    restored_seq: int
    """Record up to which the restored state of the brain had heard; 0 where it began anew."""
    decide_from_us: int = 0
    """Touches are decided from this time of the market on; 0 where a version noted it that did not say."""


class Ended(_Record, frozen=True, kw_only=True, tag="ended"):
    """The session is over; no process takes it on again."""

    reason: str
    lots: int
    """Position that was left."""


class Warmed(_Record, frozen=True, kw_only=True, tag="warmed"):
    """Before the first trade of the feed the brain heard the trades of the symbol's store, and decided nothing."""

    tape: str
    """Fingerprint of the tape."""
    rows: int
    start_us: int
    end_us: int


class Trades(_Record, frozen=True, kw_only=True, tag="trades"):
    """Public trades that were handed to the brain together, oldest first: the recorded tape. Columns of one length."""

    ts_us: list[int]
    price_ticks: list[int]
    lots: list[int]
    side: list[int]
    """The taker's: +1 bought, -1 sold."""
    tick_direction: list[int]
    flags: list[int]
    """As `TradeColumns.flags`: bit 0 retail price improvement, bit 1 block."""
    feed_seq: list[int]
    """The exchange's `seq` of each."""


class Gap(_Record, frozen=True, kw_only=True, tag="gap"):
    """Trades between two times are missing or may be; `filled` counts those that REST gave back."""

    feed: str
    start_us: int
    end_us: int
    reason: str
    filled: int = 0


class Clock(_Record, frozen=True, kw_only=True, tag="clock"):
    """The brain was told once that time is `ts_us`: it did the first thing that was due."""


class Venue(_Record, frozen=True, kw_only=True, tag="venue"):
    """An event of the exchange that was handed to the brain; `event` is the message, as `psky.engine.messages`."""

    name: str
    """The order's name; empty for funding."""
    event: dict[str, Any]
    source: str
    """`stream`, `answer` (to a request), `lookup` or `recovery`."""
    raw: dict[str, Any] | None = None
    """The exchange's own words, where there were any."""


class Verdict(_Record, Terms, frozen=True, kw_only=True, tag="verdict"):
    """The decision on a touch, with all that it rests on: the terms of its intent, and what was known then."""

    row: int
    """Number of the intent within the session."""
    expected_entry_ticks: float
    """What the decision counted on paying."""
    features: bytes
    """The touch's feature row, float64."""
    p: float
    p_lower: float
    gain_r: float
    loss_r: float
    trend_p: float | None
    regime_p: float | None
    ev_r: float
    ev_lower_r: float
    reason: int
    """As `Verdicts.reason`."""
    enter: bool
    """The decision; `held` may still keep it from the trader."""
    held: str = ""
    """Why an accepted verdict was not handed to the trader: features not ready, guard, missed data. Empty: it was."""


Origin = Literal["trader", "recovery"]


class Command(_Record, frozen=True, kw_only=True, tag="command"):
    """An order command, noted before it is sent; `command` is the message, as `psky.engine.messages`."""

    name: str
    op: str
    """`place`, `amend` or `cancel`."""
    version: int
    """0 of the order as placed, else the amendment's number."""
    sent_us: int
    """When it leaves, in market time."""
    armed: bool
    command: dict[str, Any]
    origin: Origin = "trader"
    """`trader`, or `recovery` for one that the process before gave and never noted."""


class Answer(_Record, frozen=True, kw_only=True, tag="answer"):
    """What the exchange said to a command."""

    name: str
    op: str
    version: int
    outcome: str
    """`accepted`, `refused`, `unknown` (no answer, and a look-up did not tell either) or `found` by a look-up."""
    code: int
    message: str
    took_us: int
    """Wall time from sending to knowing."""


class Outcome(_Record, frozen=True, kw_only=True, tag="outcome"):
    """What the trader left for the ledger: a finished trade, an entry without a fill, a skip."""

    record: dict[str, Any]
    """The message, as `psky.engine.messages`."""


class Position(_Record, frozen=True, kw_only=True, tag="position"):
    """What the exchange holds for us, and whether we agree."""

    lots: int
    """Long positive."""
    entry_ticks: float
    stop_ticks: float
    """Of the exchange-side disaster stop; 0 without one."""
    expected_lots: int
    """By our own books."""
    wallet_usdt: str


class Guard(_Record, frozen=True, kw_only=True, tag="guard"):
    """The guard tripped, took a step of its procedure, latched, or was armed again."""

    what: str
    """`trip`, `cancel`, `flatten`, `verify`, `flat`, `not_flat`, `armed`. With `flat` the trader forgets its trades."""
    rule: str
    explanation: str
    facts: dict[str, Any]


class Operator(_Record, frozen=True, kw_only=True, tag="operator"):
    """Somebody asked for something: `flatten`, `kill`, `arm`, `stop`."""

    what: str
    source: str


class Left(_Record, frozen=True, kw_only=True, tag="left"):
    """The trader was told to leave the market: `Brain.on_end`."""


class Mode(_Record, frozen=True, kw_only=True, tag="mode"):
    """The session's mode changed: `recovering`, `warming`, `trading`, `tripped`, `stopping`, `stopped`."""

    mode: str
    why: str
    held: str = ""
    """What keeps accepted verdicts from the trader from here on; empty: nothing does."""


class Saved(_Record, frozen=True, kw_only=True, tag="saved"):
    """The brain's state was kept aside (table `state`), having heard all records before this one."""

    sha256: str
    bytes: int


class Booked(_Record, frozen=True, kw_only=True, tag="booked"):
    """Money moved for another reason than a trade of ours: funding, settlement, a liquidation, deleveraging."""

    what: str
    """The exchange's `execType`."""
    name: str
    """Of the order, empty where it has none of psky's."""
    execution: int
    lots: int
    """Bought positive."""
    price_ticks: int
    amount_usdt: str
    """What it did to the wallet; negative was paid."""
    raw: dict[str, Any]


Record = (
    Opened
    | Started
    | Ended
    | Warmed
    | Trades
    | Gap
    | Clock
    | Venue
    | Verdict
    | Command
    | Answer
    | Outcome
    | Position
    | Guard
    | Operator
    | Left
    | Mode
    | Saved
    | Booked
)


def kind_of(record: Record) -> str:
    """Return the tag of a record."""
    return str(type(record).__struct_config__.tag)

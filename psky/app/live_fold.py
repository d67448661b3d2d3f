"""A session as its journal tells it, record after record: the same for one that runs and for one that is replayed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from functools import singledispatchmethod
from typing import Any

from psky.app.live_views import DecisionView, EventLine, OrderView, TradeLine
from psky.decision.decide import Reason
from psky.domain import text as fmt
from psky.domain.side import Side
from psky.domain.time import DAY_US
from psky.engine.codes import ExitReason, OrderKind
from psky.engine.messages import intent_of
from psky.live.journal import records
from psky.live.journal.reader import Row

_KEPT = 500
_ANSWERS = 100
_BAD_ANSWERS = {"refused", "unknown"}


@dataclass(slots=True, kw_only=True)
class _Order:
    name: str
    intent: int
    kind: OrderKind
    side: Side
    price_ticks: int
    lots: int
    filled_lots: int = 0
    accepted: bool = False


@dataclass(slots=True)
class SessionFold:
    """Takes the records of a session in order and knows how it stands after each."""

    opened: records.Opened
    seq: int = 0
    market_us: int = 0
    ts_us: int = 0
    at_us: int = 0
    mode: str = ""
    held: str = ""
    ended: str = ""
    tripped: str = ""
    last_ticks: int = 0
    lots: int = 0
    entry_ticks: float = 0.0
    wallet_usdt: float = 0.0
    day_start_usdt: float = 0.0
    """The wallet when the market's present day began, or when the session did."""
    disagrees: bool = False
    exchange_stop: bool = False
    skips: int = 0
    decided: int = 0
    entered: int = 0
    decisions: deque[DecisionView] = field(default_factory=lambda: deque(maxlen=_KEPT))
    events: deque[EventLine] = field(default_factory=lambda: deque(maxlen=_KEPT))
    trades: list[TradeLine] = field(default_factory=list)
    took_us: deque[int] = field(default_factory=lambda: deque(maxlen=_ANSWERS))
    _orders: dict[str, _Order] = field(default_factory=dict)
    _filled: dict[int, int] = field(default_factory=dict)
    _stops: dict[int, int] = field(default_factory=dict)
    _intent: int = -1

    def __post_init__(self) -> None:
        self.wallet_usdt = self.day_start_usdt = float(self.opened.account_usdt)

    # What it stands at

    @property
    def orders(self) -> tuple[OrderView, ...]:
        """The orders that rest or are on their way."""
        return tuple(
            OrderView(
                name=order.name,
                kind=order.kind.name.lower(),
                side=order.side.word,
                price=self.price(order.price_ticks) if order.price_ticks else "market",
                qty=self.qty(order.lots),
                filled=self.qty(order.filled_lots),
                state="rests" if order.accepted else "sent",
            )
            for order in self._orders.values()
        )

    @property
    def has_stop(self) -> bool:
        """Whether a stop of ours rests at the exchange."""
        return any(order.kind is OrderKind.STOP and order.accepted for order in self._orders.values())

    @property
    def open_r(self) -> float | None:
        """What the position stands at, in R at the last price, before costs; None without one."""
        distance = self._stops.get(self._intent, 0)
        if not self.lots or not distance or not self.last_ticks:
            return None
        return (self.last_ticks - self.entry_ticks) / distance * (1 if self.lots > 0 else -1)

    @property
    def today_r(self) -> float:
        """Results of the trades that closed on the market's present day, UTC."""
        day = self.market_us // DAY_US
        return sum(trade.net_r for trade in self.trades if trade.exit_ts_us // DAY_US == day)

    def price(self, ticks: float) -> str:
        """Return a price as text."""
        tick = Decimal(self.opened.tick)
        places = max(0, -int(tick.normalize().as_tuple().exponent))
        return f"{float(tick) * ticks:,.{places}f}"

    def qty(self, lots: int) -> str:
        """Return a quantity as text."""
        return f"{Decimal(self.opened.lot) * lots:,f}"

    # Records

    def take(self, row: Row) -> None:
        """Hear a record."""
        self.seq, self.at_us, self.ts_us = row.seq, row.at_us, max(row.ts_us, 0) or self.market_us
        day = self.market_us // DAY_US
        self.market_us = max(self.market_us, row.ts_us)
        if self.market_us // DAY_US > day:
            self.day_start_usdt = self.wallet_usdt
        self._hear(row.record)

    @singledispatchmethod
    def _hear(self, record: records.Record) -> None:
        """Nothing is shown of the others."""

    @_hear.register
    def _(self, record: records.Trades) -> None:
        self.last_ticks = record.price_ticks[-1]

    @_hear.register
    def _(self, record: records.Started) -> None:
        self._note("started", f"process {record.pid}, run {record.run}" + (", a recovery" if record.run > 1 else ""))

    @_hear.register
    def _(self, record: records.Ended) -> None:
        self.ended = record.reason
        self._note("ended", record.reason, "warn" if record.lots else "")

    @_hear.register
    def _(self, record: records.Gap) -> None:
        self._note("gap", f"{record.feed}: {record.reason}, {record.filled:,} trades filled in", "warn")

    @_hear.register
    def _(self, record: records.Mode) -> None:
        self.mode, self.held = record.mode, record.held
        self._note("mode", record.mode + (f": {record.why}" if record.why else ""))

    @_hear.register
    def _(self, record: records.Verdict) -> None:
        self.decided += 1
        entered = record.enter and not record.held
        self.entered += entered
        self._stops[record.row] = record.stop_distance_ticks
        reason = record.held and f"held: {record.held}" if record.enter else Reason(record.reason).words
        self.decisions.append(
            DecisionView(
                row=record.row,
                ts_us=self.ts_us,
                side=record.side.word,
                price=self.price(record.limit_ticks) if record.limit_ticks else "market",
                p=record.p,
                p_lower=record.p_lower,
                ev_r=record.ev_r,
                ev_lower_r=record.ev_lower_r,
                entered=entered,
                reason=reason or Reason.ENTER.words,
            )
        )

    @_hear.register
    def _(self, record: records.Command) -> None:
        command = record.command
        if record.op == "place":
            order = self._orders[record.name] = _placed(record.name, command)
            words = f"{order.kind.name.lower()}: {order.side.word} {self.qty(order.lots)}"
        else:
            order_ = self._orders.get(record.name)
            if order_ is not None and record.op == "amend":
                order_.price_ticks, order_.lots = command["price_ticks"], command["lots"]
            words = record.name if order_ is None else f"{order_.kind.name.lower()} {record.name}"
        price = command.get("price_ticks")
        self._note(record.op, words + (f" at {self.price(price)}" if price else ""), "dim")

    @_hear.register
    def _(self, record: records.Answer) -> None:
        self.took_us.append(record.took_us)
        if record.outcome in _BAD_ANSWERS:
            if record.op == "place":
                self._orders.pop(record.name, None)
            self._note(record.outcome, f"{record.op} {record.name}: {record.message} ({record.code})", "loss")

    @_hear.register
    def _(self, record: records.Venue) -> None:
        event, order = record.event, self._orders.get(record.name)
        what = event["message"]
        if what == "Filled":
            self._fill(event, order)
        elif order is not None and what == "Accepted":
            order.accepted = True
        elif what in {"Cancelled", "Rejected"}:
            self._orders.pop(record.name, None)
            if what == "Rejected":
                self._note("rejected", record.name, "warn")

    @_hear.register
    def _(self, record: records.Outcome) -> None:
        told = record.record
        if told["message"] == "Skip":
            self.skips += 1
        if told["message"] != "Trade":
            return
        trade = TradeLine(
            exit_ts_us=told["exit_ts_us"],
            side=Side(told["side"]).word,
            net_r=told["net_r"],
            exit_reason=ExitReason(told["exit_reason"]).name.lower().replace("_", " "),
        )
        self.trades.append(trade)
        self._note(
            "closed", f"{trade.side} by {trade.exit_reason}, {fmt.signed(trade.net_r)} R", fmt.sign_tone(trade.net_r)
        )

    @_hear.register
    def _(self, record: records.Position) -> None:
        self.disagrees = record.lots != record.expected_lots
        self.exchange_stop = record.stop_ticks > 0
        self.wallet_usdt = float(record.wallet_usdt)
        if self.disagrees:
            self._note(
                "books", f"the exchange holds {self.qty(record.lots)}, we {self.qty(record.expected_lots)}", "loss"
            )

    @_hear.register
    def _(self, record: records.Guard) -> None:
        words = record.explanation
        if not words.startswith(record.rule):
            words = f"{record.rule}: {words}"
        if record.what == "trip":
            self.tripped = words
        elif record.what == "armed":
            self.tripped = ""
        elif record.what == "flat":
            self.lots, self.entry_ticks = 0, 0.0
            self._orders.clear()
        tone = "loss" if record.what in {"trip", "not_flat"} else "warn"
        self._note(f"guard {record.what.replace('_', ' ')}", words, tone)

    @_hear.register
    def _(self, record: records.Operator) -> None:
        self._note("operator", f"{record.what}, through {record.source}", "warn")

    @_hear.register
    def _(self, record: records.Booked) -> None:
        self._note("booked", f"{record.what} {record.amount_usdt} {self.opened.money}")

    def _fill(self, event: dict[str, Any], order: _Order | None) -> None:
        lots = event["cumulative_lots"] - self._filled.get(event["order_id"], 0)
        if lots <= 0:  # told before
            return
        self._filled[event["order_id"]] = event["cumulative_lots"]
        signed, price = lots * event["side"], event["price_ticks"]
        if self.lots * signed >= 0:
            total = abs(self.lots) + lots
            self.entry_ticks = (self.entry_ticks * abs(self.lots) + price * lots) / total
            self._intent = intent_of(event["order_id"])
        self.lots += signed
        if not self.lots:
            self.entry_ticks = 0.0
        if order is not None:
            order.filled_lots = event["cumulative_lots"]
            if not event["left_lots"]:
                self._orders.pop(order.name, None)
        kind = "fill" if order is None else f"{order.kind.name.lower()} fill"
        verb = "bought" if event["side"] > 0 else "sold"
        maker = "maker" if event["maker"] else "taker"
        self._note("filled", f"{kind}: {verb} {self.qty(lots)} at {self.price(price)}, {maker}", "gain")

    def _note(self, kind: str, words: str, tone: str = "") -> None:
        self.events.append(
            EventLine(seq=self.seq, ts_us=self.ts_us, at_us=self.at_us, kind=kind, text=words, tone=tone)
        )


def _placed(name: str, command: dict[str, Any]) -> _Order:
    return _Order(
        name=name,
        intent=intent_of(command["order_id"]),
        kind=OrderKind(command["kind"]),
        side=Side(command["side"]),
        price_ticks=command["price_ticks"],
        lots=command["lots"],
    )

"""Bybit behind the port: linear perpetuals in one-way mode, through REST."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from psky.domain.rules import InstrumentRules
from psky.domain.time import DAY_US
from psky.engine.messages import Cancel, Command
from psky.errors import ExchangeError
from psky.ingest.instruments import rules_of
from psky.live.exchange.classes import SENT_BEFORE, Class
from psky.live.exchange.clock import read_clock
from psky.live.exchange.port import Account, Answer, Execution, OrderState, PositionState, Sending, Settled, Stage
from psky.live.exchange.rest import Reply, Requests, required
from psky.live.exchange.states import Reading, Words, decimal_in
from psky.live.exchange.wire import CATEGORY, PATHS, body_of, closing, op_of

PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0)
"""Between tries of the same."""
QUICK_S: Final = (0.2,)
"""The same where whoever asks will ask again."""
GIVE_UP_US: Final = 10_000_000
"""After so long nothing is tried again: a command is left for the reconciliation, a question was not answered."""
Pauses = tuple[float, ...]
Query = dict[str, Any]
_PAGE = 50
_WINDOW_US: Final = 6 * DAY_US
"""Executions are listed for a week at most."""
_RECENT: Final = 1000
_WITHDRAW = "Withdraw"


def recent_trades(rest: Requests, symbol: str) -> list[Words]:
    """Return the last 1,000 public trades, in no order that is to be relied on.

    Raises:
        ExchangeError: the exchange does not answer.
    """
    reply = rest.get("/v5/market/recent-trade", auth=False, category=CATEGORY, symbol=symbol, limit=_RECENT)
    return list(required(reply, "list recent trades").get("list", []))


class Bybit:
    """One account and one symbol. See `VenuePort` for what the methods do."""

    def __init__(self, rest: Requests, symbol: str, id_of: Callable[[str], int | None]) -> None:
        self._rest = rest
        self._symbol = symbol
        self._rules = self._read_rules()
        self.reading = Reading(rules=self._rules, id_of=id_of)

    @property
    def rules(self) -> InstrumentRules:
        """What the exchange accepts of the symbol."""
        return self._rules

    @property
    def error_count(self) -> int:
        """Requests that went wrong so far."""
        return self._rest.errors

    def account(self) -> Account:
        """Return what key and account may do, and how they stand."""
        clock = read_clock(lambda: self._rest.now_us, lambda: self._ask("tell its time", "/v5/market/time", auth=False))
        key = self._ask("describe the key", "/v5/user/query-api")
        wallet = self._ask("show the wallet", "/v5/account/wallet-balance", accountType="UNIFIED", coin="USDT")
        coins = [coin for account in wallet.get("list", []) for coin in account.get("coin", [])]
        usdt: Words = next((coin for coin in coins if coin.get("coin") == "USDT"), {})
        permissions: Mapping[str, Sequence[str]] = key.get("permissions") or {}
        return Account(
            may_trade=not int(key.get("readOnly", 0)),
            may_withdraw=_WITHDRAW in permissions.get("Wallet", ()),
            one_way=[int(row.get("positionIdx", 0)) for row in self._positions()] in ([0], []),
            wallet_usdt=decimal_in(usdt, "walletBalance"),
            clock=clock,
        )

    def send(self, command: Command, sending: Sending) -> Answer:
        """Carry a command out, once."""
        path = PATHS[op_of(command)]
        return self._carry(path, body_of(command, sending, self._rules), ends=isinstance(command, Cancel))

    def close(self, name: str, lots: int) -> Answer:
        """Send a reduce-only market order against a position of `lots`."""
        return self._carry(PATHS["place"], closing(name, lots, self._rules), ends=False, pauses_s=QUICK_S)

    def look_up(self, name: str) -> OrderState | None:
        """Return the order of this name, open or ended."""
        return self._look_up(name, PAUSES_S)

    def _look_up(self, name: str, pauses_s: Pauses) -> OrderState | None:
        query: Query = {"category": CATEGORY, "symbol": self._symbol, "orderLinkId": name}
        for path in ("/v5/order/realtime", "/v5/order/history"):
            for words in _listed(self._ask("look an order up", path, pauses_s=pauses_s, **query)):
                return self.reading.order(words)
        return None

    def open_orders(self) -> Sequence[OrderState]:
        """Return all open orders of the symbol."""
        rows = self._pages("list open orders", "/v5/order/realtime", openOnly=0)
        orders = [self.reading.order(words) for words in rows if not _attached(words)]
        return [order for order in orders if order.stage is Stage.OPEN]

    def position(self) -> PositionState:
        """Return the position."""
        rows = [self.reading.position(words) for words in self._positions()]
        held = [row for row in rows if row.lots]
        return (held or rows or [PositionState(lots=0, entry_ticks=0.0, stop_ticks=0.0)])[0]

    def executions(self, since_us: int, now_us: int) -> Sequence[Execution]:
        """Return what was executed since a time, oldest first."""
        found, start_us = list[Words](), since_us
        while start_us < now_us - _WINDOW_US:  # without an end it lists a week, and nothing of what is later
            end_us = start_us + _WINDOW_US
            found += self._executed(startTime=start_us // 1000, endTime=end_us // 1000 - 1)
            start_us = end_us
        found += self._executed(startTime=start_us // 1000)
        return [self.reading.execution(words) for words in found]

    def _executed(self, **window: int) -> list[Words]:
        return self._pages("list executions", "/v5/execution/list", **window)[::-1]

    def cancel_all(self) -> None:
        """Ask for the end of all orders of the symbol."""
        body = {"category": CATEGORY, "symbol": self._symbol}
        answer = self._carry("/v5/order/cancel-all", body, ends=True, pauses_s=QUICK_S)
        if answer.settled is not Settled.ACCEPTED:
            raise ExchangeError(f"expected the exchange to cancel all orders, found: {answer.message} ({answer.code})")

    def _carry(self, path: str, body: dict[str, Any], *, ends: bool, pauses_s: Pauses = PAUSES_S) -> Answer:
        start_us, tries = self._rest.now_us, 0
        while True:
            reply, tries = self._rest.post(path, body), tries + 1
            took_us = self._rest.now_us - start_us
            answer = self._answer(reply, body, ends=ends, took_us=took_us)
            if answer is not None:
                return answer
            if tries > len(pauses_s) or self._rest.now_us - start_us > GIVE_UP_US:
                message = f"{reply.message or 'no answer'}, {tries} times"
                return Answer(settled=Settled.UNKNOWN, code=reply.code, message=message, took_us=took_us)
            self._rest.pause(pauses_s[tries - 1])

    def _answer(self, reply: Reply, body: Words, *, ends: bool, took_us: int) -> Answer | None:
        """Return what became of a request, None where the same may be sent again."""
        refused = Answer(settled=Settled.REFUSED, code=reply.code, message=reply.message, took_us=took_us)
        match reply.meaning:
            case Class.DONE:
                return dataclasses.replace(refused, settled=Settled.ACCEPTED)
            case Class.REFUSED:
                return refused
            case Class.FATAL:
                raise ExchangeError(f"expected the exchange to serve this key, found: {reply.message} ({reply.code})")
            case Class.LATER | Class.RESYNC:
                return None
        return self._after_look(reply.meaning, body, refused, ends=ends)

    def _after_look(self, meaning: Class, body: Words, refused: Answer, *, ends: bool) -> Answer | None:
        name, in_doubt = body.get("orderLinkId"), meaning is Class.DOUBT
        if name is None:
            return None  # cancels all: the same again does no harm
        if refused.took_us > GIVE_UP_US:
            return dataclasses.replace(refused, settled=Settled.UNKNOWN)
        try:
            state = self._look_up(name, QUICK_S)
        except ExchangeError as error:
            return None if in_doubt else dataclasses.replace(refused, settled=Settled.UNKNOWN, message=str(error))
        if state is None and refused.code in SENT_BEFORE:
            return dataclasses.replace(refused, settled=Settled.UNKNOWN)  # it is there, though not shown yet
        if state is None:
            return None if in_doubt else refused
        # An order that is there was placed. An amendment or a cancel of one that is still open does no harm again.
        again = in_doubt and state.stage is Stage.OPEN and (ends or "side" not in body)
        return None if again else dataclasses.replace(refused, settled=Settled.FOUND, state=state)

    def _read_rules(self) -> InstrumentRules:
        found = self._ask(
            "describe the instrument", "/v5/market/instruments-info", auth=False, category=CATEGORY, symbol=self._symbol
        )
        return rules_of(found, self._symbol)

    def _positions(self) -> list[Words]:
        query: Query = {"category": CATEGORY, "symbol": self._symbol}
        return _listed(self._ask("show the position", "/v5/position/list", pauses_s=QUICK_S, **query))

    def _pages(self, what: str, path: str, **query: Any) -> list[Words]:  # noqa: ANN401 - what a query can say
        rows: list[Words] = []
        cursor: str | None = None
        while True:
            page = query | {"category": CATEGORY, "symbol": self._symbol, "limit": _PAGE, "cursor": cursor or None}
            found = self._ask(what, path, pauses_s=QUICK_S, **page)
            listed, cursor = _listed(found), found.get("nextPageCursor")
            rows += listed
            if not cursor or not listed:
                return rows

    def _ask(
        self,
        what: str,
        path: str,
        *,
        auth: bool = True,
        pauses_s: Pauses = PAUSES_S,
        **query: Any,  # noqa: ANN401 - as above
    ) -> Words:
        start_us, reply = self._rest.now_us, self._rest.get(path, auth=auth, **query)
        for pause_s in pauses_s:
            is_told = reply.meaning in {Class.DONE, Class.REFUSED, Class.FATAL}
            if is_told or self._rest.now_us - start_us > GIVE_UP_US:
                break
            self._rest.pause(pause_s)
            reply = self._rest.get(path, auth=auth, **query)
        return required(reply, what)


def _listed(found: Words) -> list[Words]:
    """Return what was listed: nothing is an empty list, and no list says nothing at all."""
    rows = found.get("list")
    if not isinstance(rows, list):
        raise ExchangeError(f"expected the exchange to list something, found: {str(found)[:80]}")
    return rows


def _attached(words: Words) -> bool:
    """Whether an order is the position's own stop, which goes with it."""
    return str(words.get("stopOrderType", "")) in {"StopLoss", "TakeProfit", "PartialStopLoss", "PartialTakeProfit"}

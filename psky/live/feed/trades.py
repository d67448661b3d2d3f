"""Public trades without repetitions and without silent holes: what is missing is fetched, or noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from psky.domain.rules import InstrumentRules
from psky.errors import ExchangeError
from psky.live.exchange.states import decimal_in, time_us
from psky.live.journal.records import Gap, Trades

_SIDES: Final = {"Buy": 1, "Sell": -1}
_DIRECTIONS: Final = {"PlusTick": 2, "ZeroPlusTick": 1, "ZeroMinusTick": -1, "MinusTick": -2}
_RETAIL, _BLOCK = 1, 2
_REMEMBERED: Final = 4096
_UNKNOWN: Final = -1
"""The sequence number of a trade that has none, out of a store."""
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTrade:
    """A public trade in ticks and lots; `trade_id` is the exchange's, `feed_seq` its sequence number."""

    ts_us: int
    price_ticks: int
    lots: int
    side: int
    tick_direction: int
    flags: int
    feed_seq: int
    trade_id: str


class TradeFeed:
    """Takes in the trades of the stream and of REST; hands on each once, in order.

    Bybit's `seq` never goes back, but it counts more than trades, so a jump proves nothing: a hole is known by a new
    connection, and by trades that come after later ones.
    """

    def __init__(self, rules: InstrumentRules) -> None:
        self._rules = rules
        self._known: dict[str, None] = {}
        self._last: PublicTrade | None = None
        self._since_us = 0
        """What is earlier was known before."""
        self._suspect: str | None = None

    @property
    def last_us(self) -> int | None:
        """When the last trade took place; None before the first."""
        return self._last.ts_us if self._last else None

    def resume(self, last_us: int, last_seq: int | None, why: str) -> None:
        """Go on after a trade of an earlier process or of a store: what came between is missing until it is fetched."""
        self._last = PublicTrade(
            ts_us=last_us,
            price_ticks=0,
            lots=0,
            side=0,
            tick_direction=0,
            flags=0,
            feed_seq=_UNKNOWN if last_seq is None else last_seq,
            trade_id="",
        )
        self._since_us, self._suspect = last_us, why

    def suspect(self, why: str) -> None:
        """Note that trades may be missing from the last one on, since the connection was lost."""
        if self._last is not None:
            self._suspect = why

    @property
    def is_suspect(self) -> bool:
        """Whether trades may be missing, so that `backfill` should be called."""
        return self._suspect is not None

    def stream(self, rows: Sequence[Words]) -> tuple[list[PublicTrade], Gap | None]:
        """Take in the rows of a frame; return what is new, and the gap before it or within it where there is one."""
        trades = self._fresh([_of_stream(words, self._rules) for words in rows])
        gap = self._gap_until(trades[0].ts_us, 0) if trades and self._suspect else None
        return self._in_order(trades, gap)

    def backfill(self, rows: Sequence[Words]) -> tuple[list[PublicTrade], Gap | None]:
        """Take in what REST says of recent trades; return what was missing, and the gap that there was.

        A gap whose trades were all fetched counts them in `filled`; without news there was none.
        """
        if self._last is None or self._suspect is None or not rows:
            return [], None
        found = sorted((_of_rest(words, self._rules) for words in rows), key=lambda one: (one.feed_seq, one.ts_us))
        last = self._last
        if last.feed_seq == _UNKNOWN:
            reaches = found[0].ts_us <= last.ts_us
            later = [one for one in found if one.ts_us > last.ts_us]
        else:
            reaches = found[0].feed_seq <= last.feed_seq
            later = [one for one in found if one.feed_seq > last.feed_seq]
        news = self._fresh(later)
        gap = None
        if not reaches:
            gap = self._gap_until(news[0].ts_us if news else last.ts_us, 0)
        elif news:
            gap = self._gap_until(news[-1].ts_us, len(news))
        self._suspect = None
        return self._in_order(news, gap)

    def _gap_until(self, end_us: int, filled: int) -> Gap:
        start_us = self._last.ts_us if self._last else end_us
        reason, self._suspect = self._suspect or "", None
        return Gap(feed="trades", start_us=start_us, end_us=end_us, reason=reason, filled=filled)

    def _fresh(self, trades: Sequence[PublicTrade]) -> list[PublicTrade]:
        news = []
        for trade in trades:
            if trade.trade_id not in self._known and trade.ts_us >= self._since_us:
                self._known[trade.trade_id] = None
                news.append(trade)
        while len(self._known) > _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        return news

    def _in_order(self, trades: list[PublicTrade], gap: Gap | None) -> tuple[list[PublicTrade], Gap | None]:
        kept, late = [], []
        for trade in trades:
            if self._last is not None and trade.ts_us < self._last.ts_us:
                late.append(trade)
                continue
            self._last = trade
            kept.append(trade)
        return kept, self._with_late(late, gap) if late else gap

    def _with_late(self, late: list[PublicTrade], gap: Gap | None) -> Gap:
        """Return the gap that late trades leave, and the one that there was before them with it."""
        gap, start_us = gap or self._gap_until(late[0].ts_us, 0), min(one.ts_us for one in late)
        return msgspec.structs.replace(
            gap,
            start_us=min(gap.start_us, start_us),
            end_us=max(gap.end_us, self._last.ts_us if self._last else start_us),
            reason="; ".join(filter(None, (gap.reason, f"{len(late)} came too late"))),
            filled=0,
        )


def columns_of(trades: Sequence[PublicTrade]) -> Trades:
    """Return trades as the journal keeps them."""
    names = ("ts_us", "price_ticks", "lots", "side", "tick_direction", "flags", "feed_seq")
    return Trades(**{name: [getattr(one, name) for one in trades] for name in names})


def _of_stream(words: Words, rules: InstrumentRules) -> PublicTrade:
    return PublicTrade(
        ts_us=time_us(words, "T"),
        price_ticks=_steps(words, "p", rules.tick),
        lots=_steps(words, "v", rules.lot),
        side=_side(words, "S"),
        tick_direction=_DIRECTIONS.get(str(words.get("L")), 0),
        flags=(_RETAIL if words.get("RPI") else 0) | (_BLOCK if words.get("BT") else 0),
        feed_seq=int(words.get("seq", 0)),
        trade_id=str(words.get("i", "")),
    )


def _of_rest(words: Words, rules: InstrumentRules) -> PublicTrade:
    return PublicTrade(
        ts_us=time_us(words, "time"),
        price_ticks=_steps(words, "price", rules.tick),
        lots=_steps(words, "size", rules.lot),
        side=_side(words, "side"),
        tick_direction=0,
        flags=(_RETAIL if words.get("isRPITrade") else 0) | (_BLOCK if words.get("isBlockTrade") else 0),
        feed_seq=int(words.get("seq", 0)),
        trade_id=str(words.get("execId", "")),
    )


def _side(words: Words, name: str) -> int:
    side = _SIDES.get(str(words.get(name)))
    if side is None:
        raise ExchangeError(f"expected a taker that buys or sells, found {words.get(name)!r}")
    return side


def _steps(words: Words, name: str, step: Decimal) -> int:
    return int((decimal_in(words, name) / step).to_integral_value())

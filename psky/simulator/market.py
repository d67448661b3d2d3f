"""What the tape shows until now: trades, klines, best prices, the ticker."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from psky.domain.time import DAY_US, HOUR_US
from psky.simulator.shapes import ms
from psky.simulator.tape import FLAG_BLOCK, FLAG_RPI, plain

if TYPE_CHECKING:
    from decimal import Decimal

    from numpy.typing import NDArray

    from psky.simulator.exchange import Exchange

_USUAL_INTERVAL_MIN: Final = 480
_TICK_WORDS: Final = {2: "PlusTick", 1: "ZeroPlusTick", 0: "ZeroPlusTick", -1: "ZeroMinusTick", -2: "MinusTick"}


class Market:
    """Views of an exchange's tape."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._tape = exchange.tape
        self._numbers = exchange.numbers
        self._day: tuple[int, dict[str, Any]] | None = None

    def trade_rows(self, start: int, stop: int) -> list[dict[str, Any]]:
        """Return the trades of rows `start` until before `stop` as the trade stream shows them."""
        return [self._trade_row(row) for row in range(start, stop)]

    @property
    def _funding_interval_min(self) -> int:
        rules = self._tape.instrument.rules
        return rules.funding_interval_min if rules and rules.funding_interval_min else _USUAL_INTERVAL_MIN

    def _trade_row(self, row: int) -> dict[str, Any]:
        tape, numbers, ts_us = self._tape, self._numbers, int(self._tape.ts_us[row])
        flags = int(tape.flags[row])
        shown = {
            "T": ts_us // 1000,
            "s": self._exchange.symbol,
            "S": "Buy" if tape.side[row] > 0 else "Sell",
            "v": numbers.qty(int(tape.lots[row])),
            "p": numbers.price(int(tape.price_ticks[row])),
            "L": _TICK_WORDS[int(tape.tick_direction[row])],
            "i": trade_id(row),
            "BT": bool(flags & FLAG_BLOCK),
            "RPI": bool(flags & FLAG_RPI),
            "seq": tape.seq(row),
        }
        return shown | {"tsUs": ts_us} if self._exchange.config.pace == "client" else shown

    def recent_trades(self, limit: int) -> list[dict[str, Any]]:
        """Return the last trades as `market/recent-trade` shows them, the newest first; none from before a gap."""
        row = self._exchange.venue.row
        first = max(self._tape.unbroken_row, row - limit)
        return [
            {
                "execId": trade["i"],
                "symbol": trade["s"],
                "price": trade["p"],
                "size": trade["v"],
                "side": trade["S"],
                "time": str(trade["T"]),
                "isBlockTrade": trade["BT"],
                "isRPITrade": trade["RPI"],
                "seq": str(trade["seq"]),
            }
            for trade in reversed(self.trade_rows(first, row))
        ]

    def klines(self, length_us: int, start_us: int, end_us: int, limit: int) -> list[list[str]]:
        """Return klines that begin in `[start_us, end_us]` (0 for no bound), the newest first, at most `limit`.

        The last may still be forming. An interval without a trade is flat at the last price.
        """
        row = self._exchange.venue.row
        if row == 0:
            return []
        now_us = self._exchange.clock.now_us()
        first = int(self._tape.ts_us[0]) // length_us
        newest = min(now_us, end_us or now_us) // length_us
        oldest = max(-(-start_us // length_us), first)
        if start_us and not end_us:
            newest = min(newest, oldest + limit - 1)
        oldest = max(oldest, newest - limit + 1)
        return [self.kline(index * length_us, length_us) for index in range(newest, oldest - 1, -1)]

    def kline(self, open_us: int, length_us: int) -> list[str]:
        """Return `[start, open, high, low, close, volume, turnover]` of the interval that begins at `open_us`."""
        row = self._exchange.venue.row
        start = min(self._tape.first_at(open_us), row)
        stop = min(self._tape.first_at(open_us + length_us), row)
        price = self._numbers.price
        if start >= stop:
            last = price(int(self._tape.price_ticks[max(start - 1, 0)]))
            return [ms(open_us), last, last, last, last, "0", "0"]
        prices, lots = self._tape.price_ticks[start:stop], self._tape.lots[start:stop]
        return [
            ms(open_us),
            price(int(prices[0])),
            price(int(prices.max())),
            price(int(prices.min())),
            price(int(prices[-1])),
            self._numbers.qty(int(lots.sum())),
            plain(self._turnover(prices, lots)),
        ]

    def _turnover(self, prices: NDArray[np.int64], lots: NDArray[np.int64]) -> Decimal:
        return self._numbers.value(int(np.dot(prices, lots)))

    def best(self) -> tuple[list[str], list[str]]:
        """Return the best bid and ask as `[price, size]`, the size that of the print which betrayed the price."""
        bid, ask = self._exchange.venue.quotes
        return self._level(bid, -1), self._level(ask, 1)

    def _level(self, ticks: int | None, side: int) -> list[str]:
        if ticks is None:
            return []
        row = self._exchange.venue.row
        recent = self._tape.side[max(0, row - 1000) : row]
        found = np.flatnonzero(recent == side)
        size = int(self._tape.lots[max(0, row - 1000) + int(found[-1])]) if len(found) else 1
        return [self._numbers.price(ticks), self._numbers.qty(size)]

    def book(self) -> dict[str, Any]:
        """Return the book of one level."""
        bid, ask = self.best()
        row = self._exchange.venue.row
        return {
            "s": self._exchange.symbol,
            "b": [bid] if bid else [],
            "a": [ask] if ask else [],
            "u": row + 1,
            "seq": row,
            "cts": self._exchange.clock.now_us() // 1000,
        }

    def ticker(self) -> dict[str, Any]:
        """Return the ticker; mark and index stand at the last price, and open interest is not known."""
        exchange, numbers = self._exchange, self._numbers
        row = exchange.venue.row
        bid, ask = self.best()
        last = numbers.price(exchange.mark_ticks)
        tick = int(self._tape.tick_direction[max(0, row - 1)])
        return {
            "symbol": exchange.symbol,
            "tickDirection": _TICK_WORDS[tick],
            "lastPrice": last,
            "indexPrice": last,
            "markPrice": last,
            "openInterest": "0",
            "openInterestValue": "0",
            "bid1Price": bid[0] if bid else "",
            "bid1Size": bid[1] if bid else "",
            "ask1Price": ask[0] if ask else "",
            "ask1Size": ask[1] if ask else "",
            "predictedDeliveryPrice": "",
            "basisRate": "",
            "basis": "",
            "deliveryFeeRate": "",
            "deliveryTime": "0",
            "fundingIntervalHour": str(self._funding_interval_min // 60),
            "fundingCap": "0.00375",
            "singleOpenInterest": "0",
            "singleOpenInterestValue": "0",
            "preOpenPrice": "",
            "preQty": "",
            "curPreListingPhase": "",
            **self._last_day(),
            **self._next_funding(),
        }

    # Of the last 24 hours, as of the last whole minute.
    def _last_day(self) -> dict[str, Any]:
        minute = self._exchange.clock.now_us() // 60_000_000
        if self._day is None or self._day[0] != minute:
            self._day = (minute, self._day_until(minute * 60_000_000))
        return self._day[1]

    def _day_until(self, now_us: int) -> dict[str, Any]:
        numbers, row = self._numbers, max(1, self._exchange.venue.row)
        start = min(self._tape.first_at(now_us - DAY_US), row - 1)
        hour = min(self._tape.first_at(now_us - HOUR_US), row - 1)
        prices, lots = self._tape.price_ticks[start:row], self._tape.lots[start:row]
        change = (int(prices[-1]) - int(prices[0])) / int(prices[0])
        return {
            "prevPrice24h": numbers.price(int(prices[0])),
            "price24hPcnt": f"{change:.6f}",
            "highPrice24h": numbers.price(int(prices.max())),
            "lowPrice24h": numbers.price(int(prices.min())),
            "prevPrice1h": numbers.price(int(self._tape.price_ticks[hour])),
            "turnover24h": plain(self._turnover(prices, lots)),
            "volume24h": numbers.qty(int(lots.sum())),
        }

    def _next_funding(self) -> dict[str, str]:
        funding = self._tape.funding
        at = int(np.searchsorted(funding.ts_us, self._exchange.clock.now_us(), side="right"))
        if at == len(funding):
            return {"fundingRate": "0", "nextFundingTime": "0"}
        return {"fundingRate": f"{funding.rate[at]:.8f}", "nextFundingTime": ms(int(funding.ts_us[at]))}

    def funding_rows(self, start_us: int, end_us: int, limit: int) -> list[dict[str, str]]:
        """Return funding that has fallen due in a window (0 for no bound), the newest first."""
        funding, now_us = self._tape.funding, self._exchange.clock.now_us()
        last = min(now_us, end_us or now_us)
        stamps = [row for row, ts_us in enumerate(funding.ts_us) if start_us <= ts_us <= last][-limit:]
        return [
            {
                "symbol": self._exchange.symbol,
                "fundingRate": f"{funding.rate[row]:.8f}",
                "fundingRateTimestamp": ms(int(funding.ts_us[row])),
            }
            for row in reversed(stamps)
        ]

    def instrument_row(self) -> dict[str, Any]:
        """Return the rules of the instrument; where its store has none, steps are those of the tape's prints."""
        exchange, numbers, rules = self._exchange, self._numbers, self._tape.instrument.rules
        lot, tick = format(numbers.lot, "f"), format(numbers.tick, "f")
        most = format(rules.max_qty, "f") if rules else format(numbers.lot * 10**12, "f")
        market = format(rules.max_market_qty, "f") if rules else most
        highest = format(rules.max_price, "f") if rules and rules.max_price else format(numbers.tick * 10**9, "f")
        base = exchange.symbol.removesuffix(exchange.coin)
        exponent = numbers.tick.as_tuple().exponent
        return {
            "symbol": exchange.symbol,
            "contractType": "LinearPerpetual",
            "status": "Trading",
            "baseCoin": rules.base if rules else base,
            # Of a symbol that does not end with the wallet's coin nobody has told what its prices are in.
            "quoteCoin": rules.quote if rules else exchange.coin if base != exchange.symbol else "",
            "settleCoin": exchange.coin,
            "launchTime": ms(int(self._tape.ts_us[0])),
            "deliveryTime": "0",
            "deliveryFeeRate": "",
            "priceScale": str(-exponent if isinstance(exponent, int) and exponent < 0 else 0),
            "leverageFilter": {
                "minLeverage": "1",
                "maxLeverage": plain(exchange.config.max_leverage),
                "leverageStep": "0.01",
            },
            "priceFilter": {"minPrice": tick, "maxPrice": highest, "tickSize": tick},
            "lotSizeFilter": {
                "maxOrderQty": most,
                "minOrderQty": format(rules.min_qty, "f") if rules else lot,
                "qtyStep": lot,
                "postOnlyMaxOrderQty": most,
                "maxMktOrderQty": market,
                "minNotionalValue": plain(rules.min_notional) if rules else "0",
            },
            "unifiedMarginTrade": True,
            "fundingInterval": self._funding_interval_min,
            "copyTrading": "none",
            "upperFundingRate": "0.00375",
            "lowerFundingRate": "-0.00375",
            "isPreListing": False,
            "preListingInfo": None,
            "riskParameters": {"priceLimitRatioX": "0.1", "priceLimitRatioY": "0.2"},
            "displayName": "",
            "symbolType": "",
            "forbidUplWithdrawal": False,
            "symbolId": 1,
        }


def trade_id(row: int) -> str:
    """Return the id of a trade: a UUID, the same in every run."""
    return str(uuid.UUID(int=row + 1))

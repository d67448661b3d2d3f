"""nautilus_trader's side: a backtest engine fed with trade ticks, a strategy that wakes at its verdicts alone.

The ticks name no aggressor: each then is both bid and offer, as whoever trades on prints alone takes it. With one a bid
would fill only once a buyer has paid no more than it.
"""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal

import numpy as np
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.backtest.models import LatencyModel
from nautilus_trader.common.component import TimeEvent
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import BTC, USDT
from nautilus_trader.model.data import TradeTick
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import CryptoPerpetual
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import TradeTickDataWrangler
from nautilus_trader.trading.strategy import Strategy

from benches.peers.market import Market
from benches.peers.trades import Trades, no_trades
from benches.peers.verdicts import COSTS, LATENCY_US, TARGET_TICKS, TTL_US, Verdicts
from benches.tape import LOTS_A_UNIT, TICKS_A_UNIT

_VENUE = Venue("BENCH")
_LOT = Quantity(1 / LOTS_A_UNIT, 3)
_INSTRUMENT = CryptoPerpetual(
    instrument_id=InstrumentId(Symbol("BENCHUSDT"), _VENUE),
    raw_symbol=Symbol("BENCHUSDT"),
    base_currency=BTC,
    quote_currency=USDT,
    settlement_currency=USDT,
    is_inverse=False,
    price_precision=2,
    size_precision=3,
    price_increment=Price(1 / TICKS_A_UNIT, 2),
    size_increment=_LOT,
    ts_event=0,
    ts_init=0,
    margin_init=Decimal(0),
    margin_maint=Decimal(0),
    maker_fee=Decimal(str(COSTS.maker_fee_rate)),
    taker_fee=Decimal(str(COSTS.taker_fee_rate)),
)


def ticks(market: Market) -> list[TradeTick]:
    """Return the trades as trade ticks."""
    frame = pd.DataFrame(
        {
            "price": market.ticks / TICKS_A_UNIT,
            "quantity": market.lots / LOTS_A_UNIT,
            "trade_id": np.arange(len(market)).astype(str),
        },
        index=pd.to_datetime(market.ts_us, unit="us", utc=True),
    )
    found: list[TradeTick] = TradeTickDataWrangler(_INSTRUMENT).process(frame)
    return found


def crossed(feed: list[TradeTick], verdicts: Verdicts) -> Trades:
    """Trade crosses at market."""
    return _run(feed, CrossStrategy(verdicts), latency_us=0)


def rested(feed: list[TradeTick], verdicts: Verdicts) -> Trades:
    """Trade resting orders."""
    return _run(feed, RestingStrategy(verdicts), latency_us=LATENCY_US)


def _run(feed: list[TradeTick], strategy: VerdictStrategy, latency_us: int) -> Trades:
    quiet = LoggingConfig(bypass_logging=True)
    engine = BacktestEngine(BacktestEngineConfig(logging=quiet, run_analysis=False))
    engine.add_venue(
        venue=_VENUE,
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=USDT,
        starting_balances=[Money(1e8, USDT)],
        latency_model=LatencyModel(latency_us * 1000) if latency_us else None,
        trade_execution=True,
    )
    engine.add_instrument(_INSTRUMENT)
    engine.add_data(feed, validate=False, sort=False)
    engine.add_strategy(strategy)
    engine.run()
    engine.dispose()
    return strategy.trades


class VerdictStrategy(Strategy):  # type: ignore[misc] # nautilus_trader ships no types
    """Acts at each verdict's time and hears of its fills; it asks for no feed, which costs least."""

    def __init__(self, verdicts: Verdicts) -> None:
        super().__init__()
        self.verdicts = verdicts
        self.trades = no_trades(len(verdicts))
        self.row = -1
        self.open_row = -1
        """The verdict whose trade is open."""

    def on_start(self) -> None:
        """Wait for the first verdict."""
        self.wait()

    def wait(self) -> None:
        """Wait for the next verdict."""
        self.row += 1
        if self.row < len(self.verdicts):
            self.clock.set_time_alert_ns(f"verdict {self.row}", int(self.verdicts.ts_us[self.row]) * 1000, self.wake)

    def wake(self, event: TimeEvent) -> None:
        """Act on the verdict that is due."""
        del event
        self.decide(self.row, OrderSide.BUY if self.verdicts.side[self.row] > 0 else OrderSide.SELL)
        self.wait()

    @abstractmethod
    def decide(self, row: int, side: OrderSide) -> None:
        """Send the orders of a verdict."""

    def market(self, side: OrderSide, *, reduce_only: bool) -> None:
        """Send a market order."""
        order = self.order_factory.market(_INSTRUMENT.id, side, _LOT, reduce_only=reduce_only)
        self.submit_order(order)

    def on_order_filled(self, event: OrderFilled) -> None:
        """Note a fill: the first of a trade opens it, the second closes it."""
        price = round(event.last_px.as_double() * TICKS_A_UNIT)
        if self.open_row < 0:
            self.open_row = self.row - 1
            self.trades.entry_us[self.open_row], self.trades.entry_ticks[self.open_row] = event.ts_event // 1000, price
            self.opened(self.open_row)
        else:
            self.trades.exit_us[self.open_row], self.trades.exit_ticks[self.open_row] = event.ts_event // 1000, price
            self.open_row = -1
            self.closed()

    def opened(self, row: int) -> None:
        """Act on the fill that opens the trade of a verdict."""

    def closed(self) -> None:
        """Act on the fill that closes a trade."""


class CrossStrategy(VerdictStrategy):
    """Buys a lot, sells it again."""

    def decide(self, row: int, side: OrderSide) -> None:
        """Send a market order."""
        del row
        self.market(side, reduce_only=side == OrderSide.SELL)


class RestingStrategy(VerdictStrategy):
    """Rests an entry until it expires, then a target; leaves at market at the next verdict."""

    def __init__(self, verdicts: Verdicts) -> None:
        super().__init__(verdicts)
        self.waiting: tuple[int, OrderSide] | None = None

    def decide(self, row: int, side: OrderSide) -> None:
        """Close what is open, then enter."""
        if self.open_row < 0:
            self.enter(row, side)
            return
        self.waiting = row, side
        self.cancel_all_orders(_INSTRUMENT.id)
        self.market(side, reduce_only=True)

    def enter(self, row: int, side: OrderSide) -> None:
        """Rest the entry and have it withdrawn in time."""
        self.limit(side, int(self.verdicts.limit_ticks[row]), reduce_only=False)
        expires_us = int(self.verdicts.ts_us[row]) + TTL_US
        self.clock.set_time_alert_ns(f"expiry {row}", expires_us * 1000, self.expire)

    def expire(self, event: TimeEvent) -> None:
        """Withdraw an entry that has not filled."""
        del event
        if self.open_row < 0:
            self.cancel_all_orders(_INSTRUMENT.id)

    def opened(self, row: int) -> None:
        """Rest the target."""
        side = int(self.verdicts.side[row])
        target = int(self.verdicts.limit_ticks[row]) + side * TARGET_TICKS
        self.limit(OrderSide.SELL if side > 0 else OrderSide.BUY, target, reduce_only=True)

    def closed(self) -> None:
        """Enter what waited for the exit."""
        if self.waiting is not None:
            (row, side), self.waiting = self.waiting, None
            self.enter(row, side)

    def limit(self, side: OrderSide, price_ticks: int, *, reduce_only: bool) -> None:
        """Rest an order at a price."""
        price = Price(price_ticks / TICKS_A_UNIT, 2)
        order = self.order_factory.limit(
            _INSTRUMENT.id, side, _LOT, price, post_only=not reduce_only, reduce_only=reduce_only
        )
        self.submit_order(order)

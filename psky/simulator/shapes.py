"""Rows of the account as Bybit v5 writes them: every number a text, every time milliseconds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from psky.domain.side import Side
from psky.engine.messages import BILLION, Filled, Funding
from psky.simulator.account import Account, ClosedPnl, Position, bracket_of
from psky.simulator.config import SimConfig
from psky.simulator.orders import Order
from psky.simulator.tape import Numbers, plain

Row = dict[str, Any]
SIDES = {Side.LONG: "Buy", Side.SHORT: "Sell"}


class Shown(Protocol):
    """What rows tell of an exchange."""

    config: SimConfig
    symbol: str
    coin: str
    numbers: Numbers
    account: Account

    @property
    def mark_ticks(self) -> int:
        """The last price."""

    def execution_id(self, number: int) -> str:
        """Return the id of an execution."""

    def seq(self, number: int) -> int:
        """Return a cross sequence."""

    def legs(self, index: int) -> list[Order]:
        """Return the take-profits and stop-losses of a position."""

    def bound_ticks(self, position: Position) -> int | None:
        """Return where a position is liquidated."""


def ms(ts_us: int) -> str:
    """Return a time as text, milliseconds."""
    return str(ts_us // 1000)


def order_row(exchange: Shown, order: Order) -> Row:
    """Return an order as `order/realtime`, `order/history` and the order stream show it."""
    numbers, bracket = exchange.numbers, order.bracket
    mean = Decimal(order.value) / order.filled if order.filled else None
    price = order.price if order.price is not None else order.last_price
    return {
        "category": "linear",
        "symbol": exchange.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "blockTradeId": "",
        "side": SIDES[order.side],
        "orderType": order.type,
        "cancelType": order.cancel_type,
        "price": numbers.price(order.price) if order.price is not None else "0",
        "qty": numbers.qty(order.lots),
        "isLeverage": "",
        "orderIv": "",
        "timeInForce": order.time_in_force,
        "orderStatus": order.shown_status,
        "lastPriceOnCreated": numbers.price_or_zero(order.last_price),
        "reduceOnly": order.reduce_only,
        "closeOnTrigger": order.close_on_trigger,
        "leavesQty": numbers.qty(order.left),
        "leavesValue": plain(numbers.value(order.left * (price or 0))),
        "cumExecQty": numbers.qty(order.filled),
        "cumExecValue": plain(numbers.value(order.value)),
        "avgPrice": "" if mean is None else plain(mean * numbers.tick),
        "cumExecFee": plain(numbers.money(order.fee)),
        "cumFeeDetail": {exchange.coin: plain(numbers.money(order.fee))} if order.filled else {},
        "closedPnl": "0",
        "positionIdx": order.holding,
        "createdTime": ms(order.created_us),
        "updatedTime": ms(order.updated_us),
        "rejectReason": order.reject_reason,
        "stopOrderType": order.stop_order_type,
        "tpslMode": bracket.mode if bracket or order.stop_order_type else "",
        "triggerPrice": numbers.price(order.trigger),
        "takeProfit": numbers.price(bracket.take_profit),
        "stopLoss": numbers.price(bracket.stop_loss),
        "tpTriggerBy": bracket.tp_by if bracket.take_profit is not None else "",
        "slTriggerBy": bracket.sl_by if bracket.stop_loss is not None else "",
        "tpLimitPrice": numbers.price_or_zero(bracket.tp_limit),
        "slLimitPrice": numbers.price_or_zero(bracket.sl_limit),
        "triggerDirection": 0 if order.rising is None else 1 if order.rising else 2,
        "triggerBy": order.trigger_by,
        "placeType": "",
        "ocoTriggerBy": "",
        "slippageTolerance": "0",
        "slippageToleranceType": "UNKNOWN",
        "smpType": order.smp_type,
        "smpGroup": 0,
        "smpOrderId": "",
        "feeCurrency": exchange.coin,
        "createType": order.create_type,
        "parentOrderLinkId": "",
    } | (_exact_order(order) if exchange.config.pace == "client" else {})


def execution_row(exchange: Shown, order: Order, fill: Filled, exec_type: str, closed: int) -> Row:
    """Return an execution as `execution/list` and the execution stream show it."""
    numbers = exchange.numbers
    value = numbers.value(fill.price_ticks * fill.lots)
    fee = numbers.money(fill.fee)
    rate = Decimal(fill.fee) / BILLION / (fill.price_ticks * fill.lots)
    return {
        "category": "linear",
        "symbol": exchange.symbol,
        "closedSize": numbers.qty(closed),
        "execFee": plain(fee),
        "execFeeV2": plain(fee),
        "feeCurrency": exchange.coin,
        "execId": exchange.execution_id(fill.execution),
        "execPrice": numbers.price(fill.price_ticks),
        "execQty": numbers.qty(fill.lots),
        "execType": exec_type,
        "execValue": plain(value),
        "execPnl": "0",
        "feeRate": plain(rate),
        "tradeIv": "",
        "markIv": "",
        "blockTradeId": "",
        "markPrice": numbers.price(exchange.mark_ticks),
        "indexPrice": numbers.price(exchange.mark_ticks),
        "underlyingPrice": "",
        "leavesQty": numbers.qty(fill.left_lots),
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "orderPrice": numbers.price(order.price) if order.price is not None else "0",
        "orderQty": numbers.qty(order.lots),
        "orderType": order.type,
        "stopOrderType": order.stop_order_type or "UNKNOWN",
        "side": SIDES[order.side],
        "execTime": ms(fill.ts_us),
        "isLeverage": "0",
        "isMaker": fill.maker,
        "seq": exchange.seq(fill.execution),
        "marketUnit": "",
        "createType": order.create_type,
        "extraFees": "",
    } | (_exact_fill(fill) if exchange.config.pace == "client" else {})


def funding_row(exchange: Shown, position: Position, rate: Decimal, stamp: Funding, paid: Decimal) -> Row:
    """Return the funding of a position as an execution."""
    numbers = exchange.numbers
    side = "" if position.side is None else SIDES[position.side]
    value = numbers.value(position.lots * stamp.mark_ticks)
    row = dict.fromkeys(
        ("tradeIv", "markIv", "blockTradeId", "underlyingPrice", "orderLinkId", "marketUnit", "extraFees"), ""
    )
    return (
        row
        | {
            "category": "linear",
            "symbol": exchange.symbol,
            "closedSize": "0",
            "execFee": plain(paid),
            "execFeeV2": plain(paid),
            "feeCurrency": exchange.coin,
            "execId": exchange.execution_id(-stamp.ts_us - position.index),
            "execPrice": numbers.price(stamp.mark_ticks),
            "execQty": numbers.qty(position.lots),
            "execType": "Funding",
            "execValue": plain(value),
            "execPnl": "0",
            "feeRate": plain(rate),
            "markPrice": numbers.price(stamp.mark_ticks),
            "indexPrice": numbers.price(stamp.mark_ticks),
            "leavesQty": "0",
            "orderId": exchange.execution_id(-stamp.ts_us),
            "orderPrice": "0",
            "orderQty": "0",
            "orderType": "UNKNOWN",
            "stopOrderType": "UNKNOWN",
            "side": side,
            "execTime": ms(stamp.ts_us),
            "isLeverage": "0",
            "isMaker": False,
            "seq": exchange.seq(0),
            "createType": "",
        }
        | ({"tsUs": stamp.ts_us, "rateUnits": str(stamp.rate)} if exchange.config.pace == "client" else {})
    )


def _exact_order(order: Order) -> Row:
    # What a paced client is told besides: which amendment holds, and since when.
    return {"version": order.held_version, "tsUs": order.updated_us}


def _exact_fill(fill: Filled) -> Row:
    # What a paced client is told besides: the fill as the venue has it.
    return {
        "tsUs": fill.ts_us,
        "row": fill.row,
        "execution": fill.execution,
        "cumulativeLots": fill.cumulative_lots,
        "queueLots": fill.queue_lots,
        "feeUnits": str(fill.fee),
    }


def transaction_row(execution: Row, change: Decimal, balance: Decimal, lots: str) -> Row:
    """Return what an execution did to the wallet as `account/transaction-log` shows it.

    `change` is by how much, `balance` what is there now, `lots` the position left, signed. It is the cash flow plus
    funding (negative: paid) less the fee.
    """
    is_funding = execution["execType"] == "Funding"
    fee = Decimal(0) if is_funding else Decimal(execution["execFee"])
    return {
        "id": f"{execution['symbol']}_{execution['execId']}",
        "symbol": execution["symbol"],
        "category": execution["category"],
        "side": execution["side"] or "None",
        "transactionTime": execution["execTime"],
        "type": "SETTLEMENT" if is_funding else "LIQUIDATION" if execution["execType"] == "BustTrade" else "TRADE",
        "transSubType": "",
        "qty": execution["execQty"],
        "size": lots,
        "currency": execution["feeCurrency"],
        "tradePrice": execution["execPrice"],
        "funding": plain(change) if is_funding else "",
        "fee": plain(fee),
        "cashFlow": "0" if is_funding else plain(change + fee),
        "change": plain(change),
        "cashBalance": plain(balance),
        "feeRate": execution["feeRate"],
        "bonusChange": "",
        "tradeId": execution["execId"],
        "orderId": execution["orderId"],
        "orderLinkId": execution["orderLinkId"],
        "extraFees": "",
    }


def position_row(exchange: Shown, position: Position) -> Row:
    """Return a position as `position/list` and the position stream show it, a flat one too."""
    numbers, account, mark = exchange.numbers, exchange.account, exchange.mark_ticks
    value = numbers.value(position.cost)
    margin = account.margin(position, mark)
    mean = plain(position.mean_ticks * numbers.tick)
    bracket = bracket_of(exchange.legs(position.index))
    row: Row = {
        "category": "linear",
        "positionIdx": position.index,
        "tradeMode": 0,
        "riskId": 1,
        "riskLimitValue": "2000000",
        "symbol": exchange.symbol,
        "side": SIDES[position.side] if position.side is not None else "",
        "size": numbers.qty(position.lots),
        "avgPrice": mean,
        "entryPrice": mean,
        "breakEvenPrice": mean if position.lots else "",
        "sessionAvgPrice": "",
        "leverage": plain(account.leverage),
        "positionValue": plain(value),
        "positionBalance": plain(margin),
        "markPrice": numbers.price(mark),
        "positionIM": plain(margin),
        "positionMM": plain(numbers.value(mark * position.lots) * account.config.maintenance_rate),
        "positionIMByMp": plain(margin),
        "positionMMByMp": plain(numbers.value(mark * position.lots) * account.config.maintenance_rate),
        "takeProfit": numbers.price_or_zero(bracket.take_profit),
        "stopLoss": numbers.price_or_zero(bracket.stop_loss),
        "trailingStop": "0",
        "unrealisedPnl": plain(account.unrealised(position, mark)),
        "curRealisedPnl": plain(position.realised),
        "cumRealisedPnl": plain(position.cumulative),
        "createdTime": ms(position.created_us),
        "updatedTime": ms(position.updated_us),
        "openTime": int(ms(position.created_us)) if position.lots else 0,
        "tpslMode": "Full",
        "liqPrice": numbers.price(exchange.bound_ticks(position)),
        "bustPrice": "",
        "positionStatus": "Normal",
        "adlRankIndicator": 2 if position.lots else 0,
        "autoAddMargin": 0,
        "leverageSysUpdatedTime": "",
        "mmrSysUpdatedTime": "",
        "seq": exchange.seq(position.seq),
        "isReduceOnly": False,
    }
    return row


def closed_row(numbers: Numbers, symbol: str, one: ClosedPnl) -> Row:
    """Return what an order took out of a position, as `position/closed-pnl` shows it."""
    return {
        "symbol": symbol,
        "orderId": one.order.order_id,
        "orderType": one.order.type,
        "side": SIDES[one.order.side],
        "qty": numbers.qty(one.order.lots),
        "closedSize": numbers.qty(one.lots),
        "orderPrice": numbers.price_or_zero(one.order.price),
        "cumEntryValue": plain(numbers.value(one.entry_value)),
        "avgEntryPrice": plain(one.entry_value / one.lots * numbers.tick),
        "cumExitValue": plain(numbers.value(one.exit_value)),
        "avgExitPrice": plain(Decimal(one.exit_value) / one.lots * numbers.tick),
        "openFee": plain(one.open_fee),
        "closeFee": plain(one.close_fee),
        "closedPnl": plain(one.pnl),
        "fillCount": str(one.fills),
        "leverage": plain(one.leverage),
        "execType": one.exec_type,
        "createdTime": ms(one.order.created_us),
        "updatedTime": ms(one.updated_us),
    }


def wallet_row(account: Account, mark_ticks: int, order_margin: Decimal) -> Row:
    """Return the account as `account/wallet-balance` and the wallet stream show it."""
    used, pnl = account.margin_used(mark_ticks), account.unrealised_all(mark_ticks)
    lots = sum(position.lots for position in account.positions.values())
    maintenance = account.numbers.value(mark_ticks * lots) * account.config.maintenance_rate
    equity, wallet = account.wallet + pnl, account.wallet
    rate = (used + order_margin) / equity if equity > 0 else Decimal(0)
    maintenance_rate = maintenance / equity if equity > 0 else Decimal(0)
    coin = {
        "coin": account.config.coin,
        "equity": plain(equity),
        "usdValue": plain(equity),
        "walletBalance": plain(wallet),
        "availableToWithdraw": plain(max(Decimal(0), equity - used - order_margin)),
        "availableToBorrow": "",
        "borrowAmount": "0",
        "accruedInterest": "0",
        "totalOrderIM": plain(order_margin),
        "totalPositionIM": plain(used),
        "totalPositionMM": plain(maintenance),
        "unrealisedPnl": plain(pnl),
        "cumRealisedPnl": plain(account.wallet - account.deposited),
        "bonus": "0",
        "collateralSwitch": True,
        "marginCollateral": True,
        "locked": "0",
        "spotHedgingQty": "0",
        "spotBorrow": "0",
    }
    return {
        "accountType": "UNIFIED",
        "accountLTV": "0",
        "accountIMRate": plain(rate),
        "accountMMRate": plain(maintenance_rate),
        "accountIMRateByMp": plain(rate),
        "accountMMRateByMp": plain(maintenance_rate),
        "totalEquity": plain(equity),
        "totalWalletBalance": plain(wallet),
        "totalMarginBalance": plain(equity),
        "totalAvailableBalance": plain(equity - used - order_margin),
        "totalPerpUPL": plain(pnl),
        "totalInitialMargin": plain(used + order_margin),
        "totalMaintenanceMargin": plain(maintenance),
        "totalInitialMarginByMp": plain(used + order_margin),
        "totalMaintenanceMarginByMp": plain(maintenance),
        "coin": [coin],
    }

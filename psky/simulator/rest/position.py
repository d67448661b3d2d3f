"""Positions: what is held, its stops, leverage and mode."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psky.simulator import forms
from psky.simulator.errors import refusal
from psky.simulator.forms import Params, decimal, steps, text
from psky.simulator.orders import Bracket
from psky.simulator.rest.paging import page, window
from psky.simulator.shapes import closed_row, position_row

if TYPE_CHECKING:
    from psky.simulator.site import Site

Result = dict[str, Any]


def positions(site: Site, params: Params) -> Result:
    """Return the symbol's positions, flat ones too where the symbol is named."""
    exchange = site.exchange
    symbol = text(params, "symbol")
    if symbol:
        forms.check_symbol(exchange, params)
    shown = [one for one in exchange.account.shown if symbol or one.lots]
    rows = page(shown, lambda one: position_row(exchange, one), params, most=200, usual=20)
    return {"category": "linear", **rows}


def closed_pnl(site: Site, params: Params) -> Result:
    """Return what orders took out of positions, the latest first."""
    exchange, is_wanted = site.exchange, window(params)
    closed = [one for one in reversed(exchange.account.closed) if is_wanted(one.updated_us)]
    rows = page(closed, lambda one: closed_row(exchange.numbers, exchange.symbol, one), params, most=100, usual=50)
    return {"category": "linear", **rows}


def set_leverage(site: Site, params: Params) -> Result:
    """Set the leverage of both sides."""
    exchange = site.exchange
    forms.check_symbol(exchange, params)
    buy, sell = decimal(params, "buyLeverage"), decimal(params, "sellLeverage")
    if buy is None or buy != sell or buy < 1:
        raise refusal("bad_params", "buyLeverage must equal sellLeverage, at least 1")
    if buy > exchange.config.max_leverage:
        raise refusal("leverage_too_high")
    if buy == exchange.account.leverage:
        raise refusal("leverage_unchanged")
    exchange.set_leverage(Decimal(buy))
    return {}


def switch_mode(site: Site, params: Params) -> Result:
    """Switch between one position (0) and one a side (3); refused while there are positions or orders."""
    exchange, mode = site.exchange, forms.mode_of(params)
    if text(params, "symbol"):
        forms.check_symbol(exchange, params)
    if mode == exchange.account.mode:
        raise refusal("mode_unchanged")
    if any(one.lots for one in exchange.account.positions.values()):
        raise refusal("mode_with_position")
    if exchange.book.open():
        raise refusal("mode_with_orders")
    exchange.account.mode = mode
    return {}


def trading_stop(site: Site, params: Params) -> Result:
    """Set, change or take away the stop-loss and take-profit of a position."""
    exchange = site.exchange
    forms.check_symbol(exchange, params)
    position = forms.position_of(exchange, params)
    if not position.lots or position.side is None:
        raise refusal("stop_without_position")
    if decimal(params, "trailingStop"):
        raise refusal("bad_params", "trailingStop is not simulated")
    bracket = forms.bracket_of(exchange, params)
    named = Bracket(take_profit=bracket.take_profit or None, stop_loss=bracket.stop_loss or None)
    exchange.brackets.check(named, position.side, exchange.mark_ticks)
    lots = steps(params, "tpSize", exchange.numbers.lot) or steps(params, "slSize", exchange.numbers.lot)
    if bracket.mode == "Partial" and not lots:
        raise refusal("bad_params", "tpSize or slSize is required where tpslMode is Partial")
    if not exchange.brackets.set(position, bracket, min(lots or position.lots, position.lots)):
        raise refusal("stop_unchanged")
    exchange.push("position", position_row(exchange, position))
    return {}

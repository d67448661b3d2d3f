"""The account, its fees and its key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psky.simulator.errors import refusal
from psky.simulator.forms import Params, decimal, text
from psky.simulator.rest.paging import page, window
from psky.simulator.tape import plain

if TYPE_CHECKING:
    from psky.simulator.site import Site

Result = dict[str, Any]
_TRADES = {
    "ContractTrade": ["Order", "Position"],
    "Spot": [],
    "Options": [],
    "Derivatives": ["DerivativesTrade"],
    "CopyTrading": [],
    "BlockTrade": [],
    "Exchange": [],
    "NFT": [],
    "Affiliate": [],
    "Earn": [],
}


def wallet(site: Site, params: Params) -> Result:
    """Return the balance of the one coin."""
    if text(params, "accountType") not in {"UNIFIED", "CONTRACT"}:
        raise refusal("bad_params", "accountType only support UNIFIED.")
    return {"list": [site.exchange.wallet_row()]}


def fee_rate(site: Site, params: Params) -> Result:
    """Return the fee rates of the symbol."""
    del params
    config = site.exchange.config
    row = {
        "symbol": site.exchange.symbol,
        "baseCoin": "",
        "takerFeeRate": plain(config.taker_fee_rate),
        "makerFeeRate": plain(config.maker_fee_rate),
    }
    return {"category": "linear", "list": [row]}


def transactions(site: Site, params: Params) -> Result:
    """Return what executions did to the wallet, the latest first."""
    names = {name: text(params, name) for name in ("category", "currency", "type")}
    is_wanted = window(params)
    rows = [
        row
        for row in reversed(site.exchange.transactions)
        if all(not value or row[name] == value for name, value in names.items())
        and is_wanted(int(row["transactionTime"]) * 1000)
    ]
    return page(rows, lambda row: row, params, most=50, usual=20)


def coins(site: Site, params: Params) -> Result:
    """Return the one coin, which no chain takes out."""
    coin, asked = site.exchange.coin, text(params, "coin")
    row = {"name": coin, "coin": coin, "remainAmount": "0", "chains": []}
    return {"rows": [row] if asked in {"", coin} else []}


def info(site: Site, params: Params) -> Result:
    """Return the settings of the account."""
    del params
    return {
        "marginMode": "REGULAR_MARGIN",
        "updatedTime": str(site.exchange.tape.start_us // 1000),
        "unifiedMarginStatus": 5,
        "dcpStatus": "OFF",
        "timeWindow": 10,
        "smpGroup": 0,
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
    }


def key(site: Site, params: Params) -> Result:
    """Return what the key may do."""
    del params
    keys = site.exchange.config.keys
    return {
        "id": "1",
        "note": "psky simulator",
        "apiKey": keys.key,
        "readOnly": int(keys.read_only),
        "secret": "",
        "permissions": {**_TRADES, "Wallet": ["AccountTransfer", "Withdraw"] if keys.withdraw else []},
        "ips": ["*"],
        "type": 1,
        "deadlineDay": 90,
        "expiredAt": "2100-01-01T00:00:00Z",
        "createdAt": "2024-01-01T00:00:00Z",
        "unified": 0,
        "uta": 1,
        "userID": 1,
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": True,
        "parentUid": "0",
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
    }


def apply_money(site: Site, params: Params) -> Result:
    """Add demo money to the wallet (`adjustType` 0) or take it out (1); left out, as much as it began with."""
    exchange = site.exchange
    usual = [{"coin": exchange.coin, "amountStr": str(exchange.config.balance)}]
    requests = params.get("utaDemoApplyMoney", usual)
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        raise refusal("bad_params", "utaDemoApplyMoney invalid")
    sign = -1 if text(params, "adjustType") == "1" else 1
    amounts = [decimal(one, "amountStr") for one in requests if text(one, "coin") == exchange.coin]
    for amount in amounts:
        site.exchange.account.deposit(sign * (amount or Decimal(0)))
    site.exchange.push("wallet", site.exchange.wallet_row())
    return {}

"""What must hold before a session may trade; anything else is refused with what to do about it."""

from __future__ import annotations

from psky.domain.instrument import Instrument
from psky.domain.rules import InstrumentRules
from psky.errors import ExchangeError
from psky.live.environments import Environment
from psky.live.exchange.port import Account
from psky.live.limits import LiveLimits


def check_account(account: Account, environment: Environment, limits: LiveLimits) -> None:
    """Refuse a key that may withdraw or may not trade, another position mode than one-way, and a clock that is off.

    Raises:
        ExchangeError: with what was found.
    """
    if account.may_withdraw:
        raise ExchangeError(
            "expected a key that cannot withdraw, found one that can; make another with only orders and positions"
        )
    if not account.may_trade:
        raise ExchangeError("expected a key that may trade, found a read-only one")
    if not account.one_way:
        raise ExchangeError("expected position mode one-way, found hedge; switch it at the exchange while flat")
    if abs(account.clock.skew_us) > limits.max_skew_ms * 1000:
        raise ExchangeError(
            f"expected our clock within {limits.max_skew_ms:g} ms of the exchange's, found it "
            f"{account.clock.skew_us / 1000:+.0f} ms off; set this machine's clock (NTP)"
        )
    if account.wallet_usdt <= 0:
        raise ExchangeError(f"expected USDT in the {environment.name} account, found {account.wallet_usdt}")


def check_steps(symbol: str, rules: InstrumentRules, instrument: Instrument) -> None:
    """Refuse an exchange that counts in other steps than the tape that the model was trained on.

    Raises:
        ExchangeError: with both.
    """
    if (rules.tick, rules.lot) != (instrument.tick, instrument.lot):
        raise ExchangeError(
            f"{symbol}: expected the model's steps, tick {instrument.tick} and lot {instrument.lot}, found "
            f"{rules.tick} and {rules.lot} at the exchange; import the exchange's rules and train again"
        )
    if rules.status != "Trading":
        raise ExchangeError(f"{symbol}: expected an instrument that trades, found status {rules.status}")

"""What a simulated exchange is set up with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Pace = Literal["free", "client"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """The one API key that the exchange knows."""

    key: str = "sim-key"
    secret: str = field(default="sim-secret", repr=False)
    withdraw: bool = False
    """Whether it may withdraw, as none should that trades."""
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SimConfig:
    """Account, key, and the choices that the real exchange leaves open."""

    balance: Decimal = Decimal(100_000)
    position_lots: int = 0
    """What the account holds at the beginning, long positive, paid for at `entry_ticks` out of another balance."""
    entry_ticks: int = 0
    coin: str = "USDT"
    leverage: Decimal = Decimal(10)
    max_leverage: Decimal = Decimal(100)
    maker_fee_rate: Decimal = Decimal("0.0002")
    taker_fee_rate: Decimal = Decimal("0.00055")
    maintenance_rate: Decimal = Decimal("0.005")
    liquidates: bool = False
    """Whether positions are closed for want of margin, at the leverage that is set."""
    post_only_status: Literal["Cancelled", "Rejected"] = "Cancelled"
    """How a post-only order ends that would have taken; traces of the real exchange show both."""
    keys: KeyFacts = KeyFacts()
    pace: Pace = "free"
    rate_limits: bool = True
    idle_cut_s: float = 600.0
    instance: str = ""
    """Tells the ids of this exchange from those of one that ran before it for the same client."""

"""The machine that lives behind batch and live alike, as the default spec configures it."""

from __future__ import annotations

from psky import _core
from psky.market.features import market_config
from psky.spec.spec import Spec


def stream() -> _core.MarketStream:
    """Return a machine that has seen nothing."""
    return _core.MarketStream(market_config(Spec()))

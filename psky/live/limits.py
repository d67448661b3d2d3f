"""What a live session may do before its guard stops it: the section `[live]` of `psky.toml`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_Positive = Annotated[float, Meta(gt=0)]
_Count = Annotated[int, Meta(ge=1)]


class LiveLimits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds of a live session. Money is in USDT, as the wallet counts it."""

    daily_loss_usdt: Annotated[_Positive, Meta(description="Loss since midnight UTC that stops the session.")] = 300.0
    drawdown_usdt: Annotated[_Positive, Meta(description="Fall from the session's best equity that stops it.")] = 500.0
    max_position_usdt: Annotated[_Positive, Meta(description="Largest position, at the last price.")] = 100_000.0
    max_order_usdt: Annotated[_Positive, Meta(description="Largest order, at its price.")] = 100_000.0
    stale_public_s: Annotated[_Positive, Meta(description="Silence of the public feed that stops entries.")] = 60.0
    stale_private_s: Annotated[_Positive, Meta(description="Silence of the private feed, pongs included.")] = 60.0
    max_skew_ms: Annotated[_Positive, Meta(description="Largest difference of our clock and the exchange's.")] = 500.0
    max_errors_per_min: Annotated[_Count, Meta(description="Requests that may fail in a minute.")] = 30
    max_orders_per_min: Annotated[_Count, Meta(description="Orders that may be placed in a minute.")] = 120
    disagreement_s: Annotated[
        _Positive, Meta(description="How long our books may disagree with the exchange's position.")
    ] = 10.0
    naked_s: Annotated[
        _Positive, Meta(description="How long a position may be without a stop that the exchange holds.")
    ] = 5.0
    reconcile_s: Annotated[_Positive, Meta(description="How often the exchange is asked what it holds.")] = 30.0
    flat_within_s: Annotated[
        _Positive, Meta(description="How long getting flat may take before the operator is told that it failed.")
    ] = 30.0
    on_unknown: Annotated[
        Literal["flatten", "refuse"],
        Meta(description="A position at the start that the journal does not know: close it, or refuse to start."),
    ] = "refuse"
    notify: Annotated[
        tuple[str, ...], Meta(description="Apprise addresses that hear of trips and failures (extra `notify`).")
    ] = ()

"""The market of the chaos runs: dense prints, a touch in most bars, and a strategy that enters most of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from psky.domain.instrument import Instrument
from psky.domain.trades import TradeColumns
from psky.learn.bundle import Bundle
from psky.live.limits import LiveLimits
from psky.market.psg1 import PRICE_DECIMALS, SIZE_DECIMALS, Psg1Params, generate
from psky.market.tape import MarketTape, tape_from_columns
from psky.replay.dataset import build_dataset
from psky.replay.periods import holdout
from psky.replay.run import train
from psky.spec.codec import replace
from psky.spec.spec import Spec

SYMBOL: Final = "CHAOSUSDT"
SPEED: Final = 600.0
"""Seconds of the tape a second: a bar takes a tenth."""
UNHURRIED: Final = 150.0
"""The same where something must happen before the tape is over, however slow the machine: it lasts 100 seconds."""
_VALUES: Final[dict[str, Any]] = {
    "touch.timeframes": ["1m"],
    "touch.min_slope_atr": 0.0,
    "touch.max_distance_atr": 5.0,
    "features.families": ["momentum", "clock"],
    "features.rank": 20,
    "intent.entry_offset_atr": -0.2,
    "intent.entry_ttl_bars": 3,
    "intent.hold_bars": 6,
    "intent.stop_atr": 1.0,
    "intent.target_rr": 1.0,
    "costs.maker_fee_rate": 0.0,
    "costs.taker_fee_rate": 0.0,
    "costs.slippage_ticks": 1,
    "model.rounds": 10,
    "policy.ev_margin_r": -10.0,
    "policy.confidence_z": 0.0,
    "policy.equity": 1_000.0,
    "split.folds": 1,
    "split.holdout_share": 0.4,
}
LIMITS: Final = LiveLimits(
    daily_loss_usdt=1e9,
    drawdown_usdt=1e9,
    max_position_usdt=1e9,
    max_order_usdt=1e9,
    max_orders_per_min=100_000,
    max_errors_per_min=100_000,
    max_skew_ms=60_000,
    reconcile_s=0.5,
    disagreement_s=3.0,
    naked_s=2.0,
    flat_within_s=15.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Tape, strategy and model of all runs, and where their sessions begin."""

    tape: MarketTape
    trades: TradeColumns
    spec: Spec
    bundle: Bundle
    start_us: int


def make_scene(entry: Literal["maker", "taker"]) -> Scene:
    """Generate the tape and train on its first part."""
    spec = replace(Spec(), _VALUES | {"intent.entry": entry})
    trades = generate(Psg1Params(n=40_000, rate=1.0, seed=6)).columns
    instrument = Instrument(symbol=SYMBOL, price_decimals=PRICE_DECIMALS, size_decimals=SIZE_DECIMALS, synthetic=True)
    tape = tape_from_columns(trades, instrument, "chaos")
    dataset = build_dataset(tape, spec)
    part = holdout(dataset)
    return Scene(tape=tape, trades=trades, spec=spec, bundle=train(dataset, part), start_us=part.start_us)

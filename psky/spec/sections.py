"""The sections of a strategy's specification.

Every section is frozen, keyword-only and refuses unknown keys. Distances ending in `_atr` are multiples of the base
timeframe's ATR; counts ending in `_bars` are base bars; rates are fractions of notional (0.0002 is 2 bp).
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

Timeframe = Literal["1m", "5m", "15m", "1h", "4h"]
Entry = Literal["maker", "taker"]
FillRule = Literal["touch", "queue", "through"]
TakerDepth = Literal["unlimited", "printed"]
OppositeSignal = Literal["flip", "close", "ignore"]
Calibration = Literal["auto", "none", "temperature", "platt", "beta", "isotonic", "venn_abers"]
RegimeState = Literal["any", "calm", "volatile", "ranging", "trending"]
SplitKind = Literal["expanding", "rolling"]

Family = Literal[
    "momentum",
    "trend",
    "volatility",
    "volume",
    "flow",
    "liquidity",
    "pullback",
    "structure",
    "candle",
    "forming",
    "agreement",
    "clock",
]

Window = Annotated[int, Meta(ge=2, le=1000)]
PairedWindow = Annotated[int, Meta(ge=3, le=1000)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Share = Annotated[float, Meta(gt=0, le=1)]
MakerRate = Annotated[float, Meta(gt=-0.01, lt=0.1)]
TakerRate = Annotated[float, Meta(ge=0, lt=0.1)]
FeeTier = tuple[Positive, MakerRate, TakerRate]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The base of all sections."""


class TapeSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the tape is cut."""

    max_gap_s: Annotated[int, Meta(ge=60)] = 3600
    """A longer silence splits the tape: no bar, feature or label spans a split."""


class FeatureSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Families of features, and their windows in bars of each timeframe."""

    families: tuple[Family, ...] = get_args(Family)
    """What is computed and shown to the model; the columns of the touch itself always are."""
    ema: Window = 21
    rsi: Window = 14
    atr: Window = 14
    adx: Window = 14
    bollinger: Window = 20
    bollinger_sd: Positive = 2.0
    volume: Window = 20
    rank: Window = 100
    flow: Window = 10
    swing: Window = 20
    ema_fast: Window = 8
    ema_slow: Window = 55
    macd_fast: Window = 12
    macd_slow: Window = 26
    macd_signal: Window = 9
    regression: PairedWindow = 20
    returns: PairedWindow = 50
    liquidity: PairedWindow = 50
    vwap: Window = 48
    pivot: Annotated[int, Meta(ge=1, le=100)] = 3
    """Bars on either side that confirm a swing."""


class TouchSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a base bar is a touch: a pullback to the EMA of a timeframe, in the direction of its slope."""

    base: Timeframe = "1m"
    timeframes: tuple[Timeframe, ...] = ("1m", "5m", "15m")
    """Timeframes whose EMA can be touched; the highest wins. Those below the base are ignored."""
    ema: Window = 21
    min_slope_atr: NotNegative = 0.03
    """Least slope of the EMA over one of its own bars, in that timeframe's ATR."""
    max_distance_atr: Positive = 0.3
    """Farthest the bar's low (high for a short) may stay from the EMA."""


class IntentSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a touch proposes."""

    entry: Entry = "maker"
    entry_offset_atr: float = 0.0
    """How far inside the EMA the maker's limit rests; negative is nearer to the market."""
    entry_ttl_bars: Annotated[int, Meta(ge=1, le=1000)] = 5
    stop_atr: Positive = 2.0
    target_rr: Positive = 1.5
    """Target distance as a multiple of the stop distance."""
    hold_bars: Annotated[int, Meta(ge=1, le=10_000)] = 60
    repeg_ticks: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    """A maker's limit follows the best price of its side where that has moved away by as many ticks; 0 never does."""


class CostSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What trading costs."""

    maker_fee_rate: MakerRate = 0.0002
    taker_fee_rate: TakerRate = 0.00055
    slippage_ticks: Annotated[int, Meta(ge=0)] = 1
    """Ticks lost on every taker fill."""
    fee_tiers: tuple[FeeTier, ...] = ()
    """(notional, maker rate, taker rate): rates from a notional traded over thirty days on, in quote currency."""


class VenueSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the simulated venue fills."""

    fill: FillRule = "through"
    queue_kappa: Annotated[float, Meta(ge=0, le=1000)] = 1.0
    """Under `queue`, what is ahead of a resting order: so many medians of the volume traded at a price level during one
    visit, over the 24 hours before the order is sent. Where none ended by then, only a proof fills."""
    queue_ahead: NotNegative | None = None
    """This size instead, in base currency, whatever was traded."""
    taker_depth: TakerDepth = "unlimited"
    """What a taker finds in a print: all it wants, which is right where own size is a small share of what trades, or
    what was printed; the rest then walks on through the following prints, at no better price than before."""
    latency_ms: Annotated[int, Meta(ge=0, le=60_000)] = 50
    """From sending an order, an amendment or a cancel until it holds."""
    feed_latency_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0
    """From what happens, a decision included, until the answer to it is sent."""
    tick_size: NotNegative = 0.0
    """Prices of orders are multiples of it, a multiple of the tape's tick; 0 is the tape's."""
    lot_size: NotNegative = 0.0
    """Sizes of orders are multiples of it, a multiple of the tape's lot; 0 is the tape's."""
    min_notional: NotNegative = 0.0
    """Entries worth less, in quote currency, are rejected."""
    leverage: Annotated[float, Meta(ge=0, le=500)] = 0.0
    """Isolated margin: a position is liquidated where it leaves less than `maintenance_rate`; 0 never does."""
    maintenance_rate: Annotated[float, Meta(ge=0, lt=1)] = 0.005

    def __post_init__(self) -> None:
        """Refuse a margin that is used up by the entry itself."""
        if self.leverage and not (self.leverage >= 1 and self.maintenance_rate < 1 / self.leverage):
            raise ValueError(
                "expected a leverage of at least 1 and a maintenance_rate below 1 / leverage, "
                f"found {self.leverage} and {self.maintenance_rate}"
            )


class ModelSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry model."""

    rounds: Annotated[int, Meta(ge=1, le=5000)] = 100
    leaves: Annotated[int, Meta(ge=2, le=256)] = 7
    learning_rate: Annotated[float, Meta(gt=0, le=1)] = 0.05
    min_leaf_rows: Annotated[int, Meta(ge=1)] = 30
    feature_share: Share = 0.15
    """Share of the columns that each tree may use: of hundreds, few hold anything, and fewer at a time overfit less."""
    row_share: Share = 0.8
    l2: NotNegative = 5.0
    calibration: Calibration = "auto"
    """`auto` takes the simplest whose purged log loss is within one standard error of the best."""
    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 7


class ContextSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Models of what the market does next, whatever becomes of the trade; fitted only where something uses them."""

    trend: bool = False
    """Show the entry model the probabilities of the trend model."""
    regime: bool = False
    """Show the entry model the probabilities of the regime model."""
    horizon_bars: Annotated[int, Meta(ge=2, le=1000)] = 60
    """How far ahead both models look; the regime also compares with as many bars before."""
    distance_atr: Positive = 2.0
    """The move either way that makes a trend."""
    rounds: Annotated[int, Meta(ge=1, le=5000)] = 40


class PolicySpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When to enter, and how much."""

    ev_margin_r: float = 0.05
    """Enter when the expected value at the lower bound of p exceeds this, in R."""
    confidence_z: NotNegative = 1.0
    """Standard errors between p and its lower bound."""
    min_trend_p: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """Enter only where a trend to the trade's side is at least so probable; 0 does not ask."""
    regime: RegimeState = "any"
    """Enter only where the coming regime is probably this one; `any` does not ask."""
    min_regime_p: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """How probable that regime must be."""
    opposite: OppositeSignal = "flip"
    """What a verdict against the running trades does: close them and enter, close them, or nothing."""
    max_positions: Annotated[int, Meta(ge=1, le=100)] = 1
    """Most trades at a time, each with its own bracket, all of one side."""
    equity: Positive = 10_000.0
    """Account in quote currency."""
    risk_share: Annotated[float, Meta(gt=0, le=0.1)] = 0.01
    """Share of the account that one R is."""


class SplitSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How history is divided: a walk-forward, then a hold-out that tuning never sees."""

    kind: SplitKind = "expanding"
    """Whether a fold trains on all that lies before it or on a window that moves with it."""
    window_share: Share = 0.4
    """Length of that window, as a share of the tuning span."""
    folds: Annotated[int, Meta(ge=1, le=5)] = 3
    """At most five: beyond, a better fold could lower the mean less half a standard deviation."""
    first_train_share: Annotated[float, Meta(gt=0, lt=1)] = 0.4
    """Share of the tuning span that the first fold trains on."""
    holdout_share: Annotated[float, Meta(gt=0, lt=0.5)] = 0.2
    embargo_s: Annotated[int, Meta(ge=0)] = 0
    min_trades: Annotated[int, Meta(ge=1)] = 30
    """Fewest trades a fold needs for a trial to be feasible."""


class SelectionSpec(Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which trials may look at the hold-out, and what they must show there."""

    candidate_share: Share = 0.05
    """Share of a study's trials that are candidates, between the two counts that follow."""
    min_candidates: Annotated[int, Meta(ge=1)] = 5
    max_candidates: Annotated[int, Meta(ge=1)] = 50
    max_correlation: Share = 0.95
    """A trial whose fold returns correlate more than that with a better candidate's is its near-duplicate: left out."""
    shadow_share: Annotated[float, Meta(gt=0, lt=1)] = 1 / 3
    """Last share of the hold-out, the shadow split: only those that pass on what comes before it are seen there."""
    min_trades: Annotated[int, Meta(ge=1)] = 30
    min_shadow_trades: Annotated[int, Meta(ge=1)] = 5
    """At least; more are asked for in proportion to the trades made before the shadow split, up to `min_trades`."""
    min_profit_factor: Positive = 1.1
    max_drawdown_share: Share = 0.05
    """Deepest drawdown as a share of the account (`policy.risk_share` times R)."""
    max_coverage: Share = 0.7
    """Largest share of touches that may be entered."""

"""Features and touches of a tape, as a spec defines them."""

from __future__ import annotations

import hashlib

from psky import _core
from psky.domain.time import SECOND_US, TIMEFRAMES, timeframe_s
from psky.errors import SpecError
from psky.market.tape import MarketTape
from psky.spec.spec import Spec

BarSeries = _core.BarSeries
FeatureInfo = _core.FeatureInfo
MarketTable = _core.MarketTable


def market_config(spec: Spec, *, dense: bool = True) -> _core.MarketConfig:
    """Return what the core needs to know of a spec; with `dense` all base bars have a row of features.

    Touch timeframes below the base are ignored: their bars close more often than decisions are taken.

    Raises:
        SpecError: no touch timeframe is left, or windows that do not fit together.
    """
    base_s, features, touch = timeframe_s(spec.touch.base), spec.features, spec.touch
    touch_timeframes_s = sorted({timeframe_s(name) for name in touch.timeframes if timeframe_s(name) >= base_s})
    if not touch_timeframes_s:
        found = ", ".join(touch.timeframes) or "none"
        raise SpecError(f"expected a touch timeframe at or above the base {touch.base}, found {found}")
    windows = {name: getattr(features, name) for name in features.__struct_fields__ if name != "families"}
    try:
        return _core.MarketConfig(
            base_s=base_s,
            timeframes_s=[timeframe_s(name) for name in TIMEFRAMES],
            max_gap_us=spec.tape.max_gap_s * SECOND_US,
            families=features.families,
            dense=dense,
            touch_timeframes_s=touch_timeframes_s,
            touch_ema=touch.ema,
            min_slope_atr=touch.min_slope_atr,
            max_distance_atr=touch.max_distance_atr,
            **windows,
        )
    except ValueError as error:
        raise SpecError(str(error)) from error


def compute(tape: MarketTape, spec: Spec, *, dense: bool = True) -> MarketTable:
    """Return a row for each base bar closed by the tape's last trade, and for each touch among them.

    A row is known at its `ts_us`, the close of its base bar. Without `dense`, `features` has no rows: those of touches
    are all that a model needs, and a year of the others fills a gigabyte.

    Raises:
        SpecError: no touch timeframe is at or above the base.
    """
    return _core.compute(tape.core, market_config(spec, dense=dense))


class ReadyBars:
    """The smallest bars of a tape, made once for all specs that divide it alike; those of two ways are kept."""

    def __init__(self, tape: MarketTape) -> None:
        self._tape = tape
        self._made: dict[tuple[int, str], BarSeries] = {}

    def compute(self, spec: Spec, *, dense: bool = True) -> MarketTable:
        """Return what `compute` returns for the tape, the same bytes, without looking at its trades again.

        Raises:
            SpecError: as for `compute`.
        """
        config, key = market_config(spec, dense=dense), (spec.tape.max_gap_s, spec.touch.base)
        bars = self._made.pop(key, None) or BarSeries(self._tape.core, config)
        self._made = {**dict(list(self._made.items())[-1:]), key: bars}
        return _core.compute_bars(bars, config)


def schema(spec: Spec) -> tuple[FeatureInfo, ...]:
    """Describe the columns of `MarketTable.features`, in order."""
    return tuple(_core.feature_schema(market_config(spec)))


def touch_schema(spec: Spec) -> tuple[FeatureInfo, ...]:
    """Describe the columns of `MarketTable.touch_features`, in order."""
    return tuple(_core.touch_feature_schema(market_config(spec)))


def touch_feature_names(spec: Spec) -> tuple[str, ...]:
    """Return the names of the columns of `MarketTable.touch_features`, in order."""
    return tuple(column.name for column in touch_schema(spec))


def schema_digest(spec: Spec) -> str:
    """Return sixteen hex digits of the names and formulas of all touch features, which include the features."""
    described = "\n".join(f"{column.name}\t{column.formula}" for column in touch_schema(spec))
    return hashlib.sha256(described.encode()).hexdigest()[:16]

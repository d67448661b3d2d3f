"""Feature columns and touches, slow and obvious: every value from the whole history that precedes it."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from tests.factories import Columns
from tests.oracles import indicators as ind
from tests.oracles.bars import Bar, Segment, segments
from tests.oracles.families import candle, flow, liquidity, momentum, structure, trend, volatility
from tests.oracles.indicators import ratio

NAN = math.nan
Parameters = dict[str, Any]


def signed_volume(bar: Bar) -> int:
    return 2 * bar.buy_volume - bar.volume


def imbalance(bars: list[Bar]) -> float:
    return ratio(sum(2 * bar.buy_count - bar.count for bar in bars), sum(bar.count for bar in bars))


class Closed:
    """Columns of one timeframe's closed bars."""

    def __init__(self, bars: list[Bar], p: Parameters) -> None:
        self.bars, self.p = bars, p
        self.close = [bar.close for bar in bars]
        self.prices = [bar.high for bar in bars], [bar.low for bar in bars], self.close
        self.atr = ind.atr(*self.prices, p["atr"])

    def back(self, steps: int) -> list[float]:
        close = self.close
        return ind.in_atr([close[i] - close[i - steps] if i >= steps else NAN for i in range(len(close))], self.atr)

    def ema(self, span: int) -> list[float]:
        return ind.ema([float(close) for close in self.close], span)

    def against_mean(self, values: list[int]) -> list[float]:
        n = self.p["volume"]
        sums = ind.window_sums(values, n)
        return [ratio(value, total / n) for value, total in zip(values, sums, strict=True)]

    def volume_trend(self, recent: int, usual: int) -> list[float]:
        volumes = [bar.volume for bar in self.bars]
        pairs = zip(ind.window_sums(volumes, recent), ind.window_sums(volumes, usual), strict=True)
        return [ratio(part / recent, whole / usual) for part, whole in pairs]

    def columns(self) -> dict[str, list[float]]:
        """Return the columns by the names that the parameters give them."""
        p, bars = self.p, self.bars
        difference, adx = ind.directional(*self.prices, p["adx"])
        return {
            "return_1": self.back(1),
            "return_5": self.back(5),
            f"rsi_{p['rsi']}": [x / 50 - 1 for x in ind.rsi(self.close, p["rsi"])],
            f"adx_{p['adx']}": [x / 100 for x in adx],
            f"di_{p['adx']}": [x / 100 for x in difference],
            f"atr_{p['atr']}_rank_{p['rank']}": ind.rank(self.atr, p["rank"]),
            f"bollinger_{p['bollinger']}_{p['bollinger_sd']:g}": ind.bollinger(
                self.close, p["bollinger"], p["bollinger_sd"]
            ),
            f"volume_ratio_{p['volume']}": self.against_mean([bar.volume for bar in bars]),
            f"count_ratio_{p['volume']}": self.against_mean([bar.count for bar in bars]),
            f"volume_z_{p['volume']}": ind.bollinger([bar.volume for bar in bars], p["volume"], 1.0),
            f"count_z_{p['volume']}": ind.bollinger([bar.count for bar in bars], p["volume"], 1.0),
            f"volume_trend_{p['flow']}_{p['volume']}": self.volume_trend(p["flow"], p["volume"]),
        } | self.families()

    def families(self) -> dict[str, list[float]]:
        known = self.bars, self.atr, self.p
        families = (momentum, trend, volatility, flow, liquidity, structure, candle)
        return reduce(or_, (family.columns(*known) for family in families), self.swings(self.p["swing"]))

    def swings(self, n: int) -> dict[str, list[float]]:
        rows = [self.swing(self.bars[max(0, i + 1 - n) : i + 1], n, self.atr[i]) for i in range(len(self.bars))]
        names = ("swing_position", "swing_impulse", "swing_retraced", "swing_age", "impulse_flow", "pullback_flow")
        return {f"{name}_{n}": [row[column] for row in rows] for column, name in enumerate(names)}

    def swing(self, bars: list[Bar], n: int, atr: float) -> tuple[float, ...]:
        """Return the six columns of the last swing of a window."""
        if len(bars) < n:
            return (NAN,) * 6
        high, low, close = max(bar.high for bar in bars), min(bar.low for bar in bars), bars[-1].close
        high_at = max(i for i, bar in enumerate(bars) if bar.high == high)
        low_at = max(i for i, bar in enumerate(bars) if bar.low == low)
        sign = (high_at > low_at) - (high_at < low_at)
        extreme = {1: high, -1: low, 0: close}[sign]
        first, later = sorted((high_at, low_at))
        return (
            ratio(close - low - (high - close), high - low),
            ratio(sign * (high - low), atr),
            ratio(abs(close - extreme), high - low),
            (n - 1 - later) / n,
            imbalance(bars[first + 1 : later + 1]),
            imbalance(bars[later + 1 :]),
        )


AGREEMENT = ("agreement", "stretch", "volatility_slope")

FORMING: dict[str, Callable[[Bar, float], float]] = {
    "forming_return": lambda bar, atr: ratio(bar.close - bar.open, atr),
    "forming_range": lambda bar, atr: ratio(bar.high - bar.low, atr),
    "forming_flow": lambda bar, _: ratio(signed_volume(bar), bar.volume),
}

DAY_US, WEEK_US, FUNDING_US = 86_400_000_000, 604_800_000_000, 28_800_000_000


def since_monday_us(ts_us: int) -> int:
    when = datetime.fromtimestamp(ts_us // 1_000_000, tz=UTC)
    return when.weekday() * DAY_US + ts_us % DAY_US


def to_funding_us(ts_us: int) -> int:
    next_us = (ts_us // FUNDING_US + 1) * FUNDING_US
    return next_us - ts_us


CLOCK: dict[str, Callable[[int], float]] = {
    "time_of_day_sin": lambda ts_us: math.sin(2 * math.pi * (ts_us % DAY_US) / DAY_US),
    "time_of_day_cos": lambda ts_us: math.cos(2 * math.pi * (ts_us % DAY_US) / DAY_US),
    "time_of_week_sin": lambda ts_us: math.sin(2 * math.pi * since_monday_us(ts_us) / WEEK_US),
    "time_of_week_cos": lambda ts_us: math.cos(2 * math.pi * since_monday_us(ts_us) / WEEK_US),
    "time_to_funding": lambda ts_us: to_funding_us(ts_us) / FUNDING_US,
}


def sign(value: float) -> float:
    return value if math.isnan(value) else float((value > 0) - (value < 0))


class Timeframe:
    """One timeframe of one segment, all its bars known; asked for what had closed by some time."""

    def __init__(self, segment: Segment, seconds: int, p: Parameters) -> None:
        self.segment, self.seconds, self.p = segment, seconds, p
        self.bars = segment.bars(seconds)
        self.ends_us = [bar.open_ts_us + seconds * 1_000_000 for bar in self.bars]
        closed = Closed(self.bars, p)
        self.columns = closed.columns() if self.bars else {}
        self.atr, self.touch_ema = closed.atr, closed.ema(p["touch_ema"])

    def closed_by(self, ts_us: int) -> int:
        return bisect_right(self.ends_us, ts_us)

    def closed(self, name: str, ts_us: int) -> float:
        count = self.closed_by(ts_us)
        return self.columns[name][count - 1] if count else NAN

    def atr_at(self, ts_us: int) -> float:
        count = self.closed_by(ts_us)
        return self.atr[count - 1] if count else NAN

    def forming_bar(self, ts_us: int) -> Bar:
        return self.segment.bar(ts_us // (self.seconds * 1_000_000) * self.seconds * 1_000_000, ts_us)

    def forming(self, name: str, ts_us: int) -> float:
        return FORMING[name](self.forming_bar(ts_us), self.atr_at(ts_us)) if self.closed_by(ts_us) else NAN

    def line(self, ts_us: int) -> tuple[float, float]:
        """Return the touchable EMA as of a decision and its slope, in ticks and in ATR."""
        count = self.closed_by(ts_us)
        if count < 2:
            return NAN, NAN
        last, before = self.touch_ema[count - 1], self.touch_ema[count - 2]
        return self.level(ts_us), ratio(last - before, self.atr_at(ts_us))

    def level(self, ts_us: int) -> float:
        """Return the touchable EMA with the forming bar's close."""
        last = self.touch_ema[self.closed_by(ts_us) - 1]
        just_closed = ts_us % (self.seconds * 1_000_000) == 0
        alpha: float = 0.0 if just_closed else 2 / (self.p["touch_ema"] + 1)
        return last + alpha * (self.forming_bar(ts_us).close - last if alpha else 0.0)


class Market:
    """All rows and touches of a tape."""

    def __init__(self, columns: Columns, p: Parameters) -> None:
        self.p = p
        self.ts_us: list[int] = []
        self.segment: list[int] = []
        self.bars: list[Bar] = []
        self.frames: list[dict[int, Timeframe]] = []
        for segment in segments(columns, p["max_gap_us"]):
            frames = {seconds: Timeframe(segment, seconds, p) for seconds in p["timeframes_s"]}
            for bar in frames[p["base_s"]].bars:
                self.ts_us.append(bar.open_ts_us + p["base_s"] * 1_000_000)
                self.segment.append(segment.number)
                self.bars.append(bar)
                self.frames.append(frames)

    def column(self, name: str, timeframe_s: int) -> list[float]:
        """Return a column by its name, whose timeframe is `timeframe_s` (0 for none); KeyError if it has no oracle."""
        if timeframe_s == 0:
            return [CLOCK[name](ts_us) for ts_us in self.ts_us]
        own = name.partition("_")[2]
        if own.rpartition("_")[0] in AGREEMENT:
            kind = AGREEMENT.index(own.rpartition("_")[0])
            return [self.agreement(row, timeframe_s)[kind] for row in range(len(self.ts_us))]
        rows = zip(self.frames, self.ts_us, strict=True)
        if own in FORMING:
            return [frames[timeframe_s].forming(own, ts_us) for frames, ts_us in rows]
        return [frames[timeframe_s].closed(own, ts_us) for frames, ts_us in rows]

    def agreement(self, row: int, timeframe_s: int) -> tuple[float, float, float]:
        """Return the columns of `AGREEMENT` for one timeframe above the base."""
        ts_us, base_s = self.ts_us[row], self.p["base_s"]
        above, base = self.frames[row][timeframe_s], self.frames[row][base_s]
        (level, slope), (_, base_slope) = above.line(ts_us), base.line(ts_us)
        if above.closed_by(ts_us) >= self.p["touch_ema"]:
            level = above.level(ts_us)
        atr, base_atr = above.atr_at(ts_us), base.atr_at(ts_us)
        usual = base_atr * math.sqrt(timeframe_s / base_s)
        both = atr * usual
        volatility = math.log2(atr / usual) if both > 0 else (0.0 if both == 0 else NAN)
        return sign(slope) * sign(base_slope), ratio(self.bars[row].close - level, atr), volatility

    def warm(self, timeframe_s: int) -> list[int]:
        """Return how many bars of a timeframe had closed at each row."""
        return [frames[timeframe_s].closed_by(ts_us) for frames, ts_us in zip(self.frames, self.ts_us, strict=True)]

    def atr(self) -> list[float]:
        rows = zip(self.frames, self.ts_us, strict=True)
        return [frames[self.p["base_s"]].atr_at(ts_us) for frames, ts_us in rows]

    def touches(self) -> list[dict[str, float]]:
        """Return the touches: row, side, timeframe_s, level, and the touch's own columns by name."""
        found = [self.touch(row) for row in range(len(self.ts_us))]
        return [touch | self.history(row, touch, found) for row, touch in enumerate(found) if touch is not None]

    def history(self, row: int, touch: dict[str, float], found: list[dict[str, float] | None]) -> dict[str, float]:
        """Return the columns that look back on the base bars and touches of the segment before a touch."""
        p, atr, side = self.p, self.atr_at(row), touch["side"]
        first = self.segment.index(self.segment[row])
        before = found[max(first, row - p["swing"]) : row]
        same = [back for back, other in enumerate(reversed(before), start=1) if other and other["side"] == side]
        far = row - p["flow"]
        levels = [self.frames[row][seconds].line(self.ts_us[row])[0] for seconds in p["touch_timeframes_s"]]
        near = [level for level in levels if abs(level - touch["level"]) <= p["max_distance_atr"] * atr]
        approach = side * (self.bars[far].close - self.bars[row].close) / atr if far >= first else NAN
        return {
            f"touch_approach_{p['flow']}": approach,
            f"touch_since_{p['swing']}": same[0] / p["swing"] if same else 1.0,
            f"touch_crowding_{p['swing']}": sum(other is not None for other in before) / p["swing"],
            "touch_confluence": len(near) / len(levels),
        }

    def touch(self, row: int) -> dict[str, float] | None:
        atr, bar, p = self.atr_at(row), self.bars[row], self.p
        for seconds in sorted(p["touch_timeframes_s"], reverse=True):
            level, slope = self.frames[row][seconds].line(self.ts_us[row])
            for side, extreme in ((1, bar.low), (-1, bar.high)):
                near = abs(extreme - level) <= p["max_distance_atr"] * atr and atr > 0
                if near and side * slope > p["min_slope_atr"] and side * (bar.close - level) >= 0:
                    return {"row": row, "side": side, "timeframe_s": seconds, "level": level} | {
                        "touch_distance": side * (bar.close - level) / atr,
                        "touch_depth": side * (level - extreme) / atr,
                        "touch_slope": side * slope,
                        "touch_tf": math.log2(seconds / p["base_s"]),
                        "touch_rejection": wick_share(bar, side),
                        "stop_scale": atr / bar.close,
                    }
        return None

    def atr_at(self, row: int) -> float:
        return self.frames[row][self.p["base_s"]].atr_at(self.ts_us[row])


def wick_share(bar: Bar, side: int) -> float:
    wick = min(bar.open, bar.close) - bar.low if side > 0 else bar.high - max(bar.open, bar.close)
    return ratio(wick, bar.high - bar.low)

"""Bars, slow and obvious: once in Python over each interval's trades, once in SQL."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from tests.factories import Columns


@dataclass(frozen=True, kw_only=True)
class Bar:
    open_ts_us: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    buy_volume: int = 0
    turnover: int = 0
    count: int = 0
    buy_count: int = 0
    plus: int = 0
    zero_plus: int = 0
    zero_minus: int = 0
    minus: int = 0
    sell_volume: int = 0
    vwap: float = 0.0
    largest: int = 0
    realised_variance: int = 0
    runs: int = 0
    first_ts_us: int = 0
    last_ts_us: int = 0


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Trades without a gap among them, and the time until which their bars close."""

    number: int
    trades: list[tuple[int, int, int, int, int]]
    until_us: int

    @property
    def first_us(self) -> int:
        return self.trades[0][0]

    def bar(self, start_us: int, stop_us: int) -> Bar:
        """Sum up the trades of `[start_us, stop_us)`; flat at the price before where there is none."""
        first, last = (bisect_left(self.trades, (time,)) for time in (start_us, stop_us))
        inside = self.trades[first:last]
        if not inside:
            price = self.trades[first - 1][1]
            return Bar(
                open_ts_us=start_us,
                open=price,
                high=price,
                low=price,
                close=price,
                vwap=price,
                first_ts_us=start_us,
                last_ts_us=start_us,
            )
        prices = [price for _, price, _, _, _ in inside]
        bought = [size for _, _, size, side, _ in inside if side > 0]
        sold = [size for _, _, size, side, _ in inside if side < 0]
        ticks = [tick for *_, tick in inside]
        steps = [(self.trades[max(row - 1, 0)], self.trades[row]) for row in range(first, last)]
        changes_side = [row == 0 or self.trades[row][3] != self.trades[row - 1][3] for row in range(first, last)]
        return Bar(
            open_ts_us=start_us,
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=prices[-1],
            volume=sum(size for _, _, size, _, _ in inside),
            buy_volume=sum(bought),
            turnover=sum(price * size for _, price, size, _, _ in inside),
            count=len(inside),
            buy_count=len(bought),
            plus=ticks.count(2),
            zero_plus=ticks.count(1),
            zero_minus=ticks.count(-1),
            minus=ticks.count(-2),
            sell_volume=sum(sold),
            vwap=sum(price * size for _, price, size, _, _ in inside) / sum(size for _, _, size, _, _ in inside),
            largest=max(size for _, _, size, _, _ in inside),
            realised_variance=sum((after[1] - before[1]) ** 2 for before, after in steps),
            runs=sum(changes_side),
            first_ts_us=inside[0][0],
            last_ts_us=inside[-1][0],
        )

    def bars(self, timeframe_s: int) -> list[Bar]:
        """All bars of the segment that begin at or after its first trade and end by the time it ends."""
        step_us = timeframe_s * 1_000_000
        first_us = -(-self.first_us // step_us) * step_us
        opens = range(first_us, self.until_us - step_us + 1, step_us)
        return [self.bar(open_us, open_us + step_us) for open_us in opens]


def segments(columns: Columns, max_gap_us: int) -> Iterator[Segment]:
    names = ("ts_us", "price", "size", "side", "tick_direction")
    trades = list(zip(*([int(value) for value in columns[name]] for name in names), strict=True))
    breaks = [row for row in range(1, len(trades)) if trades[row][0] - trades[row - 1][0] > max_gap_us]
    for number, (start, stop) in enumerate(zip([0, *breaks], [*breaks, len(trades)], strict=True)):
        inside = trades[start:stop]
        silence_us = max_gap_us if stop < len(trades) else 0
        yield Segment(number=number, trades=inside, until_us=inside[-1][0] + silence_us)


def bars(columns: Columns, timeframe_s: int, max_gap_us: int) -> list[tuple[int, Bar]]:
    """Return the bars with the numbers of their segments."""
    return [(segment.number, bar) for segment in segments(columns, max_gap_us) for bar in segment.bars(timeframe_s)]


_SQL = """
with numbered as (
    select *, row_number() over () as i from trades
), broken as (
    select *, (ts_us - lag(ts_us) over (order by i) > $gap)::int as breaks from numbered
), split as (
    select *, coalesce(sum(breaks) over (order by i), 0)::int as segment from broken
), span as (
    select segment, min(ts_us) as first_us,
           max(ts_us) + if(segment < (select max(segment) from split), $gap, 0) as until_us
    from split group by segment
), changed as (
    select *, coalesce(price - lag(price) over same, 0) as change,
           coalesce(side <> lag(side) over same, true) as begins
    from split window same as (partition by segment order by i)
), grid as (
    select segment, unnest(range(((first_us + $step - 1) // $step * $step)::bigint,
                                 (until_us - $step + 1)::bigint, $step::bigint)) as open_ts_us
    from span
), traded as (
    select segment, ts_us // $step * $step as open_ts_us, first(price order by i) as open, max(price) as high,
           min(price) as low, last(price order by i) as close, sum(size) as volume,
           sum(if(side > 0, size, 0)) as buy_volume, sum(price * size) as turnover, count(*) as count,
           count(*) filter (side > 0) as buy_count, count(*) filter (tick_direction = 2) as plus,
           count(*) filter (tick_direction = 1) as zero_plus, count(*) filter (tick_direction = -1) as zero_minus,
           count(*) filter (tick_direction = -2) as minus, sum(if(side < 0, size, 0)) as sell_volume,
           sum(price * size) / sum(size) as vwap, max(size) as largest,
           sum(change * change) as realised_variance, count(*) filter (begins) as runs,
           first(ts_us order by i) as first_ts_us, last(ts_us order by i) as last_ts_us
    from changed group by all
)
select grid.segment, grid.open_ts_us, coalesce(open, before.price) as open, coalesce(high, before.price) as high,
       coalesce(low, before.price) as low, coalesce(close, before.price) as close,
       coalesce(vwap, before.price) as vwap, coalesce(first_ts_us, open_ts_us) as first_ts_us,
       coalesce(last_ts_us, open_ts_us) as last_ts_us,
       columns(* exclude (segment, open_ts_us, open, high, low, close, price, vwap, first_ts_us, last_ts_us))
from grid left join traded using (segment, open_ts_us)
cross join lateral (
    select last(price order by i) as price from split
    where split.segment = grid.segment and split.ts_us < grid.open_ts_us
) as before
order by grid.segment, grid.open_ts_us
"""


def sql_bars(columns: Columns, timeframe_s: int, max_gap_us: int) -> list[dict[str, Any]]:
    """Return the bars as DuckDB finds them; sums of an empty bar are 0."""
    trades = pa.table({name: pa.array(column) for name, column in columns.items()})
    with duckdb.connect() as connection:
        connection.register("trades", trades)
        found = connection.execute(_SQL, {"gap": max_gap_us, "step": timeframe_s * 1_000_000})
        names = [column[0] for column in found.description]
        return [{name: value or 0 for name, value in zip(names, row, strict=True)} for row in found.fetchall()]

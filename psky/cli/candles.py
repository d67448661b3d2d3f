"""`psky data candles`: a tape as bars."""

from __future__ import annotations

from typing import Annotated

import typer

from psky.cli import output
from psky.cli.options import DataDir, Json, SymbolArgument, symbol_or_folder, workspace
from psky.domain.time import DAY_US, instant_us, utc_text

Step = Annotated[str, typer.Option("--step", help="Length of a candle, such as 15m.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="UTC", help="From this date or time; the last day without.")
]
To = Annotated[str | None, typer.Option("--to", metavar="UTC", help="Up to this date or time, excluded.")]


def candles(
    symbol: SymbolArgument = None,
    *,
    step: Step = "1h",
    start: From = None,
    end: To = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Print a stretch of a tape as candles; the minutes behind them are kept beside the tape.

    Example: psky data candles BTCUSDT --step 15m --from 2026-01-24 --to 2026-01-25
    """
    from psky.app.candles import load_candles, open_chart

    name, here = symbol_or_folder(symbol, data_dir), workspace(data_dir, None)
    span = open_chart(here, name)
    end_us = instant_us(end) if end else span.last_ts_us + 1
    start_us = instant_us(start) if start else max(span.first_ts_us, end_us - DAY_US)
    columns = load_candles(here, name, step, start_us, end_us).columns
    fields = {field: getattr(columns, field).tolist() for field in columns.__dataclass_fields__}
    if json:
        output.print_json({"symbol": name, "step": step, "start_us": start_us, "end_us": end_us, "candles": fields})
        return
    output.print_table(
        f"{span.label}, candles of {step}",
        ("begins (UTC)", ">open", ">high", ">low", ">close", ">volume", ">bought", ">trades"),
        [
            (
                utc_text(ts_us),
                *(f"{price:,.{span.price_decimals}f}" for price in prices),
                f"{volume:,.6g}",
                f"{bought:,.6g}",
                f"{trades:,}",
            )
            for ts_us, *prices, volume, bought, trades in zip(*fields.values(), strict=True)
        ],
    )

"""The tables of a backtest in prices and words, and their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from psky.domain.side import Side
from psky.engine.codes import ExitReason
from psky.replay.dataset import Dataset
from psky.replay.ledger_files import write_ledger
from psky.replay.periods import Part
from psky.replay.run import Run


def trades_table(dataset: Dataset, run: Run) -> pl.DataFrame:
    """Return one row for each closed position: prices in quote, quantity in base, results in R.

    `decided_ts_us` is the close of the touching bar; `p`, `p_lower` and `ev_r` (at the lower bound) are what the
    decision knew.
    """
    trades, known, instrument = run.ledger.trades, run.ledger.verdicts, dataset.tape.instrument
    decided = np.searchsorted(known["intent"], trades["intent"])
    return pl.DataFrame(
        {
            "side": [Side(int(side)).word for side in trades["side"]],
            "decided_ts_us": dataset.t0[trades["intent"]],
            "entry_ts_us": trades["entry_ts_us"],
            "exit_ts_us": trades["exit_ts_us"],
            "entry_price": trades["entry_ticks"] * instrument.tick_size,
            "exit_price": trades["exit_ticks"] * instrument.tick_size,
            "qty": trades["lots"] * instrument.lot_size,
            "exit_reason": [ExitReason(int(code)).name.lower() for code in trades["exit_reason"]],
            "gross_r": trades["gross_r"],
            "fee_r": trades["fee_r"],
            "net_r": trades["net_r"],
            "mae_r": trades["mae_r"],
            "mfe_r": trades["mfe_r"],
            "p": known["p"][decided],
            "p_lower": known["p_lower"][decided],
            "ev_r": known["ev_lower_r"][decided],
        },
        schema_overrides={"side": pl.String, "exit_reason": pl.String},
    )


def price_path(dataset: Dataset, part: Part) -> pl.DataFrame:
    """Return time (us) and close (in quote) of the base bars of a part."""
    table = dataset.table
    inside = (table.ts_us >= part.start_us) & (table.ts_us < part.end_us)
    closes = table.close_ticks[inside] * dataset.tape.instrument.tick_size
    return pl.DataFrame({"ts_us": table.ts_us[inside], "close": closes})


def write_tables(folder: Path, run: Run, trades: pl.DataFrame) -> None:
    """Write `trades.parquet` and `trades.csv` in prices, and the ledger's own tables as Parquet in `ledger/`."""
    trades.write_parquet(folder / "trades.parquet")
    trades.write_csv(folder / "trades.csv")
    write_ledger(folder / "ledger", run.ledger)


def read_trades(folder: Path) -> pl.DataFrame:
    """Return the trades of a backtest that was written to `folder`."""
    return pl.read_parquet(folder / "trades.parquet")

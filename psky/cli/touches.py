"""`psky touches`: how often a tape pulls back to its averages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.options import DataDir, Json, SymbolArgument, symbol_or_folder, workspace

if TYPE_CHECKING:
    from psky.app.touches import TouchReport


def touches(
    symbol: SymbolArgument = None,
    *,
    spec: Annotated[Path | None, typer.Option("--spec", help="TOML or JSON spec; the default one without.")] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """Count the touches of a tape: on which timeframe, which side, per day. Warns where most bars are touches.

    Example: psky touches BTCJPY --spec narrow.toml
    """
    from psky.app.touches import touch_report
    from psky.spec.codec import read
    from psky.spec.spec import Spec

    name = symbol_or_folder(symbol, data_dir)
    report = touch_report(workspace(data_dir, None), name, read(spec) if spec else Spec())
    if json:
        totals = {"touches": report.touches, "share": report.share, "warnings": report.warnings}
        output.print_json(asdict(report) | totals)
    else:
        _print(report)


def _print(report: TouchReport) -> None:
    output.print_table(
        f"{report.symbol}: {report.touches:,} touches among {report.warm_bars:,} warm bars of {report.base} "
        f"({report.share:.1%})",
        ("timeframe", ">long", ">short"),
        [(row.timeframe, f"{row.long:,}", f"{row.short:,}") for row in report.timeframes],
    )
    output.print_table(
        "By day (UTC)",
        ("day", ">bars", ">long", ">short", ">share"),
        [
            (day.day, f"{day.bars:,}", f"{day.long:,}", f"{day.short:,}", f"{(day.long + day.short) / day.bars:.1%}")
            for day in report.days
        ],
    )
    for warning in report.warnings:
        output.say(f"warning: {warning}")

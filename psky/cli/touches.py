"""`psky touches`: how often a tape pulls back to its averages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psky.app.workspace import Workspace
from psky.cli import complete, output
from psky.cli.options import DataDir, Json, ModelDir, SymbolArgument, symbol_or_folder, workspace
from psky.errors import UsageError

if TYPE_CHECKING:
    from psky.app.touches import TouchReport
    from psky.spec.spec import Spec


def touches(
    symbol: SymbolArgument = None,
    *,
    spec: Annotated[Path | None, typer.Option("--spec", help="TOML or JSON spec; else that of a new study.")] = None,
    study: Annotated[
        str | None,
        typer.Option("--study", help="Instead: the spec that a study's trials vary.", autocompletion=complete.studies),
    ] = None,
    trial: Annotated[
        int | None,
        typer.Option("--trial", min=0, help="With --study: the spec of a trial.", autocompletion=complete.trials),
    ] = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Count the touches of a tape: on which timeframe, which side, per day. Warns where most bars are touches.

    Example: psky touches BTCJPY --spec narrow.toml
    """
    from psky.app.touches import touch_report

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    report = touch_report(here, name, _spec(here, name, spec, study, trial))
    if json:
        totals = {"touches": report.touches, "share": report.share, "warnings": report.warnings}
        output.print_json(asdict(report) | totals)
    else:
        _print(report)


def _spec(here: Workspace, symbol: str, file: Path | None, study: str | None, trial: int | None) -> Spec | None:
    from psky.app.names import SpecName
    from psky.app.studies import spec_of
    from psky.spec.codec import read

    if study is None:
        if trial is not None:
            raise UsageError("expected --study with --trial, found none")
        return read(file) if file else None
    if file is not None:
        raise UsageError("expected --spec or --study, found both")
    return spec_of(here, symbol, SpecName(study=study, trial=trial))


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

"""`psky data`: tapes in, and what they cover."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from psky.cli import dry_runs, output
from psky.cli.candles import candles
from psky.cli.choose import which_trial
from psky.cli.detach import detached
from psky.cli.download import download
from psky.cli.market_facts import funding, instrument
from psky.cli.options import (
    DataDir,
    Detach,
    DryRun,
    Events,
    Json,
    ModelDir,
    Study,
    SymbolArgument,
    Trial,
    symbol_or_folder,
    workspace,
)
from psky.cli.truth import truth_line
from psky.domain.instrument import label_of
from psky.domain.time import utc_text

app = typer.Typer(help="Import, generate, list and check trades, funding and rules.", no_args_is_help=True)
app.command("instrument")(instrument)
app.command("funding")(funding)
app.command("candles")(candles)
app.command("download")(download)


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATHS", help="Trade files, or folders of them.")],
    symbol: Annotated[str | None, typer.Option("--symbol", help="Symbol to import into.")] = None,
    data_dir: DataDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Import trade files (.csv, .csv.gz, .csv.zst, .zip) into a symbol's store; importing again changes nothing.

    Example: psky data import downloads/BTCUSDT --symbol BTCUSDT
    """
    from psky.app.data import import_files

    name, here = symbol_or_folder(symbol, data_dir), workspace(data_dir)
    if dry_run:
        return dry_runs.show_import(here, name, paths, json=json)
    if detach:
        return detached(here, json=json)
    with output.progress(f"import {name}", events) as on_progress:
        report = import_files(here, name, paths, on_progress=on_progress)
        on_progress.metric("trades", report.rows)
        if report.rejected:
            on_progress.warning(
                f"{report.rejected:,} rows are no trades and were left out; see: psky data check {name}"
            )
    if json:
        return output.print_json(dataclasses.asdict(report))
    return output.print_table(
        f"Imported into {name}",
        ("file", "status", ">rows", ">rejected", "form", "unit", "first (UTC)", "last (UTC)"),
        [
            (
                file.name,
                file.status,
                f"{file.rows:,}",
                f"{file.rejected:,}",
                file.dialect,
                file.time_unit,
                utc_text(file.first_ts_us),
                utc_text(file.last_ts_us),
            )
            for file in report.files
        ],
    )


@app.command("synth")
def synth(
    symbol: Annotated[str, typer.Argument(help="Symbol to generate into.")] = "DEMOUSDT",
    prints: Annotated[int, typer.Option("--prints", min=1000, help="Number of trades.")] = 1_000_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the tape.")] = 1,
    null: Annotated[bool, typer.Option("--null", help="The martingale twin: no edge is planted.")] = False,
    published: Annotated[
        bool, typer.Option("--published", help="PSG-1's published parameters instead of the demo's.")
    ] = False,
    data_dir: DataDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Generate PSG-1, a bit-reproducible tape with a planted edge (or its martingale twin), and print its checksum.

    Example: psky data synth DEMOUSDT --prints 1000000 --seed 1
    """
    from psky.app.synth import generate_tape
    from psky.market.psg1 import DEMO_PARAMS, Psg1Params

    base = Psg1Params() if published else DEMO_PARAMS
    params = dataclasses.replace(base, n=prints, seed=seed, planted=not null)
    here = workspace(data_dir, None)
    if dry_run:
        return dry_runs.show_synthesis(here, symbol, params, json=json)
    if detach:
        return detached(here, json=json)
    with output.progress(f"generate {symbol}", events) as on_progress:
        report = generate_tape(here, symbol, params)
        on_progress.metric("trades", report.stored.rows)
    if json:
        return output.print_json({"symbol": symbol, **dataclasses.asdict(report)})
    output.say(f"{label_of(symbol, synthetic=True)}: {report.stored.rows:,} trades, {report.stored.files[0].status}")
    return output.say(f"sha256 {report.sha256}")


@app.command("list")
def list_(data_dir: DataDir = None, json: Json = False) -> None:
    """List the symbols that have a store, with what they cover.

    Example: psky data list --json
    """
    from psky.app.data import list_symbols

    symbols = list_symbols(workspace(data_dir, None))
    if json:
        output.print_json({"symbols": [dataclasses.asdict(symbol) for symbol in symbols]})
        return
    if not symbols:
        output.say("no symbol has a store yet; try: psky data import FILES --symbol BTCUSDT, or: psky demo")
        return
    output.print_table(
        "Symbols",
        ("symbol", ">trades", ">files", ">rejected", "first (UTC)", "last (UTC)", ">funding", ">MB"),
        [
            (
                symbol.label,
                f"{symbol.rows:,}",
                f"{symbol.files:,}",
                f"{symbol.rejected:,}",
                utc_text(symbol.first_ts_us) if symbol.rows else "",
                utc_text(symbol.last_ts_us) if symbol.rows else "",
                f"{symbol.funding:,}",
                f"{symbol.bytes / 1e6:.1f}",
            )
            for symbol in symbols
        ],
    )
    for symbol in symbols:
        if symbol.problem:
            output.say(f"{symbol.symbol} cannot be read now: {symbol.problem}")


@app.command("check")
def check(symbol: SymbolArgument = None, data_dir: DataDir = None, json: Json = False) -> None:
    """Report what a tape covers and what is wrong with it: gaps, rejects, duplicates, overlaps, outliers.

    Example: psky data check BTCUSDT
    """
    from psky.app.data import check as check_tape

    name = symbol_or_folder(symbol, data_dir)
    report = check_tape(workspace(data_dir, None), name)
    if json:
        output.print_json(dataclasses.asdict(report))
        return
    from psky.cli.quality import print_quality

    print_quality(name, report)


@app.command("truth")
def truth(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Compare a trial's probabilities with the planted ones of a synthetic tape; a look at the hold-out.

    Example: psky data truth DEMOUSDT --study demo --trial 0
    """
    from psky.app.truth import compare_with_oracle

    report = compare_with_oracle(*which_trial(symbol, study, trial, data_dir, model_dir))
    if json:
        output.print_json(dataclasses.asdict(report))
        return
    output.say(truth_line(report))

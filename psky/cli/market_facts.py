"""`psky data instrument` and `psky data funding`: what the exchange says of a symbol beyond its trades."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from psky.cli import dry_runs, output
from psky.cli.options import DataDir, DryRun, Json, SymbolArgument, symbol_or_folder, workspace
from psky.domain.rules import plain
from psky.domain.time import utc_text

if TYPE_CHECKING:
    from psky.domain.instrument import Instrument

RulesFile = Annotated[
    Path | None, typer.Option("--from", help="A saved answer of market/instruments-info, .json or .json.gz.")
]
FeesFile = Annotated[Path | None, typer.Option("--fees", help="A saved answer of account/fee-rate; needs --from.")]


def instrument(
    symbol: SymbolArgument = None,
    rules_file: RulesFile = None,
    fees_file: FeesFile = None,
    data_dir: DataDir = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Show the steps and rules of a symbol; with --from give it those of the exchange's list.

    Example: psky data instrument BTCUSDT --from instruments-info.json.gz
    """
    from psky.app import market_facts
    from psky.errors import UsageError

    name, here = symbol_or_folder(symbol, data_dir), workspace(data_dir, None)
    if rules_file is not None:
        give = market_facts.ruled if dry_run else market_facts.give_rules
        found = give(here, name, rules_file, fees_file)
    elif fees_file is not None:
        raise UsageError("expected --from beside --fees, found --fees alone; fee rates are kept with rules")
    else:
        found = market_facts.instrument(here, name)
    facts = _facts(found)
    if json:
        output.print_json(({"dry_run": True} if dry_run else {}) | facts)
        return
    rows = [(key.replace("_", " "), "none" if value is None else str(value)) for key, value in facts.items()]
    title = f"{found.label}, as it would be" if dry_run else found.label
    output.print_table(title, ("rule", ">value"), rows)


def funding(
    symbol: Annotated[str, typer.Argument(help="Symbol to import into.")],
    paths: Annotated[list[Path], typer.Argument(metavar="FILES", help="Histories of funding.")],
    data_dir: DataDir = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Import funding (Bybit's market/funding/history as JSON, or a CSV of timestamp,rate[,mark]) for a symbol.

    Example: psky data funding BTCUSDT funding-history.json
    """
    from psky.app.market_facts import add_funding

    here = workspace(data_dir, None)
    if dry_run:
        dry_runs.show_funding(here, symbol, paths, json=json)
        return
    report = add_funding(here, symbol, paths)
    if json:
        output.print_json(dataclasses.asdict(report))
        return
    span = (
        ""
        if report.first_ts_us is None or report.last_ts_us is None
        else (f", {utc_text(report.first_ts_us)} to {utc_text(report.last_ts_us)} UTC")
    )
    output.say(
        f"{symbol}: {report.added:,} stamps added, {report.replaced:,} replaced, {report.unchanged:,} unchanged; "
        f"{report.held:,} held{span}"
    )


def _facts(found: Instrument) -> dict[str, Any]:
    if found.rules is None:
        return {
            "symbol": found.symbol,
            "steps": "the finest that the tape prints; give it rules with --from",
            "tick": plain(found.tick),
            "lot": plain(found.lot),
        }
    facts = dataclasses.asdict(found.rules)
    return {
        "symbol": facts.pop("symbol"),
        "steps": "the exchange's rules",
        **{key: plain(value) if isinstance(value, Decimal) else value for key, value in facts.items()},
    }

"""`psky reproduce`: a trial from its artefact alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from psky.cli import dry_runs, output
from psky.cli.detach import detached
from psky.cli.options import DataDir, Detach, DryRun, Events, Json, workspace


def reproduce(
    summary: Annotated[Path, typer.Argument(metavar="SUMMARY", help="A tuning_summary_<n>.json of a study.")],
    data_dir: DataDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Rebuild a tuned trial from its summary alone and compare the digests of its folds and hold-out.

    Ends with code 6 where anything differs.

    Example: psky reproduce models/BTCUSDT/first/tuning_summary_17.json
    """
    from psky.app.reproduce import reproduce as rebuild
    from psky.errors import MismatchError

    here = workspace(data_dir, None)
    if dry_run:
        dry_runs.show_reproduction(here, summary, json=json)
        return
    if detach:
        detached(here, json=json)
        return
    with output.progress(f"reproduce {summary.name}", events) as on_progress:
        found = rebuild(here, summary, on_progress=on_progress)
    if json:
        output.print_json({**dataclasses.asdict(found), "equal": found.equal})
    else:
        rows = [(one.part, one.stored, one.found, "equal" if one.equal else "DIFFERENT") for one in found.parts]
        title = f"{found.symbol} / {found.study} / trial {found.trial}"
        output.print_table(title, ("part", "stored digest", "digest now", ""), rows)
    if not found.equal:
        differing = ", ".join(one.part for one in found.parts if not one.equal)
        raise MismatchError(f"expected the stored digests, found others for {differing}")

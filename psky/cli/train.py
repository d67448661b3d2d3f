"""`psky train`: from a tuning summary to a model."""

from __future__ import annotations

import dataclasses

from psky.cli import dry_runs, output
from psky.cli.choose import which_trial
from psky.cli.detach import detached
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
)
from psky.domain.time import utc_text


def train(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    detach: Detach = False,
    dry_run: DryRun = False,
    json: Json = False,
    events: Events = None,
) -> None:
    """Train a tuned trial on all that lies before the hold-out: train_config_<N>.json and model_<N>/.

    Example: psky train BTCUSDT --study first --trial 17
    """
    from psky.app.train import run_training

    here, name, chosen, number = which_trial(symbol, study, trial, data_dir, model_dir)
    if dry_run:
        return dry_runs.show_training(here, name, chosen, number, json=json)
    if detach:
        return detached(here, json=json, study=chosen, trial=number)
    with output.progress(f"train {name}", events) as on_progress:
        result = run_training(here, name, chosen, number, on_progress=on_progress)
        on_progress.metric("rows", result.rows)
    if json:
        return output.print_json(dataclasses.asdict(result))
    span = f"{utc_text(result.train_start_us)} to {utc_text(result.train_end_us)} UTC"
    output.say(f"trained trial {result.trial} of {result.study} on {result.rows:,} resolved touches, {span}")
    return output.say(f"config: {result.config_path}\nmodel:  {result.model_folder}")

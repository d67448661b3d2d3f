"""`psky train`: from a tuning summary to a model."""

from __future__ import annotations

import dataclasses

from psky.cli import output
from psky.cli.choose import choose_study, choose_trial
from psky.cli.options import DataDir, Json, ModelDir, Study, SymbolArgument, Trial, symbol_or_folder, workspace
from psky.domain.time import utc_text


def train(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Train a tuned trial on all that lies before the hold-out: train_config_<N>.json and model_<N>/.

    Example: psky train BTCUSDT --study first --trial 17
    """
    from psky.app.train import run_training

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = choose_study(here, name, study)
    result = run_training(here, name, chosen, choose_trial(here, name, chosen, trial))
    if json:
        output.print_json(dataclasses.asdict(result))
        return
    span = f"{utc_text(result.train_start_us)} to {utc_text(result.train_end_us)} UTC"
    output.say(f"trained trial {result.trial} of {result.study} on {result.rows:,} resolved touches, {span}")
    output.say(f"config: {result.config_path}\nmodel:  {result.model_folder}")

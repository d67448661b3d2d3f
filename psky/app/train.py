"""Train a tuned trial on all that lies before the hold-out, from its tuning summary."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from psky.app.data import load_tape
from psky.app.studies import find_study
from psky.app.workspace import Workspace
from psky.domain.files import write_json
from psky.domain.progress import OnProgress, ignore_progress, steps
from psky.errors import MismatchError
from psky.learn.bundle import Bundle
from psky.log import logger
from psky.market.tape import MarketTape
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import holdout
from psky.replay.run import provenance, train
from psky.spec.codec import to_dict
from psky.tuning.summary import TuningSummary, read_summary, summary_path

_LOG = logger(__name__)
_STEPS = ("reading the tape", "features, touches and outcomes", "model", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """A trained trial: where its config and model lie and what it was trained on."""

    study: str
    trial: int
    config_path: Path
    model_folder: Path
    rows: int
    train_start_us: int
    train_end_us: int


def run_training(
    workspace: Workspace, symbol: str, study: str, trial: int, *, on_progress: OnProgress = ignore_progress
) -> TrainResult:
    """Train a trial and write `train_config_<trial>.json` and `model_<trial>/`.

    Raises:
        UsageError: no such symbol, study or trial.
        MismatchError: the tape is not the one that the trial was tuned on.
        ModelError: too few rows to train on.
    """
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    say = steps(_STEPS, on_progress)
    say(0)
    tape = checked_tape(workspace, symbol, summary)
    say(1)
    dataset = build_dataset(tape, summary.strategy)
    say(2)
    result = train_on(dataset, folder, summary)
    say(3)
    return result


def train_on(dataset: Dataset, folder: Path, summary: TuningSummary) -> TrainResult:
    """Train a trial on its dataset and write its config and model into its study's folder.

    Raises:
        ModelError: too few rows to train on.
    """
    bundle = train(dataset, holdout(dataset))
    bundle.save(model_folder(folder, summary.trial))
    written = _write_config(folder, summary, bundle)
    _LOG.info("trained", study=summary.study, trial=summary.trial, rows=bundle.trained_on.rows)
    return TrainResult(
        study=summary.study,
        trial=summary.trial,
        config_path=written,
        model_folder=model_folder(folder, summary.trial),
        rows=bundle.trained_on.rows,
        train_start_us=bundle.trained_on.start_us,
        train_end_us=bundle.trained_on.end_us,
    )


def load_trained(folder: Path, trial: int, dataset: Dataset) -> Bundle:
    """Return the trained model of a trial.

    Raises:
        MismatchError: it was made from another spec, tape, schema or version.
        ModelError: its files are missing or damaged.
    """
    return Bundle.load(model_folder(folder, trial), provenance(dataset))


def checked_tape(workspace: Workspace, symbol: str, summary: TuningSummary) -> MarketTape:
    """Return the tape of a symbol, if it is the one that a trial was tuned on.

    Raises:
        MismatchError: it is another.
    """
    tape = load_tape(workspace, symbol)
    if tape.fingerprint != summary.tape_fingerprint:
        raise MismatchError(
            f"expected the tape that the study was tuned on ({summary.tape_fingerprint}), found {tape.fingerprint}: "
            f"the trades of {symbol} have changed; tune again"
        )
    return tape


def model_folder(folder: Path, trial: int) -> Path:
    """Where the model of a trial lies."""
    return folder / f"model_{trial}"


def config_path(folder: Path, trial: int) -> Path:
    """Where the training config of a trial lies."""
    return folder / f"train_config_{trial}.json"


def _write_config(folder: Path, summary: TuningSummary, bundle: Bundle) -> Path:
    path = config_path(folder, summary.trial)
    config = {
        "schema_version": 1,
        "study": summary.study,
        "symbol": summary.symbol,
        "synthetic": summary.synthetic,
        "trial": summary.trial,
        "tuning_summary": summary_path(folder, summary.trial).name,
        "model": model_folder(folder, summary.trial).name,
        "spec": to_dict(summary.strategy),
        "provenance": msgspec.to_builtins(bundle.provenance),
        "train_rows": bundle.trained_on.rows,
        "train_start_us": bundle.trained_on.start_us,
        "train_end_us": bundle.trained_on.end_us,
    }
    return write_json(path, config)

"""`result.json`: what a backtest found, and what it was a backtest of."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from psky.engine.codes import OrderKind
from psky.errors import MismatchError
from psky.replay.dataset import Dataset
from psky.replay.run import Run
from psky.spec.codec import to_dict

SCHEMA_VERSION = 1


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True):
    """A finished backtest of one trial on one part of history; times in us, results in R."""

    schema_version: int
    symbol: str
    label: str
    synthetic: bool
    study: str
    trial: int
    part: str
    digest: str
    tuned_digest: str | None
    start_ts_us: int
    end_ts_us: int
    metrics: dict[str, float | int | None]
    funnel: dict[str, int]
    spec: dict[str, Any]
    spec_fingerprint: str
    tape_fingerprint: str
    psky_version: str


def make_result(
    dataset: Dataset, run: Run, *, study: str, trial: int, tuned_digest: str | None, version: str
) -> BacktestResult:
    """Return the result of a replay of a trial."""
    instrument = dataset.tape.instrument
    return BacktestResult(
        schema_version=SCHEMA_VERSION,
        symbol=instrument.symbol,
        label=instrument.label,
        synthetic=instrument.synthetic,
        study=study,
        trial=trial,
        part=run.part.name,
        digest=run.ledger.digest,
        tuned_digest=tuned_digest,
        start_ts_us=run.part.start_us,
        end_ts_us=run.part.end_us,
        metrics=dataclasses.asdict(run.metrics),
        funnel=funnel(dataset, run),
        spec=to_dict(dataset.spec),
        spec_fingerprint=dataset.spec.fingerprint,
        tape_fingerprint=dataset.tape.fingerprint,
        psky_version=version,
    )


def funnel(dataset: Dataset, run: Run) -> dict[str, int]:
    """Return how many got how far, from base bars to closed positions."""
    inside = (dataset.table.ts_us >= run.part.start_us) & (dataset.table.ts_us < run.part.end_us)
    orders, fills, trades = run.ledger.orders, run.ledger.fills, run.ledger.trades
    return {
        "bars": int(inside.sum()),
        "touches": len(run.part.test),
        "entered": int(run.verdicts.enter.sum()),
        "entry orders": int((orders["kind"] == OrderKind.ENTRY).sum()),
        "filled": len(np.unique(fills["intent"])),
        "closed": len(trades["intent"]),
    }


def write_result(folder: Path, result: BacktestResult) -> None:
    """Write `result.json`, last of all files: a folder without it holds no finished backtest."""
    draft = folder / "result.tmp"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2))
    draft.replace(folder / "result.json")


def read_result(folder: Path) -> BacktestResult | None:
    """Return the result in `folder`, None where no backtest was finished.

    Raises:
        MismatchError: the file is not a result that this version writes.
    """
    path = folder / "result.json"
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=BacktestResult)
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected the result of a backtest, found: {error}") from error

"""`result.json`: what a backtest found, and what it was a backtest of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from psky.backtest.findings import (
    Calibration,
    Decile,
    MarkoutCurve,
    Period,
    Smell,
    Stage,
    Training,
    Variant,
)
from psky.domain.files import write_json
from psky.errors import MismatchError
from psky.replay.figures import MetricIntervals

SCHEMA_VERSION = 2
_FILE = "result.json"


class BacktestResult(msgspec.Struct, frozen=True, kw_only=True):
    """A finished backtest of one trial on one part of history; times in us, results in R."""

    schema_version: int = SCHEMA_VERSION
    symbol: str
    label: str
    """The symbol as people are shown it: a synthetic one says so."""
    synthetic: bool
    study: str
    trial: int
    part: str
    """`holdout`, `fold_<K>` or `range_<from>_<to>`."""
    digest: str
    tuned_digest: str | None
    """What the tuner stored for this part; None where it stored none, or where tuned settings were overridden."""
    start_ts_us: int
    end_ts_us: int
    training: Training
    holdout_looks: int | None
    """How often the hold-out has been looked at, this look counted; None for a part that shows nothing of it."""
    overrides: dict[str, tuple[Any, Any]]
    """Dotted name -> (tuned value, value used)."""
    metrics: dict[str, Any]
    """Name -> value, in the order in which they are shown."""
    intervals: MetricIntervals | None = None
    """None of a result that was made without them."""
    markouts: list[MarkoutCurve] = []
    """Of entries and of orders that did not fill, under each fill rule; of every kind of order under the spec's own."""
    elsewhere: dict[str, float | None] = {}
    """What others would have reckoned of the same trades, by words that say whose figure it is."""
    funnel: list[Stage]
    """From base bars to closed positions."""
    ladder: list[Variant]
    """The same verdicts under each fill rule, from optimistic to strict."""
    stress: list[Variant]
    """The same verdicts at harder conditions; the first are the spec's own."""
    calibration: Calibration | None
    ev_deciles: list[Decile]
    calendar: list[Period]
    smells: list[Smell]
    spec: dict[str, Any]
    spec_fingerprint: str
    tape_fingerprint: str
    psky_version: str

    @property
    def found_smells(self) -> list[Smell]:
        """The smell tests that found something."""
        return [smell for smell in self.smells if smell.smells]

    @property
    def ranked_smells(self) -> list[Smell]:
        """Every smell test: those that found something first, those that had nothing to test last."""
        return sorted(self.smells, key=lambda smell: (not smell.smells, smell.smells is None))

    @property
    def tested_smells(self) -> int:
        """How many smell tests had something to test."""
        return sum(smell.smells is not None for smell in self.smells)

    @property
    def funnel_shares(self) -> list[tuple[Stage, float | None]]:
        """Each stage of the funnel with its share of the stage before; None of the first, and of a share of nothing."""
        before = [0, *(stage.count for stage in self.funnel)]
        pairs = zip(self.funnel, before, strict=False)
        return [(stage, stage.count / earlier if earlier else None) for stage, earlier in pairs]


def result_path(folder: Path) -> Path:
    """Where the result of a backtest lies."""
    return folder / _FILE


def write_result(folder: Path, result: BacktestResult) -> None:
    """Write `result.json`, last of all files: a folder without it holds no finished backtest."""
    write_json(result_path(folder), result)


def read_result(folder: Path) -> BacktestResult | None:
    """Return the result in `folder`, None where no backtest was finished.

    Raises:
        MismatchError: the file is not a result that this version writes.
    """
    path = result_path(folder)
    if not path.exists():
        return None
    try:
        result = msgspec.json.decode(path.read_bytes(), type=BacktestResult)
    except msgspec.DecodeError as error:
        raise MismatchError(f"{path}: expected the result of a backtest, found: {error}; run it again") from error
    if result.schema_version != SCHEMA_VERSION:
        found = result.schema_version
        raise MismatchError(f"{path}: expected a result of version {SCHEMA_VERSION}, found {found}; run it again")
    return result

"""Rebuild a tuned trial from its summary alone, and compare what comes out with what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psky
from psky.app.train import checked_tape
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, Progress
from psky.errors import MismatchError
from psky.market.tape import MarketTape
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import HOLDOUT, part
from psky.replay.run import replay_part, train
from psky.tuning.looks import count_look
from psky.tuning.summary import TuningSummary, load_summary


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDigest:
    """The ledger of one part of history, as it was stored and as it comes out now."""

    part: str
    stored: str
    found: str

    @property
    def equal(self) -> bool:
        """Whether both are the same to the bit."""
        return self.stored == self.found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """A trial that was rebuilt."""

    symbol: str
    study: str
    trial: int
    parts: tuple[PartDigest, ...]

    @property
    def equal(self) -> bool:
        """Whether every part came out the same."""
        return all(one.equal for one in self.parts)


def reproduce(workspace: Workspace, path: Path, *, on_progress: OnProgress) -> Reproduction:
    """Train and replay every fold of a trial, and its hold-out where it was judged, from `tuning_summary_<n>.json`.

    A summary that was judged has its look at the hold-out counted once more.

    Raises:
        UsageError: there is no such file, or no tape of its symbol.
        MismatchError: the file is no summary or was edited, or tape, feature schema or version are not its.
    """
    summary, tape = reproducible(workspace, path)
    dataset = build_dataset(tape, summary.strategy)
    if dataset.schema_digest != summary.schema_digest:
        raise MismatchError(
            f"expected features of schema {summary.schema_digest}, found {dataset.schema_digest}: names or "
            "formulas have changed since the trial was tuned; tune again"
        )
    stored = list(stored_digests(summary))
    parts: list[PartDigest] = []
    for done, (name, digest) in enumerate(stored):
        on_progress(Progress(done=done, total=len(stored), unit="parts", text=name))
        if name == HOLDOUT:
            count_look(path.parent, trial=summary.trial, purpose="reproduce")
        parts.append(PartDigest(part=name, stored=digest, found=_digest(dataset, name)))
    on_progress(Progress(done=len(stored), total=len(stored), unit="parts"))
    return Reproduction(symbol=summary.symbol, study=summary.study, trial=summary.trial, parts=tuple(parts))


def reproducible(workspace: Workspace, path: Path) -> tuple[TuningSummary, MarketTape]:
    """Return the summary that a file holds, and the tape that its trial was tuned on.

    Raises:
        UsageError: there is no such file, or no tape of its symbol.
        MismatchError: the file is no summary or was edited, or tape or version are not its.
    """
    summary = load_summary(path)
    if summary.psky_version != psky.__version__:
        raise MismatchError(f"expected psky {summary.psky_version}, which tuned the trial, found {psky.__version__}")
    return summary, checked_tape(workspace, summary.symbol, summary)


def stored_digests(summary: TuningSummary) -> Iterator[tuple[str, str]]:
    """Yield the parts of history that a trial was replayed on, each with the digest of its ledger."""
    for fold in summary.folds:
        yield f"fold_{fold.fold}", fold.digest
    if summary.holdout:
        yield HOLDOUT, summary.holdout.digest


def _digest(dataset: Dataset, name: str) -> str:
    chosen = part(dataset, name)
    return replay_part(dataset, chosen, train(dataset, chosen)).ledger.digest

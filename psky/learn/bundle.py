"""A trained strategy on disk: LightGBM text and JSON, with all that says what it was trained on.

A folder holds `bundle.json`, the entry model's `model.txt` and, where they were fitted, `loss.txt`, `trend.txt` and
`regime.txt`. It appears whole or not at all, and loading refuses anything that was made
from another spec, tape, schema or version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
import numpy as np

from psky.errors import MismatchError, ModelError
from psky.learn import booster
from psky.learn.arrays import Bools, Floats
from psky.learn.calibration.registry import calibrator_from_dict, calibrator_to_dict
from psky.learn.context import CONTEXT_MODELS, ContextModel, spec_of
from psky.learn.entry_model import EntryQualityModel, OofScores
from psky.learn.excess import Excess
from psky.spec.sections import ContextSpec, ModelSpec

if TYPE_CHECKING:
    from lightgbm import Booster

_MODEL, _LOSS, _META = "model.txt", "loss.txt", "bundle.json"
_FILES = (_MODEL, _LOSS, *(f"{kind.name}.txt" for kind in CONTEXT_MODELS))
_FORMAT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a bundle belongs to; each value must match what the loader expects."""

    spec: str
    """Fingerprint of the spec."""
    tape: str
    """Fingerprint of the tape."""
    schema: str
    """Digest of the feature schema."""
    features: tuple[str, ...]
    """Names of the columns of X, in order."""
    version: str
    """Version of psky."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedOn:
    """The training rows: from the first signal to the last label's end, microseconds UTC, and their number."""

    start_us: int
    end_us: int
    rows: int


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The JSON beside the trees."""

    format: int
    trees_sha256: dict[str, str]
    """By file name."""
    provenance: Provenance
    trained_on: TrainedOn
    model: ModelSpec
    calibrator: dict[str, Any]
    gain_mean_r: float
    loss_mean_r: float
    oof: OofScores
    context: ContextSpec
    features: int
    """Columns of the evidence: those of the touch and those of the context models that it is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A fitted entry model with the context models it needs, and their provenance."""

    model: EntryQualityModel
    context: tuple[ContextModel, ...]
    context_spec: ContextSpec
    provenance: Provenance
    trained_on: TrainedOn

    def save(self, folder: Path) -> None:
        """Write the bundle; an earlier bundle of that name is replaced whole.

        Raises:
            ModelError: the folder exists and is no bundle, or cannot be written.
        """
        if folder.exists() and not (folder / _META).is_file():
            raise ModelError(
                f"expected a new folder or a bundle at {folder}, found something else; choose another name"
            )
        files = {name: booster.to_text(trees).encode() for name, trees in self._trees().items()}
        fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for name, text in files.items():
                _write(fresh / name, text)
            _write(fresh / _META, msgspec.json.format(msgspec.json.encode(self._stored(files)), indent=2))
            _swap(fresh, folder)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ModelError(f"expected to write {folder}, found: {error}") from error

    @classmethod
    def load(cls, folder: Path, expected: Provenance) -> Self:
        """Read a bundle back.

        Raises:
            MismatchError: a value of its provenance is not the expected one.
            ModelError: a file is missing, unreadable or was changed after it was written.
        """
        stored = _read(folder)
        _require(folder, stored.provenance, expected)
        trees = {name: booster.from_text(text) for name, text in _read_trees(folder, stored).items()}
        model = EntryQualityModel.restore(
            stored.model,
            trees=trees[_MODEL],
            calibrator=calibrator_from_dict(stored.calibrator),
            gain=Excess(mean_r=stored.gain_mean_r, trees=None),
            loss=Excess(mean_r=stored.loss_mean_r, trees=trees.get(_LOSS)),
            oof=stored.oof,
            features=stored.features,
        )
        shown, touch = spec_of(stored.model, stored.context), len(stored.provenance.features)
        context = tuple(
            kind.restore(shown, trees[_context_file(kind)], touch)
            for kind in CONTEXT_MODELS
            if _context_file(kind) in trees
        )
        return cls(
            model=model,
            context=context,
            context_spec=stored.context,
            provenance=stored.provenance,
            trained_on=stored.trained_on,
        )

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256 of what was learnt: trees, calibrator and payoffs, but no provenance."""
        model = self.model
        trees = {name: booster.to_text(found) for name, found in self._trees().items()}
        learnt = (trees, calibrator_to_dict(model.calibrator_), model.gain_.mean_r, model.loss_.mean_r)
        return hashlib.sha256(msgspec.json.encode(learnt)).hexdigest()

    @property
    def used_features(self) -> Bools:
        """Which columns of X any of its trees looks at, bool[q]."""
        width = len(self.provenance.features)
        return np.asarray(sum(booster.splits(trees)[:width] for trees in self._trees().values()) > 0)

    def _trees(self) -> dict[str, Booster]:
        loss = self.model.loss_.trees
        context = {_context_file(type(model)): model.booster_ for model in self.context}
        return {_MODEL: self.model.booster_} | ({} if loss is None else {_LOSS: loss}) | context

    def _stored(self, files: dict[str, bytes]) -> _Stored:
        model = self.model
        return _Stored(
            format=_FORMAT,
            trees_sha256={name: hashlib.sha256(text).hexdigest() for name, text in files.items()},
            provenance=self.provenance,
            trained_on=self.trained_on,
            model=model.spec,
            calibrator=calibrator_to_dict(model.calibrator_),
            gain_mean_r=model.gain_.mean_r,
            loss_mean_r=model.loss_.mean_r,
            oof=model.oof_,
            context=self.context_spec,
            features=model.n_features_in_,
        )


def stored_gains(folder: Path) -> tuple[tuple[str, ...], Floats]:
    """Return what the entry model of a bundle looks at, without asking what it belongs to.

    Returns:
        The names of the features that it was made for, and each column's gain over all splits, float64[q]; columns
        beyond the features are those of the context models that it is shown.

    Raises:
        MismatchError: the bundle is of another format.
        ModelError: a file is missing, unreadable or was changed after it was written.
    """
    stored = _read(folder)
    return stored.provenance.features, booster.gains(booster.from_text(_read_trees(folder, stored)[_MODEL]))


def _context_file(kind: type[ContextModel]) -> str:
    return f"{kind.name}.txt"


def _read(folder: Path) -> _Stored:
    try:
        stored = msgspec.json.decode((folder / _META).read_bytes(), type=_Stored)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"expected a bundle of {_MODEL} and {_META} in {folder}, found: {error}; retrain") from error
    if stored.format != _FORMAT:
        raise MismatchError(f"{folder}: expected format {_FORMAT}, found {stored.format}; retrain")
    return stored


def _read_trees(folder: Path, stored: _Stored) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, digest in stored.trees_sha256.items():
        if name not in _FILES:
            raise ModelError(f"{folder}: expected trees among {', '.join(_FILES)}, found {name!r}; retrain")
        try:
            text = (folder / name).read_bytes()
        except OSError as error:
            raise ModelError(f"expected the file {name} of the bundle {folder}, found: {error}; retrain") from error
        if hashlib.sha256(text).hexdigest() != digest:
            raise ModelError(f"{folder / name}: expected the file that was saved, found another; retrain")
        texts[name] = text.decode()
    if _MODEL not in texts:
        raise ModelError(f"{folder}: expected the trees of {_MODEL}, found none; retrain")
    return texts


def _require(folder: Path, found: Provenance, expected: Provenance) -> None:
    for field in ("spec", "tape", "schema", "version"):
        ours, theirs = getattr(found, field), getattr(expected, field)
        if ours != theirs:
            raise MismatchError(f"{folder}: expected {field} {theirs}, found {ours}; retrain")
    if found.features != expected.features:
        missing = sorted(set(expected.features) - set(found.features)) or "none"
        extra = sorted(set(found.features) - set(expected.features)) or "none"
        raise MismatchError(
            f"{folder}: expected features {len(expected.features)} in their order, found {len(found.features)} "
            f"(missing: {missing}, unknown: {extra}); retrain"
        )


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _swap(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)

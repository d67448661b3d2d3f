"""A trained strategy on disk: LightGBM text and JSON, with all that says what it was trained on.

A folder holds `model.txt` and `bundle.json`. It appears whole or not at all, and loading refuses anything that was made
from another spec, tape, schema or version.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from psky.errors import MismatchError, ModelError
from psky.learn import booster
from psky.learn.calibration.registry import calibrator_from_dict
from psky.learn.entry_model import EntryQualityModel, OofScores
from psky.spec.sections import ModelSpec

_MODEL, _META = "model.txt", "bundle.json"
_FORMAT = 1


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """What the expected value needs besides p, learnt on the training rows alone."""

    timeout_share: float
    """Share of filled intents that ended at the time limit, u of METHOD 3."""
    timeout_r: float
    """Mean net result of those, in R; 0 where there were none, since then u is 0 too."""
    stop_slip_r: float
    """What stops lost on average beyond the payoff formula, in R, zero or negative: prices jump over stops."""


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The JSON beside the model."""

    format: int
    model_sha256: str
    provenance: Provenance
    trained_on: TrainedOn
    constants: Constants
    model: ModelSpec
    calibrator: dict[str, Any]
    oof: OofScores


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A fitted model with its constants and its provenance."""

    model: EntryQualityModel
    constants: Constants
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
        text = booster.to_text(self.model.booster_).encode()
        fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            _write(fresh / _MODEL, text)
            _write(fresh / _META, msgspec.json.format(msgspec.json.encode(self._stored(text)), indent=2))
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
        text, stored = _read(folder)
        _require(folder, stored.provenance, expected)
        if hashlib.sha256(text).hexdigest() != stored.model_sha256:
            raise ModelError(f"{folder / _MODEL}: expected the file that was saved, found another; retrain")
        model = EntryQualityModel.restore(
            stored.model,
            booster.from_text(text.decode()),
            calibrator_from_dict(stored.calibrator),
            stored.oof,
            len(stored.provenance.features),
        )
        return cls(model=model, constants=stored.constants, provenance=stored.provenance, trained_on=stored.trained_on)

    def _stored(self, text: bytes) -> _Stored:
        return _Stored(
            format=_FORMAT,
            model_sha256=hashlib.sha256(text).hexdigest(),
            provenance=self.provenance,
            trained_on=self.trained_on,
            constants=self.constants,
            model=self.model.spec,
            calibrator=self.model.calibrator_.to_dict(),
            oof=self.model.oof_,
        )


def _read(folder: Path) -> tuple[bytes, _Stored]:
    try:
        text, meta = (folder / _MODEL).read_bytes(), (folder / _META).read_bytes()
        stored = msgspec.json.decode(meta, type=_Stored)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"expected a bundle of {_MODEL} and {_META} in {folder}, found: {error}; retrain") from error
    if stored.format != _FORMAT:
        raise MismatchError(f"{folder}: expected format {_FORMAT}, found {stored.format}; retrain")
    return text, stored


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

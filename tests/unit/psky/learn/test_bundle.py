from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from psky.errors import MismatchError, ModelError
from psky.learn.bundle import Bundle, Provenance, TrainedOn
from psky.learn.entry_model import EntryQualityModel
from psky.spec.sections import ContextSpec, ModelSpec

PROVENANCE = Provenance(spec="a1", tape="b2", schema="c3", features=("1m_rsi", "5m_adx"), version="0.1.0")


def bundle(calibration: str = "platt") -> tuple[Bundle, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(200, 2))
    y = (rng.random(200) < 1 / (1 + np.exp(-X[:, 0]))).astype(np.int8)
    t0 = np.arange(200, dtype=np.int64) * 1_000_000
    spec = ModelSpec(rounds=15, min_leaf_rows=10, calibration=calibration)  # type: ignore[arg-type]
    model = EntryQualityModel(spec).fit(X, y, t0, t0 + 3_000_000)
    trained_on = TrainedOn(start_us=0, end_us=202_000_000, rows=200)
    return Bundle(model=model, context=(), context_spec=ContextSpec(), provenance=PROVENANCE, trained_on=trained_on), X


@pytest.mark.parametrize("calibration", ["none", "temperature", "platt", "beta", "isotonic"])
def test_a_bundle_comes_back_as_it_was(tmp_path: Path, calibration: str) -> None:
    saved, X = bundle(calibration)
    saved.save(tmp_path / "model_3")
    loaded = Bundle.load(tmp_path / "model_3", PROVENANCE)
    assert (loaded.provenance, loaded.trained_on) == (saved.provenance, saved.trained_on)
    assert loaded.model.oof_ == saved.model.oof_
    assert loaded.model.spec == saved.model.spec
    ours, theirs = loaded.model.estimate(X, 1.0), saved.model.estimate(X, 1.0)
    np.testing.assert_array_equal(ours.p, theirs.p)
    np.testing.assert_array_equal(ours.p_lower, theirs.p_lower)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bundle.json", "model.txt", "model_3"]


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    saved, _ = bundle()
    saved.save(tmp_path / "one")
    before = [path.read_bytes() for path in sorted((tmp_path / "one").iterdir())]
    saved.save(tmp_path / "one")
    Bundle.load(tmp_path / "one", PROVENANCE).save(tmp_path / "two")
    for name in ("one", "two"):
        assert [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] == before


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("spec", "zz", "expected spec zz, found a1"),
        ("tape", "zz", "expected tape zz, found b2"),
        ("schema", "zz", "expected schema zz, found c3"),
        ("version", "9.9", "expected version 9.9, found 0.1.0"),
        ("features", ("1m_rsi", "1h_adx"), "missing: \\['1h_adx'\\], unknown: \\['5m_adx'\\]"),
        ("features", ("5m_adx", "1m_rsi"), "expected features 2 in their order"),
    ],
)
def test_another_origin_is_refused_by_name(tmp_path: Path, field: str, value: object, message: str) -> None:
    bundle()[0].save(tmp_path / "m")
    with pytest.raises(MismatchError, match=message):
        Bundle.load(tmp_path / "m", replace(PROVENANCE, **{field: value}))  # type: ignore[arg-type]


def test_missing_and_damaged_files_are_refused(tmp_path: Path) -> None:
    saved, _ = bundle()
    with pytest.raises(ModelError, match=r"model\.txt and bundle\.json"):
        Bundle.load(tmp_path / "none", PROVENANCE)
    for name, damage in (("model.txt", b"tree\n"), ("bundle.json", b"{"), ("bundle.json", b'{"format": 2, "x": 2}')):
        saved.save(tmp_path / "m")
        (tmp_path / "m" / name).write_bytes(damage)
        with pytest.raises(ModelError, match="retrain"):
            Bundle.load(tmp_path / "m", PROVENANCE)


def test_a_folder_that_is_no_bundle_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="something else"):
        bundle()[0].save(tmp_path / "m")
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"


def test_nothing_is_left_behind_where_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="to write"):
        bundle()[0].save(tmp_path / "file" / "m")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psky.errors import SpecError
from psky.spec.codec import assignments, differences, from_dict, read, replace, to_dict
from psky.spec.spec import Spec


def test_round_trip_keeps_spec_and_fingerprint() -> None:
    spec = replace(Spec(), {"touch.ema": 34, "intent.entry": "taker"})

    again = from_dict(msgspec.json.decode(msgspec.json.encode(to_dict(spec))))

    assert again == spec
    assert again.fingerprint == spec.fingerprint


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"touc": {}}, ["'touc'", "did you mean 'touch'"]),
        ({"touch": {"emaa": 3}}, ["'emaa'", "section touch", "did you mean 'ema'"]),
        ({"touch": {"xyzzy": 3}}, ["'xyzzy'", "known: base"]),
        ({"touch": {"ema": 1}}, [">= 2", "touch.ema"]),
        ({"touch": {"ema": "x"}}, ["int", "touch.ema"]),
        ({"intent": {"entry": "market"}}, ["market", "intent.entry"]),
        ({"costs": {"maker_fee_rate": float("nan")}}, ["maker_fee_rate"]),
    ],
)
def test_impossible_specs_are_refused_by_name(values: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        from_dict(values)

    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_any_single_change_changes_the_fingerprint() -> None:
    base = Spec()
    plain = to_dict(base)
    changed = {
        f"{section}.{key}": value + 1 if section != "split" else value
        for section, keys in plain.items()
        for key, value in keys.items()
        if type(value) is int and section != "split"
    }

    fingerprints = {replace(base, {name: value}).fingerprint for name, value in changed.items()}

    assert len(fingerprints) == len(changed)
    assert base.fingerprint not in fingerprints


def test_files_are_read_by_their_ending(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[touch]\nema = 34\n")
    (tmp_path / "a.json").write_text('{"touch": {"ema": 34}}')
    (tmp_path / "a.yaml").write_text("touch: {ema: 34}")
    (tmp_path / "broken.toml").write_text("[touch\n")

    assert read(tmp_path / "a.toml") == read(tmp_path / "a.json") == replace(Spec(), {"touch.ema": 34})
    for name in ("a.yaml", "broken.toml", "absent.toml"):
        with pytest.raises(SpecError, match=name.partition(".")[0]):
            read(tmp_path / name)


@given(st.integers(2, 1000), st.sampled_from(["maker", "taker"]))
def test_differences_name_what_was_replaced(ema: int, entry: str) -> None:
    base = Spec()
    spec = replace(base, {"touch.ema": ema, "intent.entry": entry})

    found = differences(spec, base)

    assert replace(base, {name: new for name, (_, new) in found.items()}) == spec
    assert ("touch.ema" in found) == (ema != base.touch.ema)


def test_replace_refuses_unknown_names() -> None:
    with pytest.raises(SpecError, match=r"did you mean 'touch\.ema'"):
        replace(Spec(), {"tuch.ema": 3})


def test_a_spec_as_plain_values_is_what_json_gives_back() -> None:
    plain = to_dict(Spec())

    assert msgspec.json.decode(msgspec.json.encode(plain)) == plain


def test_assignments_are_json_or_words() -> None:
    texts = ["touch.ema=34", "intent.entry=taker", 'touch.timeframes=["1m", "5m"]', "costs.maker_fee_rate = -1e-4"]
    found = assignments(texts)

    assert found == {
        "touch.ema": 34,
        "intent.entry": "taker",
        "touch.timeframes": ["1m", "5m"],
        "costs.maker_fee_rate": -1e-4,
    }
    assert set(differences(replace(Spec(), found), Spec())) == set(found)


@pytest.mark.parametrize("text", ["touch.ema", "=3", ""])
def test_what_assigns_nothing_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"expected section\.field=value"):
        assignments([text])


def test_a_margin_that_the_entry_uses_up_is_refused() -> None:
    with pytest.raises(SpecError, match="below 1 / leverage"):
        replace(Spec(), {"venue.leverage": 100.0, "venue.maintenance_rate": 0.01})
    assert replace(Spec(), {"venue.leverage": 50.0}).venue.maintenance_rate < 1 / 50


def test_fee_tiers_are_kept() -> None:
    spec = replace(Spec(), {"costs.fee_tiers": [[1e6, 0.0001, 0.0004]]})

    assert spec.costs.fee_tiers == ((1e6, 0.0001, 0.0004),)
    assert from_dict(to_dict(spec)) == spec


def test_a_file_with_a_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("[touch]\nemma = 3\n")
    with pytest.raises(SpecError, match=r"s\.toml: unknown key 'emma' in section touch; did you mean 'ema'\?"):
        read(path)


def test_a_word_that_cannot_be_is_answered_with_those_that_can() -> None:
    with pytest.raises(SpecError, match=r"Invalid enum value 'market' - at `\$\.intent\.entry`; known: maker, taker"):
        from_dict({"intent": {"entry": "market"}})

from __future__ import annotations

from pathlib import Path

import pytest

from psky.app.synth import DEMO_SPEC
from psky.errors import SpecError
from psky.spec.codec import replace, to_dict
from psky.spec.spec import Spec
from psky.tuning.space import DEFAULT_SCOPE, EVERYTHING, default_space, defaults, on_edge, read_space, spec_of
from tests import house

SPACE = default_space()
SMALL = """
[labels]
"touch.ema" = { low = 5, high = 55 }
"intent.stop_atr" = { low = 0.5, high = 8.0, scale = "log" }
[entry]
"intent.entry" = { choices = ["maker", "taker"] }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "space.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("base", [Spec(), DEMO_SPEC, house.QUICK], ids=["real", "synthetic", "quick"])
def test_the_first_trial_is_the_base(base: Spec) -> None:
    assert spec_of(defaults(SPACE, base), base) == base


def test_a_base_outside_the_space_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"touch\.ema within its tuned range \(5 to 55\), found 80"):
        defaults(SPACE, replace(Spec(), {"touch.ema": 80}))


def test_every_tuned_name_is_in_the_spec_and_its_range_is_legal() -> None:
    for parameter in SPACE.parameters:
        section, _, key = parameter.name.partition(".")
        for end in parameter.choices or (parameter.low, parameter.high):
            value = int(end) if parameter.whole else end

            assert to_dict(replace(Spec(), {parameter.name: value}))[section][key] == value


def test_a_file_is_read_with_its_groups_bounds_and_scales(tmp_path: Path) -> None:
    space = read_space(written(tmp_path, SMALL))
    ema, stop, entry = space.parameters

    assert space.groups == ("labels", "entry")
    assert (ema.name, ema.low, ema.high, ema.whole, ema.log) == ("touch.ema", 5, 55, True, False)
    assert (stop.whole, stop.log) == (False, True)
    assert entry.choices == ("maker", "taker")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[a]\n"touch.emma" = { low = 5, high = 55 }', "did you mean 'ema'"),
        ('[a]\n"touch.ema" = { low = 5, hihg = 55 }', "hihg"),
        ('[a]\n"touch.ema" = { low = 55, high = 5 }', "low < high"),
        ('[a]\n"touch.ema" = { low = 5 }', "low < high"),
        ('[a]\n"policy.ev_margin_r" = { low = 0.0, high = inf }', "low < high"),
        ('[a]\n"policy.ev_margin_r" = { low = nan, high = 0.4 }', "low < high"),
        ('[a]\n"costs.maker_fee_rate" = { low = -0.001, high = 0.0 }', "judged alike"),
        ('[a]\n"split.holdout_share" = { low = 0.1, high = 0.3 }', "judged alike"),
        ('[a]\n"venue.fill" = { choices = ["touch", "through"] }', "judged alike"),
        ('[a]\n"selection.min_trades" = { low = 1, high = 30 }', "judged alike"),
        ('[a]\n"touch.ema" = { low = 1, high = 55 }', "not a valid spec"),
        ('[a]\n"intent.entry" = { choices = ["maker", "lucky"] }', "not a valid spec"),
        ('[a]\n"touch.min_slope_atr" = { low = 0.0, high = 1.0, scale = "log" }', "above 0"),
        ('[a]\n"touch.ema" = { low = 5, high = 9 }\n[b]\n"touch.ema" = { low = 5, high = 9 }', "several"),
        ("", "at least one"),
        ("[a", "expected a search space"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_space(written(tmp_path, text))


def test_a_scope_keeps_its_groups_in_order() -> None:
    names = SPACE.scoped(["model", "labels"]).names

    assert {name.partition(".")[0] for name in names} == {"touch", "intent", "model"}
    assert list(names) == [name for name in SPACE.names if name in names]
    assert SPACE.scoped([EVERYTHING]) == SPACE
    assert set(DEFAULT_SCOPE) < set(SPACE.groups)


def test_an_unknown_group_is_refused_with_the_nearest() -> None:
    with pytest.raises(SpecError, match=r"found 'modle'; did you mean 'model'\?"):
        SPACE.scoped(["modle"])


def test_a_fixed_value_is_not_tuned() -> None:
    assert set(SPACE.names) - set(SPACE.without(["touch.ema"]).names) == {"touch.ema"}


def test_the_digest_changes_with_a_range(tmp_path: Path) -> None:
    space = read_space(written(tmp_path, SMALL))

    assert space.digest == read_space(written(tmp_path, SMALL)).digest
    assert space.digest != read_space(written(tmp_path, SMALL.replace("55", "54"))).digest


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, 0),
        ({"touch.ema": 30, "intent.hold_bars": 60, "intent.entry": "maker"}, 0),
        ({"touch.ema": 5}, 1),
        ({"touch.ema": 55, "policy.ev_margin_r": 0.399}, 2),
        ({"policy.ev_margin_r": 0.38}, 0),
        ({"intent.hold_bars": 16}, 0),  # 6 % of a logarithmic range is no edge
        ({"model.learning_rate": 0.0102}, 1),
    ],
)
def test_values_at_an_end_of_their_range_are_named(params: dict[str, float], found: int) -> None:
    named = on_edge(SPACE, params)

    assert len(named) == found
    assert all(any(words.startswith(f"{name} = ") for name in params) for words in named)
